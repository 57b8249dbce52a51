/// Numbers as text by integer arithmetic of our own: no locale, no printf.
package enum Decimal {
  /// `value` rounded half away from zero to at most two decimals, without trailing zeros: the form
  /// of every coordinate. Values that are not finite have none: marks leave them out before.
  package static func coordinate(_ value: Double) -> String {
    fixed(value, decimals: 2, trimmed: true)
  }

  /// `value` rounded half away from zero to `decimals` (0...9).
  ///
  /// - Parameter trimmed: whether zeros at the end, and then the point, are left out.
  /// - Parameter grouped: whether thousands are parted by commas.
  package static func fixed(
    _ value: Double, decimals: Int, trimmed: Bool = false, grouped: Bool = false
  ) -> String {
    guard value.isFinite else { return value.isNaN ? "n/a" : value < 0 ? "-∞" : "∞" }
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    let scaled = (value.magnitude * power).rounded(.toNearestOrAwayFromZero)
    guard scaled < 1e18 else { return value.description }
    let number = UInt64(scaled)
    let unit = UInt64(power)
    var text = digits(number / unit, grouped: grouped)
    if decimals > 0 {
      let fraction = String(number % unit)
      var tail = String(repeating: "0", count: decimals - fraction.count) + fraction
      if trimmed { while tail.last == "0" { tail.removeLast() } }
      if !tail.isEmpty { text += "." + tail }
    }
    return value < 0 && number != 0 ? "-" + text : text
  }

  /// `value` with `count` significant digits, plain between 1e-4 and 1e9, else as `1.2e-7`.
  package static func significant(_ value: Double, _ count: Int = 3) -> String {
    guard value.isFinite, value != 0 else { return fixed(value, decimals: 0) }
    var exponent = floorLog10(value.magnitude)
    if exponent >= -4 && exponent < 9 {
      let decimals = min(9, max(0, count - 1 - exponent))
      return fixed(value, decimals: decimals, grouped: true)
    }
    var mantissa = value
    if exponent > 0 {
      for _ in 0..<exponent { mantissa /= 10 }
    } else {
      for _ in 0..<(-exponent) { mantissa *= 10 }
    }
    var text = fixed(mantissa, decimals: count - 1, trimmed: true)
    if text == "10" || text == "-10" {
      text = text == "10" ? "1" : "-1"
      exponent += 1
    }
    return "\(text)e\(exponent)"
  }

  /// An integer with commas between its thousands.
  package static func grouped(_ value: Int) -> String {
    (value < 0 ? "-" : "") + digits(UInt64(value.magnitude), grouped: true)
  }

  private static func digits(_ value: UInt64, grouped: Bool) -> String {
    let plain = String(value)
    guard grouped, plain.count > 3 else { return plain }
    var out = ""
    for (index, digit) in plain.enumerated() {
      if index > 0 && (plain.count - index).isMultiple(of: 3) { out += "," }
      out.append(digit)
    }
    return out
  }

  /// The largest integer e with 10^e <= value, for value > 0, by multiplication only.
  static func floorLog10(_ value: Double) -> Int {
    var exponent = 0
    if value >= 1 {
      var power = 10.0
      while power <= value {
        power *= 10
        exponent += 1
      }
    } else {
      var scaled = value
      while scaled < 1 && exponent > -330 {
        scaled = value * powerOfTen(1 - exponent)
        exponent -= 1
      }
    }
    return exponent
  }

  /// 10^n for 0 <= n, exact up to 22.
  static func powerOfTen(_ n: Int) -> Double {
    var power = 1.0
    for _ in 0..<n { power *= 10 }
    return power
  }
}
