import CKernels
import HerdbookModel

extension Experiment.Network.Activation {
  /// The kernels' name for it.
  var kernel: hb_activation {
    switch self {
    case .relu: HB_RELU
    case .tanh: HB_TANH
    case .sigmoid: HB_SIGMOID
    }
  }
}
