import HerdbookData

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Brings an address into a file with the system's curl.
func download(_ address: String, to file: String) throws(TransportFailure) {
  let words = [
    "curl", "--fail", "--location", "--silent", "--connect-timeout", "20",
    // A mirror that has fallen silent is given up after a minute.
    "--speed-limit", "1000", "--speed-time", "60", "--output", file, "--", address,
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
  guard status == 0 else { throw TransportFailure(curlFault(status)) }
}

/// What curl's end means: its own status, or the signal that ended it.
private func curlFault(_ status: Int32) -> String {
  if status & 0x7F != 0 { return "curl was ended by signal \(status & 0x7F)" }
  let code = (status >> 8) & 0xFF
  return switch code {
  case 5, 6, 7, 35: "cannot be reached; is this machine online?"
  case 22: "the server refused it"
  case 23: "curl could not write the file"
  case 28: "took too long; is this machine online?"
  case 127: "curl, which downloads, could not be started; install it"
  default: "curl ended with status \(code)"
  }
}
