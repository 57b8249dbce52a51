import CKernels

/// Elementary functions in binary64 that give the same bits everywhere; libm's do not.
package enum Elementary {
  /// e^x; overflow is infinity, underflow zero. Within 2 ulp.
  package static func exp(_ x: Double) -> Double { hb_exp64(x) }
  /// The natural logarithm; -infinity at zero, NaN below. Within 2 ulp.
  package static func log(_ x: Double) -> Double { hb_log64(x) }
  /// log(x) / ln 10, exact at powers of ten.
  package static func log10(_ x: Double) -> Double {
    let value = hb_log64(x) * 0.4342944819032518
    let nearest = value.rounded()
    guard (value - nearest).magnitude < 1e-9, nearest.magnitude <= 300 else { return value }
    return power(10, Int(nearest)) == x ? nearest : value
  }
  /// Sine for |x| up to about 10^6.
  package static func sin(_ x: Double) -> Double { hb_sin64(x) }
  /// Cosine for |x| up to about 10^6.
  package static func cos(_ x: Double) -> Double { hb_cos64(x) }
  /// base^exponent by repeated squaring; a negative exponent divides one by the positive power.
  package static func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    var square = base
    var rest = exponent.magnitude
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return exponent < 0 ? 1 / result : result
  }
}
