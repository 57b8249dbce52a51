import CKernels
import HerdbookNumerics

/// The memory of one thread's passes through networks of one layout: no pass allocates.
///
/// A network's weights are copied in once for many passes, so that they, the activations and the
/// minibatch lie side by side and stay in the second cache.
@safe
package final class Workspace {
  let layout: NetworkLayout
  /// The most samples of one pass.
  package let capacity: Int
  let kernels = Kernels.current.table
  private let arena: Arena
  /// The network of the passes, in storage of its layout.
  let weights: UnsafeMutablePointer<Float>
  /// Activations of each layer of units but the input: [samples][stride].
  let outputs: [UnsafeMutablePointer<Float>]
  /// Derivatives of the loss with respect to each of them before activation.
  let errors: [UnsafeMutablePointer<Float>]
  /// Each layer's matrix but the first's, transposed: [outputs][stride of the inputs].
  let transposed: [UnsafeMutablePointer<Float>]
  /// Of each hidden layer the activations that are not zero, as `hb_kernels.mark` has them, and whether they are so few
  /// in this pass that the others are left out.
  let marks: [UnsafeMutablePointer<UInt64>]
  var isSparse: [Bool]
  /// Activations of each hidden layer, transposed: [units][capacity].
  let turnedOutputs: [UnsafeMutablePointer<Float>]
  /// Positions of a minibatch's samples among the examples.
  let drawn: UnsafeMutablePointer<UInt32>
  /// Rows of the samples among the images, and their classes.
  let rows: UnsafeMutablePointer<Int32>
  let labels: UnsafeMutablePointer<UInt8>
  /// Under a teacher: positions of the samples among the examples, and the softened answers to them.
  let taught: UnsafeMutablePointer<UInt32>
  let softened: UnsafeMutablePointer<Float>
  private let values: UnsafeMutablePointer<Float>
  var batch: hb_batch

  /// For passes of up to `capacity` samples.
  package init(layout: NetworkLayout, capacity: Int) {
    precondition(layout.classes <= Int(HB_CLASSES), "a label names each class")
    let samples = (capacity + 63) / 64 * 64
    let blocks = (layout.inputs + 63) / 64
    let turnedRows = (layout.inputs + 15) / 16 * 16
    let turnedMatrices = layout.layers.indices.dropFirst()
      .map { layout.layers[$0].outputs * layout.layers[$0 - 1].stride }
    let float = MemoryLayout<Float>.stride
    let rowsOfFloats = layout.layers.map { samples * $0.stride * float }
    let hidden = layout.layers.dropLast()
    let markedBlocks = hidden.map { samples * (($0.outputs + 63) / 64) }
    let sizes = [
      layout.storage * float, 256 * float, samples * blocks * 8, turnedRows * samples,
      turnedRows * samples * float,
      layout.inputs * samples / 8, samples,
    ]
    let pieces =
      sizes + rowsOfFloats + rowsOfFloats + turnedMatrices.map { $0 * float }
      + markedBlocks.map { $0 * 8 } + hidden.map { samples * $0.outputs * float }
      + [Int](repeating: samples * 4, count: 3) + [Int](repeating: samples * 8, count: 2)
      + [samples * layout.layers[layout.layers.count - 1].stride * float]
    let arena = Arena(sizes: pieces)
    self.arena = arena
    self.layout = layout
    self.capacity = samples
    unsafe weights = arena.take(layout.storage, of: Float.self)
    unsafe outputs = layout.layers.map { unsafe arena.take(samples * $0.stride, of: Float.self) }
    unsafe errors = layout.layers.map { unsafe arena.take(samples * $0.stride, of: Float.self) }
    unsafe transposed = turnedMatrices.map { unsafe arena.take($0, of: Float.self) }
    unsafe marks = markedBlocks.map { unsafe arena.take($0, of: UInt64.self) }
    isSparse = hidden.map { _ in false }
    unsafe turnedOutputs = hidden.map { unsafe arena.take(samples * $0.outputs, of: Float.self) }
    unsafe drawn = arena.take(samples, of: UInt32.self)
    unsafe rows = arena.take(samples, of: Int32.self)
    unsafe labels = arena.take(samples, of: UInt8.self)
    unsafe values = arena.take(256, of: Float.self)
    unsafe batch = hb_batch(
      inputs: layout.inputs, capacity: samples, samples: 0, value: values,
      images: arena.take(samples, of: UnsafePointer<UInt8>.self),
      next: arena.take(samples, of: UnsafePointer<UInt8>.self), upcoming: 0,
      pixels_lit: arena.take(samples * blocks, of: UInt64.self), is_dense: 0,
      dense: arena.take(samples * turnedRows, of: Float.self),
      turned: arena.take(turnedRows * samples, of: UInt8.self),
      samples_lit: arena.take(layout.inputs * samples / 64, of: UInt64.self))
    unsafe taught = arena.take(samples, of: UInt32.self)
    unsafe softened = arena.take(
      samples * layout.layers[layout.layers.count - 1].stride, of: Float.self)
  }

  /// Copies a network and the values of the examples' bytes in, for passes of `count` samples each.
  func load(_ network: Weights, _ examples: Examples, count: Int) {
    precondition(network.layout == layout, "a workspace serves networks of its layout")
    precondition(count <= capacity, "a pass fits the workspace")
    precondition(
      examples.images.columns == layout.inputs && examples.images.stride % 64 == 0,
      "an image is an input, in rows of whole blocks")
    unsafe network.read { unsafe weights.update(from: $0, count: layout.storage) }
    for index in 0..<256 { unsafe values[index] = examples.values[index] }
    unsafe batch.capacity = (count + 63) / 64 * 64
    unsafe batch.upcoming = 0
  }

  /// The forward pass of the first `count` samples of `rows`; scores of the last layer stay before
  /// softmax. The members of a team share each layer's columns, and its samples where activations are
  /// taken; all have met when it returns.
  func forward(
    _ images: UnsafePointer<UInt8>, stride: Int, count: Int, as member: TeamMember = .alone
  ) {
    if member.isFirst { unsafe kernels.take(&batch, images, stride, rows, count) }
    member.meet()
    var batch = unsafe self.batch
    for (index, layer) in layout.layers.enumerated() {
      let out = unsafe outputs[index]
      let columns = member.part(of: layer.outputs, inGroupsOf: Int(HB_LANES))
      if !columns.isEmpty {
        let matrix = unsafe weights + layer.weights + columns.lowerBound
        let bias = unsafe layer.bias.map {
          unsafe UnsafePointer(weights + $0 + columns.lowerBound)
        }
        if index == 0 {
          unsafe kernels.forward_images(
            &batch, matrix, bias, columns.count, layer.stride, out + columns.lowerBound)
        } else {
          unsafe multiply(
            outputs[index - 1], of: index - 1, count: count, matrix, bias, columns: columns.count,
            stride: layer.stride, out + columns.lowerBound)
        }
      }
      member.meet()
      guard index < layout.layers.count - 1 else { return }
      let samples = member.part(of: count)
      unsafe kernels.activate(
        layout.activation.kernel, samples.count * layer.stride,
        out + samples.lowerBound * layer.stride)
      member.meet()
      if isWorthMarking(index) {
        if member.isFirst {
          let few = unsafe kernels.mark(out, layer.stride, count, layer.outputs, marks[index])
          isSparse[index] = few != 0
        }
        member.meet()
      }
    }
  }

  /// Whether zeros of a hidden layer can be left out anywhere: where its activation gives zeros, and a layer beside it is
  /// wide enough, the one above in the forward pass and in the gradient, the one below in the pass back.
  private func isWorthMarking(_ index: Int) -> Bool {
    layout.activation.kernel == HB_RELU
      && (layout.layers[index + 1].outputs >= Int(HB_WALK_COLUMNS)
        || index > 0 && layout.layers[index - 1].outputs >= Int(HB_WALK_COLUMNS))
  }

  /// Whether the zeros of a layer are left out of a product of so many columns.
  func leavesOut(zerosOf index: Int, columns: Int) -> Bool {
    index < isSparse.count && isSparse[index] && columns >= Int(HB_WALK_COLUMNS)
  }

  /// Some columns of what a layer's units have, activations or errors, times a matrix; both are zero where the
  /// activations are.
  func multiply(
    _ rows: UnsafePointer<Float>, of index: Int, count: Int, _ matrix: UnsafePointer<Float>,
    _ bias: UnsafePointer<Float>?, columns: Int, stride: Int, _ out: UnsafeMutablePointer<Float>
  ) {
    let layer = layout.layers[index]
    if leavesOut(zerosOf: index, columns: columns) {
      unsafe kernels.forward_marked(
        rows, layer.stride, marks[index], count, layer.outputs, matrix, bias, columns, stride, out)
    } else {
      unsafe kernels.forward_dense(
        rows, layer.stride, count, layer.outputs, matrix, bias, columns, stride, out)
    }
  }
}
