import HerdbookBundle
import HerdbookModel

/// Numbers and tables as people read them.
enum Words {
  /// With a fixed number of decimals.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "none" : "\(value)" }
    var factor = 1.0
    for _ in 0..<decimals { factor *= 10 }
    let scaled = (value * factor).rounded()
    guard scaled.magnitude < 1e15 else { return "\(value)" }
    let digits = String(Int(scaled.magnitude))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = scaled < 0 ? "-" : ""
    guard decimals > 0 else { return sign + padded }
    return "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
  }

  /// Up to some significant digits, without zeros at the end: 0.9195, 12.434, 1.25e-7; whole numbers in full.
  static func short(_ value: Double, _ digits: Int = 6) -> String {
    guard value.isFinite else { return value.isNaN ? "none" : value < 0 ? "-inf" : "inf" }
    let size = value.magnitude
    if size == 0 { return "0" }
    if value == value.rounded(), size < 1e15 { return grouped(Int(value)) }
    var (exponent, power) = (0, 1.0)
    while size >= power * 10 { (exponent, power) = (exponent + 1, power * 10) }
    while size < power { (exponent, power) = (exponent - 1, power / 10) }
    guard exponent >= -4, exponent < 15 else { return "\(trimmed(value / power, 3))e\(exponent)" }
    return trimmed(value, max(0, digits - 1 - exponent))
  }

  /// The same with its sign; none of zero.
  static func signed(_ value: Double, _ digits: Int = 6) -> String {
    (value > 0 ? "+" : "") + short(value, digits)
  }

  private static func trimmed(_ value: Double, _ decimals: Int) -> String {
    var text = fixed(value, decimals)
    guard text.contains(".") else { return text }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// 12,345,678.
  static func grouped(_ value: Int) -> String {
    let digits = String(value.magnitude)
    let groups = stride(from: digits.count, to: 0, by: -3).map { end in
      String(digits.dropLast(digits.count - end).suffix(3))
    }
    return (value < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
  }

  /// 4.2 million, 3.1e12: two significant digits.
  static func rough(_ value: Double) -> String {
    let names = [(1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e3, "thousand")]
    for (size, name) in names where value >= size {
      return "\(fixed(value / size, value / size < 10 ? 1 : 0)) \(name)"
    }
    return fixed(value, 0)
  }

  static func bytes(_ count: Int) -> String {
    let units = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")]
    for (size, name) in units where count >= size {
      return "\(fixed(Double(count) / Double(size), 1)) \(name)"
    }
    return "\(count) bytes"
  }

  /// 12.3 s, 4 min 05 s.
  static func duration(_ seconds: Double) -> String {
    guard seconds >= 60 else { return "\(fixed(seconds, seconds < 10 ? 1 : 0)) s" }
    let whole = Int(seconds.rounded())
    guard whole >= 3600 else {
      return "\(whole / 60) min \(whole % 60 < 10 ? "0" : "")\(whole % 60) s"
    }
    let minutes = whole % 3600 / 60
    return "\(whole / 3600) h \(minutes < 10 ? "0" : "")\(minutes) min"
  }

  static func count(_ number: Int, _ noun: String) -> String {
    "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  /// The first few of several reasons, and how many more there are.
  static func some(_ reasons: [String]) -> String {
    let shown = reasons.prefix(5).joined(separator: "; ")
    return reasons.count > 5 ? "\(shown); and \(reasons.count - 5) more" : shown
  }

  /// A value of a spec as people read it.
  static func plain(_ value: JSONValue) -> String {
    if case .text(let text) = value { text } else { value.compact }
  }

  /// A command as one types it again, by the name of its program.
  static func command(_ arguments: [String]) -> String {
    let program = arguments.first?.split(separator: "/").last.map(String.init) ?? "herdbook"
    return arguments.count < 2 ? program : "\(program) \(quoted(Array(arguments.dropFirst())))"
  }

  /// Words as a shell reads them.
  static func quoted(_ words: [String]) -> String {
    words.map { word in
      let isPlain = word.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "-_./=+:,@%".utf8.contains(byte)
        }
      }
      return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }
    .joined(separator: " ")
  }

  /// The columns that lines of text are broken at.
  private static let width = 100

  /// Lines of some text, those that are long broken between words; `first` stands before its first line,
  /// `rest` before each other.
  static func wrapped(_ text: String, first: String = "", rest: String = "") -> [String] {
    var lines: [String] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let start = lines.isEmpty ? first : rest
      if start.count + line.count <= width {
        lines.append(start + line)
        continue
      }
      var current = start
      var isEmpty = true
      for word in line.split(separator: " ") {
        if !isEmpty, current.count + 1 + word.count > width {
          lines.append(current)
          (current, isEmpty) = (rest, true)
        }
        current += isEmpty ? "\(word)" : " \(word)"
        isEmpty = false
      }
      lines.append(current)
    }
    return lines
  }

  /// Columns of text, two spaces apart, as wide as their widest cell.
  static func columns(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell
        if column + 1 < row.count {
          line += String(repeating: " ", count: widths[column] - cell.count + 2)
        }
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
