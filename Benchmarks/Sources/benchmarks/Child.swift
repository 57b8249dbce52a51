import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A process that has ended: what it said and what it cost.
struct Child {
  let status: Int32
  /// From its start to its end as its parent sees them.
  let seconds: Double
  /// The most memory that it held, in bytes; nil where this process has held as much, since the
  /// system counts for a child what stood before its exec.
  let peak: Double?
  let out: String
  let err: String

  /// Runs a program with the variables of this process and some more.
  ///
  /// A shell opens the files for what it says and then becomes it.
  static func run(_ words: [String], variables: [String: String] = [:]) throws -> Child {
    try withTemporaryFolder { folder in
      let script = "exec \"$@\" >\(quoted("\(folder)/out")) 2>\(quoted("\(folder)/err")) </dev/null"
      let environment = Environment().variables.merging(variables) { $1 }
      let start = ContinuousClock.now
      let process = try spawn(
        ["/bin/sh", "-c", script, "sh"] + words,
        environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
      var status: Int32 = 0
      var usage = rusage()
      while unsafe wait4(process, &status, 0, &usage) < 0 && errno == EINTR {}
      let taken = start.duration(to: .now) / .seconds(1)
      var own = rusage()
      unsafe getrusage(whole, &own)
      return Child(
        status: status, seconds: taken,
        peak: usage.ru_maxrss > own.ru_maxrss ? Double(usage.ru_maxrss) * unitOfMemory : nil,
        out: try readText("\(folder)/out"), err: try readText("\(folder)/err"))
    }
  }

  private static func spawn(_ words: [String], _ settings: [String]) throws -> pid_t {
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) }
    unsafe arguments.append(nil)
    var variables: [UnsafeMutablePointer<CChar>?] = unsafe settings.map { unsafe strdup($0) }
    unsafe variables.append(nil)
    defer {
      for index in words.indices { unsafe free(arguments[index]) }
      for index in settings.indices { unsafe free(variables[index]) }
    }
    var process = pid_t()
    let code = unsafe posix_spawn(&process, words[0], nil, nil, &arguments, &variables)
    guard code == 0 else { throw Failure("\(words[0]) does not start (error \(code))") }
    return process
  }
}

#if os(Linux)
  private let unitOfMemory = 1024.0
  private let whole = RUSAGE_SELF.rawValue
#else
  private let unitOfMemory = 1.0
  private let whole = RUSAGE_SELF
#endif

/// A word of shell.
private func quoted(_ text: String) -> String {
  "'" + text.replacing("'", with: "'\\''") + "'"
}
