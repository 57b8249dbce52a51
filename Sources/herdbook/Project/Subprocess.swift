#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program of the system's that was run to its end: what it said, and how it ended.
struct Subprocess {
  enum Ending: Equatable {
    case status(Int32)
    /// The signal that ended it.
    case signal(Int32)
  }
  /// The program is not there, or cannot be started.
  struct NotStarted: Error {}

  let ending: Ending
  /// What it wrote to the standard output.
  let out: [UInt8]
  /// What it wrote to the standard error.
  let err: [UInt8]

  var isFine: Bool { ending == .status(0) }

  /// Runs a program, looked for in `PATH`, with the environment of this process; `words` begin with its
  /// name. What it says is kept in memory.
  ///
  /// - Parameter input: a file that it reads; what this process reads unless given.
  static func run(_ words: [String], input: String? = nil) throws(NotStarted) -> Subprocess {
    guard let out = Channel(), let err = Channel() else { throw NotStarted() }
    defer {
      out.close()
      err.close()
    }
    #if canImport(Glibc)
      var actions = unsafe posix_spawn_file_actions_t()
    #elseif canImport(Darwin)
      var actions: posix_spawn_file_actions_t? = nil
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    if let input {
      unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
    }
    unsafe posix_spawn_file_actions_adddup2(&actions, out.writing, STDOUT_FILENO)
    unsafe posix_spawn_file_actions_adddup2(&actions, err.writing, STDERR_FILENO)
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) }
    unsafe arguments.append(nil)
    defer { for index in words.indices { unsafe free(arguments[index]) } }
    var process = pid_t()
    let code = unsafe posix_spawnp(&process, words[0], &actions, nil, &arguments, environ)
    guard code == 0 else { throw NotStarted() }
    out.closeWriting()
    err.closeWriting()
    drain([out, err])
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    let ending = signal == 0 ? Ending.status((status >> 8) & 0xFF) : .signal(signal)
    // What a system that forks first says of a program that is not there.
    if ending == .status(127), out.bytes.isEmpty, err.bytes.isEmpty { throw NotStarted() }
    return Subprocess(ending: ending, out: out.bytes, err: err.bytes)
  }

  /// Reads several channels until all have ended, whichever has something to say.
  private static func drain(_ channels: [Channel]) {
    while channels.contains(where: \.isOpen) {
      let open = channels.filter(\.isOpen)
      var waiting = open.map { pollfd(fd: $0.reading, events: Int16(POLLIN), revents: 0) }
      guard unsafe poll(&waiting, nfds_t(waiting.count), -1) >= 0 || errno == EINTR else { return }
      for (channel, state) in zip(open, waiting) where state.revents != 0 { channel.read() }
    }
  }
}

/// A pipe from a program to this process.
private final class Channel {
  let reading: Int32
  private(set) var writing: Int32
  private(set) var bytes: [UInt8] = []
  /// Whether more may come.
  private(set) var isOpen = true

  /// Nil where the process has too many files open.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  /// Takes what is there, or notes that all has come.
  func read() {
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    #if canImport(Glibc)
      let count = unsafe Glibc.read(reading, &piece, piece.count)
    #elseif canImport(Darwin)
      let count = unsafe Darwin.read(reading, &piece, piece.count)
    #endif
    if count > 0 {
      bytes += piece.prefix(count)
    } else if count == 0 || errno != EINTR {
      isOpen = false
    }
  }

  func closeWriting() {
    guard writing >= 0 else { return }
    closeFile(writing)
    writing = -1
  }

  func close() {
    closeWriting()
    closeFile(reading)
  }
}

/// The system's `close`, which `Channel.close` would hide.
private func closeFile(_ file: Int32) { close(file) }
