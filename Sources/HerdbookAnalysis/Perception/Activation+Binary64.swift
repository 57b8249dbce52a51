import HerdbookModel
import HerdbookNumerics

/// Activations in binary64, for analysis: the engine has kernels of its own.
extension Experiment.Network.Activation {
  /// What a unit gives whose inputs sum up to this.
  func value(of sum: Double) -> Double {
    switch self {
    case .relu: max(0, sum)
    case .sigmoid: 1 / (1 + Elementary.exp(-sum))
    case .tanh: 2 / (1 + Elementary.exp(-2 * sum)) - 1
    }
  }

  /// The derivative where a unit gives this value.
  func slope(at value: Double) -> Double {
    switch self {
    case .relu: value > 0 ? 1 : 0
    case .sigmoid: value * (1 - value)
    case .tanh: 1 - value * value
    }
  }
}
