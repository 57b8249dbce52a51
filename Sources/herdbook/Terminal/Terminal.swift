import CSystem
import HerdbookBundle
import HerdbookModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The system's `write`, which `Terminal.write` would hide.
private func systemWrite(_ file: Int32, _ base: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(file, base, count)
}

/// stdout carries data, stderr carries talk.
enum Terminal {
  /// Whether talk goes to a person who watches.
  static var isLive: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether output may be coloured: a terminal, and `NO_COLOR` unset or empty.
  static var isColored: Bool {
    isLive && (Environment.value("NO_COLOR") ?? "").isEmpty && Environment.value("TERM") != "dumb"
  }

  /// The terminal's width in columns; 80 where it has none.
  static var width: Int {
    var size = winsize()
    let answer = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size)
    return answer == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// One line of talk.
  static func say(_ text: String) { mutter("\(text)\n") }

  /// An error; `error:` in red where colours are welcome.
  static func complain(_ text: String) {
    guard isColored else { return say(text) }
    say(text.replacing("error:", with: "\u{1B}[31;1merror:\u{1B}[0m"))
  }

  /// Talk without an end of line, for a line that is written over. Nobody to hear it is no error.
  static func mutter(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  /// One line of data.
  static func tell(_ text: String) throws(Failure) { try put("\(text)\n") }

  /// A document as data.
  static func tell(_ json: JSONValue) throws(Failure) {
    try put(String(decoding: json.document, as: UTF8.self))
  }

  /// Lines of data.
  static func put(_ text: String) throws(Failure) {
    let code = write(text, to: STDOUT_FILENO)
    guard code == 0 else {
      let words = unsafe String(cString: strerror(code))
      throw Failure(.inputOutput, "error: cannot write to the standard output: \(words)")
    }
  }

  /// Returns 0, or the error number.
  private static func write(_ text: String, to file: Int32) -> Int32 {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = unsafe bytes.withUnsafeBytes {
        unsafe systemWrite(file, $0.baseAddress, $0.count)
      }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return errno }
      bytes = bytes.dropFirst(written)
    }
    return 0
  }
}

/// The environment of the process, read here and nowhere else (but for the instruction set).
enum Environment {
  /// The value of a variable; nil when it is not set.
  static func value(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// The value of a variable that names a folder; nil when it is not set or empty.
  static func folder(_ name: String) -> String? {
    guard let value = value(name), !value.isEmpty else { return nil }
    return value
  }

  /// Takes variables away, from this process and those that it starts.
  static func forget(_ names: [String]) { for name in names { unsafe unsetenv(name) } }

  static var currentFolder: String {
    guard let path = unsafe getcwd(nil, 0) else { return "." }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  /// Who this process works for; the user's number where the system knows no name.
  static var user: String {
    guard let entry = unsafe getpwuid(geteuid()), let name = unsafe entry.pointee.pw_name else {
      return String(geteuid())
    }
    return unsafe String(cString: name)
  }

  /// Processors that this process may use: those of its affinity, which schedulers of clusters set.
  static var processors: Int { Int(herdbook_processors()) }
}

/// Seconds since some moment, for durations that are printed and never stored in a bundle.
struct Stopwatch {
  private let start = ContinuousClock.now

  /// The time of day as ISO 8601, in UTC.
  static func timestamp() -> String {
    var now = time(nil)
    var parts = unsafe tm()
    unsafe gmtime_r(&now, &parts)
    func two(_ value: Int32) -> String { (value < 10 ? "0" : "") + String(value) }
    return unsafe "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
      + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }

  var seconds: Double {
    let duration = start.duration(to: .now).components
    return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
  }
}
