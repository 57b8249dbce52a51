/// How many binary32 numbers two numbers are apart: 0 of equal ones, zeros of either sign among them; nil where
/// either is NaN, unless both are.
package func ulps(_ first: Float, _ second: Float) -> Int? {
  if first.isNaN || second.isNaN { return first.isNaN && second.isNaN ? 0 : nil }
  func rank(_ value: Float) -> Int {
    let magnitude = Int(value.magnitude.bitPattern)
    return value.sign == .minus ? -magnitude : magnitude
  }
  return abs(rank(first) - rank(second))
}
