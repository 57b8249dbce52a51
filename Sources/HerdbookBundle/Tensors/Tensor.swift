/// An array of numbers with a name and a shape, row by row (the last index runs fastest).
package struct Tensor: Sendable, Equatable {
  package enum Element: String, Sendable, CaseIterable {
    case float32 = "F32"
    case float16 = "F16"

    var width: Int {
      switch self {
      case .float32: 4
      case .float16: 2
      }
    }
  }

  package var name: String
  package var shape: [Int]
  /// The type in the file; `float16` is rounded to nearest, ties to even, when it is written.
  package var element: Element
  package var values: [Float]

  package init(name: String, shape: [Int], element: Element = .float32, values: [Float]) {
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
      "a tensor holds as many values as its shape says")
    self.name = name
    self.shape = shape
    self.element = element
    self.values = values
  }
}

/// Conversion between binary32 and binary16, the same on processors that have it and that do not.
enum Binary16 {
  /// The nearest binary16, ties to even; beyond 65,520 an infinity; NaN is the canonical 0x7E00.
  static func bits(_ value: Float) -> UInt16 {
    if value.isNaN { return 0x7E00 }
    let bits = value.bitPattern
    let sign = UInt16(bits >> 16) & 0x8000
    let magnitude = bits & 0x7FFF_FFFF
    if magnitude >= 0x477F_F000 { return sign | 0x7C00 }
    if magnitude < 0x3300_0000 { return sign }
    let exponent = Int(magnitude >> 23) - 127
    let significand = magnitude & 0x007F_FFFF | 0x0080_0000
    // How many bits of the significand fall away: 13, more below the normal range.
    let shift = exponent < -14 ? UInt32(13 - 14 - exponent) : 13
    let kept = significand >> shift
    let rest = significand & (1 << shift - 1)
    let half: UInt32 = 1 << (shift - 1)
    let rounded = rest > half || (rest == half && kept & 1 == 1) ? kept + 1 : kept
    // The kept leading bit adds one to the exponent field, and so does a carry out of rounding.
    let field = exponent < -14 ? 0 : UInt32(exponent + 14) << 10
    return sign | UInt16(field + rounded)
  }

  /// The value of a binary16, exactly; NaN is the canonical one.
  static func value(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      return sign == 0 ? magnitude : -magnitude
    case 31:
      return fraction == 0 ? Float(bitPattern: sign | 0x7F80_0000) : Float(bitPattern: 0x7FC0_0000)
    default:
      return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
