import HerdbookData

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Brings an address into a file with the system's curl.
func download(_ address: String, to file: String) throws(TransportFailure) {
  let words = [
    "curl", "--fail", "--location", "--silent", "--connect-timeout", "20", "--output", file, "--",
    address,
  ]
  var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) }
  unsafe arguments.append(nil)
  defer { for index in words.indices { unsafe free(arguments[index]) } }
  var process = pid_t()
  let spawned = unsafe posix_spawnp(&process, "curl", nil, nil, &arguments, environ)
  guard spawned == 0 else {
    throw TransportFailure("curl, which downloads, could not be started; install it")
  }
  var status: Int32 = 0
  while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
  guard status == 0 else {
    let code = (status >> 8) & 0xff
    let isOffline = [5, 6, 7, 28, 35].contains(code)
    throw TransportFailure(
      isOffline
        ? "cannot be reached; is this machine online?" : "curl ended with status \(code)")
  }
}
