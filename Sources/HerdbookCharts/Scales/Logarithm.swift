/// The natural logarithm of a positive finite number by exponent and series.
///
/// Only additions, multiplications and one division, so that a picture has the same bytes on every
/// machine; the error is below 1e-14 of the result away from 1, far below a hundredth of a pixel.
func logarithm(_ value: Double) -> Double {
  guard value > 0, value.isFinite else { return value == 0 ? -.infinity : .nan }
  var mantissa = value.significand
  var exponent = Double(value.exponent)
  if mantissa > 1.414_213_562_373_095_1 {
    mantissa /= 2
    exponent += 1
  }
  // log m = 2 atanh((m - 1) / (m + 1)), and the argument is at most 0.172.
  let ratio = (mantissa - 1) / (mantissa + 1)
  let square = ratio * ratio
  var sum = 0.0
  for term in stride(from: 21, through: 1, by: -2) { sum = sum * square + 1 / Double(term) }
  return 2 * ratio * sum + exponent * 0.693_147_180_559_945_3
}
