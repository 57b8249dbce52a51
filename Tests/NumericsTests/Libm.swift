#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The system's functions, which ours are measured against.
enum Libm {
  static func exp(_ x: Double) -> Double { systemExp(x) }
  static func log(_ x: Double) -> Double { systemLog(x) }
  static func sin(_ x: Double) -> Double { systemSin(x) }
  static func cos(_ x: Double) -> Double { systemCos(x) }
  static func tanh(_ x: Double) -> Double { systemTanh(x) }
  static func logistic(_ x: Double) -> Double { 1 / (1 + systemExp(-x)) }
  /// The normal distribution function.
  static func normal(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }
}
private func systemExp(_ x: Double) -> Double { exp(x) }
private func systemLog(_ x: Double) -> Double { log(x) }
private func systemSin(_ x: Double) -> Double { sin(x) }
private func systemCos(_ x: Double) -> Double { cos(x) }
private func systemTanh(_ x: Double) -> Double { tanh(x) }

/// Distance of a binary64 value from a reference in units of the reference's last place.
func ulps(_ value: Double, _ reference: Double) -> Double {
  if value == reference || (value.isNaN && reference.isNaN) { return 0 }
  return ((value - reference) / reference.ulp).magnitude
}

/// Distance of a binary32 value from a binary64 reference in binary32's last places at the
/// reference; infinity counts as 2^128, NaN is near NaN alone.
func ulps(_ value: Float, _ reference: Double) -> Double {
  if value == Float(reference) || (value.isNaN && reference.isNaN) { return 0 }
  if value.isNaN || reference.isNaN { return .infinity }
  let y = value.isInfinite ? (value < 0 ? -0x1p128 : 0x1p128) : Double(value)
  let exact = max(-0x1p128, min(0x1p128, reference))
  let last = exact == 0 ? -149 : max(-149, Int(exact.exponent) - 23)
  return (y - exact).magnitude * Double(sign: .plus, exponent: -last, significand: 1)
}
