import CKernels
import HerdbookNumerics

/// A teacher's answers to examples, which its students are trained towards beside the labels
/// (Hinton, Vinyals and Dean, arXiv:1503.02531).
///
/// With p and p_T the student's softmax at temperature 1 and T, q the teacher's at T, and y the label, the
/// derivative of the loss by the student's scores is (1 - share) (p - y) + share T (p_T - q): that of
/// (1 - share) CE(y, p) + share T^2 CE(q, p_T).
package struct Teaching: Sendable {
  package let temperature: Double
  /// The share of the answers in the loss, from 0 to 1.
  package let share: Double
  /// q: [examples][stride of the classes].
  let answers: AlignedFloats

  /// Asks the teacher; the same bits for any number of threads.
  package init(
    by teacher: Weights, on examples: Examples, temperature: Double, share: Double, threads: Int
  ) {
    self.temperature = temperature
    self.share = share
    let classes = teacher.layout.classes
    let stride = teacher.layout.layers[teacher.layout.layers.count - 1].stride
    answers = AlignedFloats(count: examples.count * stride)
    let scores = teacher.activations(
      on: examples, layer: teacher.layout.layers.count, threads: threads)
    for example in 0..<examples.count {
      for unit in 0..<classes {
        unsafe answers.base[example * stride + unit] = scores[example * classes + unit]
      }
    }
    unsafe Kernels.current.table.softmax(
      examples.count, classes, stride, Float(1 / temperature), answers.base)
  }
}

extension Workspace {
  /// Turns the derivatives by the scores of the first `count` samples, (p - y) in `errors`, into those under
  /// a teacher: e <- fma(-share, e, e), then fma(share T, p_T, e), then fma(-share T, q, e).
  ///
  /// - Parameter scores: of the student, before softmax: [samples][stride].
  func teach(
    _ teaching: Teaching, scores: UnsafePointer<Float>, count: Int,
    _ errors: UnsafeMutablePointer<Float>
  ) {
    let stride = layout.layers[layout.layers.count - 1].stride
    let pull = Float(teaching.share * teaching.temperature)
    unsafe softened.update(from: scores, count: count * stride)
    unsafe kernels.softmax(
      count, layout.classes, stride, Float(1 / teaching.temperature), softened)
    unsafe kernels.add_scaled(Float(-teaching.share), errors, count * stride, errors)
    unsafe kernels.add_scaled(pull, softened, count * stride, errors)
    for sample in 0..<count {
      unsafe kernels.add_scaled(
        -pull, teaching.answers.base + Int(taught[sample]) * stride, stride,
        errors + sample * stride)
    }
    extendLifetime(teaching.answers)
  }
}
