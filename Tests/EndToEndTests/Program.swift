#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a process said, and how it ended.
struct Outcome {
  /// The exit status; 128 and the signal's number where a signal ended it, as shells say it.
  var status: Int32
  /// Data.
  var out: String
  /// Talk.
  var err: String

  var lines: [String] { out.split(separator: "\n").map(String.init) }
}

/// The program under test, as `swift build` left it.
enum Program {
  /// Beside the running tests, else where this package builds to.
  static let path: String = {
    #if DEBUG
      let configuration = "debug"
    #else
      let configuration = "release"
    #endif
    let folders = [
      parent(CommandLine.arguments[0]), "\(packageFolder)/.build/\(configuration)",
    ]
    for folder in folders where unsafe access("\(folder)/herdbook", X_OK) == 0 {
      return "\(folder)/herdbook"
    }
    fatalError(
      "the program is not built: no herdbook in \(folders.joined(separator: " or ")); build it with:"
        + " swift build -c \(configuration) --product herdbook")
  }()

  static let packageFolder = parent(parent(testsFolder))
  static let testsFolder = parent(#filePath)

  private static func parent(_ path: String) -> String {
    "/" + path.split(separator: "/").dropLast().joined(separator: "/")
  }
}

/// A line of shell that runs beside the test.
final class RunningShell {
  let process: pid_t
  private let output: TemporaryFolder
  private var outcome: Outcome?

  /// `environment` is all that it has; nil for that of the tests.
  init(_ line: String, in folder: String, environment: [String: String]?) {
    output = TemporaryFolder()
    let script =
      "exec >\(quoted("\(output.path)/out")) 2>\(quoted("\(output.path)/err"));"
      + " cd \(quoted(folder)) || exit 125; \(line)"
    let words = ["/bin/sh", "-c", script]
    let settings = (environment ?? [:]).map { "\($0.key)=\($0.value)" }
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) }
    unsafe arguments.append(nil)
    var variables: [UnsafeMutablePointer<CChar>?] = unsafe settings.map { unsafe strdup($0) }
    unsafe variables.append(nil)
    var started = pid_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // Threads that run tests block all signals, and tests in the background ignore SIGINT: neither is
    // for the program to inherit.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigaddset(&signals, SIGINT)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let code =
      environment == nil
      ? unsafe posix_spawn(&started, "/bin/sh", nil, &attributes, &arguments, environ)
      : unsafe posix_spawn(&started, "/bin/sh", nil, &attributes, &arguments, &variables)
    precondition(code == 0, "a shell is needed")
    for index in words.indices { unsafe free(arguments[index]) }
    for index in settings.indices { unsafe free(variables[index]) }
    process = started
  }

  deinit {
    if isRunning {
      kill(process, SIGKILL)
      _ = wait()
    }
  }

  /// Whether it still runs.
  var isRunning: Bool {
    if outcome != nil { return false }
    var status: Int32 = 0
    guard unsafe waitpid(process, &status, WNOHANG) == process else { return true }
    end(status)
    return false
  }

  func signal(_ number: Int32) {
    if outcome == nil { kill(process, number) }
  }

  /// Waits until something is true or the process has ended; false in the latter case.
  func wait(until isTrue: () -> Bool) -> Bool {
    while !isTrue() {
      guard isRunning else { return false }
      usleep(500)
    }
    return true
  }

  /// Waits for the end; a process that hangs is killed, so that its test fails and the others run.
  func wait() -> Outcome {
    for _ in 0..<Self.patience where isRunning { usleep(500) }
    if let outcome { return outcome }
    kill(process, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    return end(status)
  }

  /// Looks at half a millisecond each: two minutes or more.
  private static let patience = 240_000

  @discardableResult
  private func end(_ status: Int32) -> Outcome {
    let signal = status & 0x7F
    let ended = Outcome(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
      out: text("\(output.path)/out"), err: text("\(output.path)/err"))
    outcome = ended
    return ended
  }
}

/// One word for the shell.
func quoted(_ word: String) -> String {
  "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    + "'"
}

/// A file's bytes; empty where there is none.
func bytes(_ path: String) -> [UInt8] {
  guard let file = unsafe fopen(path, "r") else { return [] }
  defer { unsafe fclose(file) }
  var bytes: [UInt8] = []
  var piece = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = unsafe fread(&piece, 1, piece.count, file)
    if count == 0 { return bytes }
    bytes += piece.prefix(count)
  }
}

/// A file as text; empty where there is none.
func text(_ path: String) -> String { String(decoding: bytes(path), as: UTF8.self) }

/// Writes a file anew.
func write(_ bytes: [UInt8], to path: String) {
  guard let file = unsafe fopen(path, "w") else { preconditionFailure("cannot write \(path)") }
  let count = unsafe fwrite(bytes, 1, bytes.count, file)
  let code = unsafe fclose(file)
  precondition(count == bytes.count && code == 0, "cannot write \(path)")
}

func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
