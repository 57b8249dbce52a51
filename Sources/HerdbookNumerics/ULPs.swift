/// How many steps lie between two binary32 numbers: 0 of equal ones, 1 of neighbours.
///
/// Both zeros are one number, the infinities stand behind the largest finite ones. Any two NaN are 0
/// apart; nil between NaN and a number, which no steps join.
package func ulps(_ a: Float, _ b: Float) -> UInt32? {
  if a.isNaN || b.isNaN { return a.isNaN && b.isNaN ? 0 : nil }
  func place(_ value: Float) -> Int64 {
    let magnitude = Int64(value.bitPattern & 0x7FFF_FFFF)
    return value.sign == .minus ? -magnitude : magnitude
  }
  return UInt32((place(a) - place(b)).magnitude)
}
