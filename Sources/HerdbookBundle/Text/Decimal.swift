/// Numbers as text, the same in CSV and JSON.
///
/// A number is the shortest decimal that reads back to the same bits of its type, as the standard
/// library finds it, in one form: a whole number has no fraction (`1`, not `1.0`), an exponent has
/// neither plus nor leading zeros (`1e-5`, `1e16`), negative zero is `-0`. No locale has a say.
package enum Decimal {
  /// The text of a finite number.
  package static func text(_ value: Double) -> String { normalized(value.description) }
  package static func text(_ value: Float) -> String { normalized(value.description) }

  private static func normalized(_ description: String) -> String {
    if description.hasSuffix(".0") { return String(description.dropLast(2)) }
    guard let e = description.utf8.firstIndex(of: UInt8(ascii: "e")) else { return description }
    var exponent = description[description.utf8.index(after: e)...]
    let sign = exponent.first == "-" ? "-" : ""
    if exponent.first == "-" || exponent.first == "+" { exponent = exponent.dropFirst() }
    exponent = exponent.drop { $0 == "0" }
    return "\(description[..<e])e\(sign)\(exponent)"
  }

  /// The value of a decimal: digits, then perhaps a fraction and an exponent; nil for anything
  /// else, and for what is too large for the type.
  package static func double(_ text: ArraySlice<UInt8>) -> Double? {
    guard isDecimal(text), let value = Double(String(decoding: text, as: UTF8.self)) else {
      return nil
    }
    return value.isFinite ? value : nil
  }

  package static func float(_ text: ArraySlice<UInt8>) -> Float? {
    guard isDecimal(text), let value = Float(String(decoding: text, as: UTF8.self)) else {
      return nil
    }
    return value.isFinite ? value : nil
  }

  package static func integer(_ text: ArraySlice<UInt8>) -> Int? {
    var rest = text
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    guard !rest.isEmpty, rest.allSatisfy(isDigit) else { return nil }
    return Int(String(decoding: text, as: UTF8.self))
  }

  private static func isDecimal(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    guard takeDigits(&rest) else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard takeDigits(&rest) else { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
        rest = rest.dropFirst()
      }
      guard takeDigits(&rest) else { return false }
    }
    return rest.isEmpty
  }

  private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> Bool {
    let count = rest.count
    rest = rest.drop(while: isDigit)
    return rest.count < count
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}
