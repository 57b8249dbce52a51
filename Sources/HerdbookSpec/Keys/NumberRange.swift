/// The real numbers that a key accepts.
struct NumberRange: Sendable {
  enum Lower: Sendable {
    case from(Double)
    case above(Double)
  }
  enum Upper: Sendable {
    case upTo(Double)
    case below(Double)
  }
  var lower: Lower
  var upper: Upper?

  func contains(_ value: Double) -> Bool {
    switch lower {
    case .from(let bound): if value < bound { return false }
    case .above(let bound): if value <= bound { return false }
    }
    switch upper {
    case .upTo(let bound): return value <= bound
    case .below(let bound): return value < bound
    case nil: return true
    }
  }

  /// Completes "a number".
  var expectation: String {
    let lowerText =
      switch lower {
      case .from(let bound): "from \(written(bound))"
      case .above(let bound): "above \(written(bound))"
      }
    let upperText =
      switch upper {
      case .upTo(let bound): " up to \(written(bound))"
      case .below(let bound): " to below \(written(bound))"
      case nil: ""
      }
    return lowerText + upperText
  }

  static let positive = NumberRange(lower: .above(0))
  static let nonNegative = NumberRange(lower: .from(0))
  /// Shares and probabilities that zero would make pointless.
  static let positiveShare = NumberRange(lower: .above(0), upper: .upTo(1))
  static let probability = NumberRange(lower: .from(0), upper: .upTo(1))
}
