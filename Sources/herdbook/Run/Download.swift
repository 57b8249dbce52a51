import HerdbookData

/// Brings an address into a file with the system's curl.
func download(_ address: String, to file: String) throws(TransportFailure) {
  let words = [
    "curl", "--fail", "--location", "--silent", "--connect-timeout", "20",
    // A mirror that has fallen silent is given up after a minute.
    "--speed-limit", "1000", "--speed-time", "60", "--output", file, "--", address,
  ]
  let ending: Subprocess.Ending
  do throws(Subprocess.NotStarted) {
    ending = try Subprocess.run(words).ending
  } catch {
    throw TransportFailure("curl, which downloads, could not be started; install it")
  }
  guard ending == .status(0) else { throw TransportFailure(curlFault(ending)) }
}

/// What curl's end means: its own status, or the signal that ended it.
private func curlFault(_ ending: Subprocess.Ending) -> String {
  switch ending {
  case .signal(let signal): "curl was ended by signal \(signal)"
  case .status(5), .status(6), .status(7), .status(35):
    "cannot be reached; is this machine online?"
  case .status(22): "the server refused it"
  case .status(23): "curl could not write the file"
  case .status(28): "took too long; is this machine online?"
  case .status(127): "curl, which downloads, could not be started; install it"
  case .status(let code): "curl ended with status \(code)"
  }
}
