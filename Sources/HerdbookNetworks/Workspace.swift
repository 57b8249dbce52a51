import CKernels
import HerdbookNumerics

/// The memory of one thread's passes through networks of one layout: no pass allocates.
@safe
package final class Workspace {
  let layout: NetworkLayout
  /// The most samples of one pass.
  package let capacity: Int
  let kernels = Kernels.current.table
  /// Activations of each layer of units but the input: [samples][stride].
  let outputs: [AlignedFloats]
  /// Derivatives of the loss with respect to each of them before activation.
  let errors: [AlignedFloats]
  /// Each layer's matrix but the first's, transposed: [outputs][stride of the inputs].
  let transposed: [AlignedFloats]
  /// A column of ones: the input that a bias multiplies.
  let ones: AlignedFloats
  var samples: [Int32]
  var labels: [UInt8]
  private let words: UnsafeMutablePointer<UInt32>
  private let floats: UnsafeMutablePointer<Float>
  var terms: hb_terms
  var columns: hb_terms

  /// For passes of up to `capacity` samples.
  package init(layout: NetworkLayout, capacity: Int) {
    self.layout = layout
    self.capacity = capacity
    outputs = layout.layers.map { AlignedFloats(count: capacity * $0.stride) }
    errors = layout.layers.map { AlignedFloats(count: capacity * $0.stride) }
    transposed = layout.layers.dropFirst().enumerated().map { index, layer in
      AlignedFloats(count: layer.outputs * layout.layers[index].stride)
    }
    ones = AlignedFloats(count: capacity)
    unsafe ones.base.update(repeating: 1, count: capacity)
    samples = [Int32](repeating: 0, count: capacity)
    labels = [UInt8](repeating: 0, count: capacity)
    // The writer of compressed rows looks one term ahead.
    let most = capacity * layout.inputs + 1
    let wordCount = 2 * most + capacity + 1 + layout.inputs + 1
    unsafe words = .allocate(capacity: wordCount)
    unsafe words.initialize(repeating: 0, count: wordCount)
    unsafe floats = .allocate(capacity: 2 * most)
    unsafe floats.initialize(repeating: 0, count: 2 * most)
    unsafe terms = hb_terms(
      starts: words + 2 * most, index: words, value: floats)
    unsafe columns = hb_terms(
      starts: words + 2 * most + capacity + 1, index: words + most, value: floats + most)
  }

  deinit {
    unsafe words.deallocate()
    unsafe floats.deallocate()
  }

  /// Compresses the first `count` of `samples` (rows of the examples' images).
  func compress(_ examples: Examples, count: Int) {
    unsafe examples.images.withUnsafeBase { base in
      unsafe examples.values.withUnsafeBufferPointer { values in
        unsafe samples.withUnsafeBufferPointer { rows in
          unsafe hb_compress(
            base, examples.images.stride, rows.baseAddress!, count, layout.inputs,
            values.baseAddress!, &terms)
        }
      }
    }
  }

  /// The forward pass of the compressed samples; scores of the last layer stay before softmax.
  func forward(_ weights: UnsafePointer<Float>, count: Int) {
    for (index, layer) in layout.layers.enumerated() {
      let matrix = unsafe weights + layer.weights
      let bias = unsafe layer.bias.map { unsafe weights + $0 }
      let out = unsafe outputs[index].base
      if index == 0 {
        unsafe kernels.forward_terms(&terms, count, matrix, bias, layer.stride, out)
      } else {
        let before = layout.layers[index - 1]
        unsafe kernels.forward_dense(
          outputs[index - 1].base, before.stride, count, layer.inputs, matrix, bias, layer.stride,
          out)
      }
      if index < layout.layers.count - 1 {
        unsafe kernels.activate(layout.activation.kernel, count * layer.stride, out)
      }
    }
  }
}
