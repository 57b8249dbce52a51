/// What a scalar is by YAML 1.2's core types, in their strictest reading.
enum CoreScalar: Sendable {
  case null
  case boolean(Bool)
  /// Nil when it does not fit 64 bits.
  case integer(negative: Bool, magnitude: UInt64?)
  case real(Double)
  case text

  /// Nothing is guessed: only `true` and `false` are booleans; numbers with a leading zero, with
  /// underscores or colons, and the infinities are text, which no number's key accepts.
  init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true": self = .boolean(true)
    case "false": self = .boolean(false)
    default:
      // What numbers begin with; most scalars are words.
      switch text.utf8.first ?? 0 {
      case 48...57, 43, 45, 46: self = Self.integer(text) ?? Self.real(text) ?? .text
      default: self = .text
      }
    }
  }

  private static func integer(_ text: String) -> CoreScalar? {
    if let (digits, radix) = prefixed(text) {
      guard !digits.isEmpty, digits.allSatisfy({ $0.isHexDigit && $0.isASCII }),
        radix == 16 || digits.allSatisfy({ "0"..."7" ~= $0 })
      else { return nil }
      return .integer(negative: false, magnitude: UInt64(digits, radix: radix))
    }
    var digits = text[...]
    let sign = digits.first
    if sign == "-" || sign == "+" { digits.removeFirst() }
    guard !digits.isEmpty, digits.utf8.allSatisfy({ 48...57 ~= $0 }),
      digits == "0" || digits.first != "0"
    else { return nil }
    return .integer(negative: sign == "-", magnitude: UInt64(digits))
  }

  private static func prefixed(_ text: String) -> (Substring, radix: Int)? {
    if text.hasPrefix("0x") { return (text.dropFirst(2), 16) }
    if text.hasPrefix("0o") { return (text.dropFirst(2), 8) }
    return nil
  }

  /// A number with a point or an exponent that has no leading zero and fits 64 bits.
  private static func real(_ text: String) -> CoreScalar? {
    guard let leadingZero = numeral(text), !leadingZero else { return nil }
    // Swift reads neither ".5" nor "5." in every version: give both their digits.
    let padded = padDigits(text)
    guard let value = Double(padded), value.isFinite else { return nil }
    let mantissa = text.prefix { $0 != "e" && $0 != "E" }
    let vanished = value == 0 && mantissa.contains { "1"..."9" ~= $0 }
    return vanished ? nil : .real(value)
  }

  /// Whether a number has a zero before its first digits; nil where the text is none of
  /// `[-+]? ( . digits | digits ( . digits? )? ) ( [eE] [-+]? digits )?`.
  fileprivate static func numeral(_ text: String) -> Bool? {
    var rest = text.utf8[...]
    func skip(_ first: UInt8, _ second: UInt8) -> Bool {
      guard let byte = rest.first, byte == first || byte == second else { return false }
      rest.removeFirst()
      return true
    }
    func digits() -> Int {
      let count = rest.prefix { 48...57 ~= $0 }.count
      rest.removeFirst(count)
      return count
    }
    _ = skip(43, 45)
    let leadingZero = rest.first == 48
    let whole = digits()
    let fraction = skip(46, 46) ? digits() : 0
    guard whole + fraction > 0 else { return nil }
    if skip(69, 101) {
      _ = skip(43, 45)
      guard digits() > 0 else { return nil }
    }
    return rest.isEmpty ? whole > 1 && leadingZero : nil
  }

  private static func padDigits(_ text: String) -> String {
    guard let point = text.firstIndex(of: ".") else { return text }
    let before = text[..<point]
    let after = text[text.index(after: point)...]
    let whole = before.last?.isNumber == true ? "" : "0"
    let fraction = after.first?.isNumber == true ? "" : "0"
    return before + whole + "." + fraction + after
  }
}

extension YAMLScalar {
  /// A key and its value, where the text is `key = value`.
  var assignment: (key: String, value: String)? {
    guard isPlain else { return nil }
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let (key, value) = (trimmed(parts[0]), trimmed(parts[1]))
    guard !value.isEmpty, key.first?.isLetter == true,
      key.allSatisfy({ $0.isLetter || $0 == "-" || $0 == "." })
    else { return nil }
    return (key, value)
  }

  private func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  /// What to write instead where a number is wanted, when the text looks like a number.
  ///
  /// - Parameter isWhole: whether a whole number is wanted.
  func numberHint(isWhole: Bool = false) -> String? {
    if !isPlain {
      let unquoted = YAMLScalar(text: text, isPlain: true)
      switch unquoted.core {
      case .integer, .real: return "numbers stand without quotes"
      default: return nil
      }
    }
    let bare = text.drop { $0 == "-" || $0 == "+" }
    let sign = text.hasPrefix("-") ? "-" : ""
    switch bare.lowercased() {
    case ".inf", "inf", "infinity", ".nan", "nan": return "numbers are finite"
    default: break
    }
    guard let first = bare.first, first.isNumber || first == ".", first.isASCII else { return nil }
    let isDigits = bare.allSatisfy { "0"..."9" ~= $0 }
    if isDigits, bare.count > 1 {
      let trimmed = bare.drop { $0 == "0" }
      return "numbers have no leading zero: write \(sign)\(trimmed.isEmpty ? "0" : trimmed)"
    }
    let parts = bare.split(separator: ",", omittingEmptySubsequences: false)
    if parts.count == 2, !isWhole, parts[1].count != 3, isNumber("\(parts[0]).\(parts[1])") {
      return "the decimal sign is a point: write \(sign)\(parts[0]).\(parts[1])"
    }
    if bare.contains("_") || bare.contains(",") {
      let joined = text.filter { $0 != "_" && $0 != "," }
      if isNumber(joined) { return "digits are not grouped: write \(joined)" }
    }
    if bare.contains(":"), bare.allSatisfy({ "0"..."9" ~= $0 || $0 == ":" }) {
      return "numbers are not written with ':'"
    }
    if bare.last == "%", let percent = Double(text.dropLast()) {
      return "percentages are not read" + (isWhole ? "" : ": write \(written(percent / 100))")
    }
    if isNumberLike(bare) { return "no such number fits 64 bits" }
    return nil
  }

  /// Whether it is text in this strict reading only: YAML 1.2 has it as a number that is not
  /// accepted here, such as `010`, `.inf` and `1e999`, or as a boolean, such as `True`.
  var isTextHereAlone: Bool {
    guard isPlain, case .text = core else { return false }
    switch text {
    case "True", "TRUE", "False", "FALSE", ".nan", ".NaN", ".NAN": return true
    default: break
    }
    let bare = text.first == "-" || text.first == "+" ? String(text.dropFirst()) : text
    return [".inf", ".Inf", ".INF"].contains(bare) || CoreScalar.numeral(text) != nil
  }

  private func isNumber(_ text: String) -> Bool {
    switch CoreScalar(plain: text) {
    case .integer, .real: true
    default: false
    }
  }

  /// Whether the text is a number but for its exponent.
  private func isNumberLike(_ text: Substring) -> Bool {
    let parts = text.lowercased().split(separator: "e", omittingEmptySubsequences: false)
    return parts.count == 2 && isNumber(String(parts[0])) && isNumber(String(parts[1]))
  }

  /// What to write instead where a boolean is wanted, when the text looks like one.
  var booleanHint: String? {
    switch text.lowercased() {
    case "yes", "on", "y", "1", "true": "write true"
    case "no", "off", "n", "0", "false": "write false"
    default: nil
    }
  }
}

extension YAMLNode {
  /// The node as a message names it: `the text 'abc'`, `-3`, `a list`.
  var described: String {
    switch content {
    case .list: "a list"
    case .map: "a map"
    case .removed: quoted(Self.removal)
    case .unknown: "something unknown"
    case .scalar(let scalar):
      switch scalar.core {
      case .null: "nothing"
      case .boolean, .integer, .real: String(scalar.text.prefix(40))
      case .text: "\(scalar.isPlain ? "the text" : "the quoted text") \(quoted(scalar.text))"
      }
    }
  }
}

extension YAMLNode {
  /// What is wrong with the characters of a text that is not what it should be.
  var characterHint: String? {
    guard case .scalar(let scalar) = content, scalar.isPlain else { return nil }
    if let first = scalar.text.first, "“”„‘’‚«»".contains(first) {
      return "typographic quotes are a part of the text: write ' or \""
    }
    let hidden = scalar.text.unicodeScalars.first {
      $0.properties.generalCategory == .format
        || $0.properties.generalCategory == .spaceSeparator && $0 != " "
    }
    return hidden.map {
      "it holds a character that cannot be seen, U+\(String($0.value, radix: 16, uppercase: true))"
    }
  }
}
