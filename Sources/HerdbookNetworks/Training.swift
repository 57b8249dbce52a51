import CKernels
package import HerdbookNumerics

/// How one individual is trained between two selections.
package struct TrainingRequest: Sendable {
  package let steps: Int
  package let batch: Int
  package let learningRate: Double
  /// nil for plain gradient descent.
  package let momentum: Double?

  package init(steps: Int, batch: Int, learningRate: Double, momentum: Double?) {
    self.steps = steps
    self.batch = batch
    self.learningRate = learningRate
    self.momentum = momentum
  }
}

extension Workspace {
  /// Gradient descent on softmax cross-entropy over minibatches of the mean gradient.
  ///
  /// Minibatches are drawn uniformly with replacement: one draw of `stream` an image, in order. The
  /// gradient of a weight is one chain over the samples in ascending order; plain descent is
  /// w <- fma(-rate / batch, g, w), momentum v <- fma(momentum, v, g / batch), w <- fma(-rate, v, w).
  /// `velocity` is zero at first and goes on with the individual; nil for plain descent.
  package func train(
    _ weights: inout Weights, velocity: inout Weights?, on examples: Examples,
    _ request: TrainingRequest, stream: RandomStream
  ) {
    precondition(request.batch <= capacity, "a minibatch fits the workspace")
    var stream = stream
    var update = hb_update(
      step: Float(request.learningRate / Double(request.batch)),
      inverse_batch: Float(1 / Double(request.batch)), rate: Float(request.learningRate),
      momentum: Float(request.momentum ?? 0))
    if request.momentum != nil, velocity == nil { velocity = Weights(layout: layout) }
    for _ in 0..<request.steps {
      draw(examples, count: request.batch, stream: &stream)
      compress(examples, count: request.batch)
      unsafe hb_by_input(&terms, request.batch, layout.inputs, &columns)
      unsafe weights.edit { weights in
        unsafe forward(weights, count: request.batch)
        if var moving = velocity {
          velocity = nil
          unsafe moving.edit { unsafe backward(weights, $0, count: request.batch, update: &update) }
          velocity = moving
        } else {
          unsafe backward(weights, nil, count: request.batch, update: &update)
        }
      }
    }
  }

  /// Fills `samples` and `labels` with a minibatch.
  private func draw(_ examples: Examples, count: Int, stream: inout RandomStream) {
    for index in 0..<count {
      let position = stream.bounded(examples.count)
      samples[index] = examples.rows[position]
      labels[index] = examples.labels[position]
    }
  }

  /// The backward pass from the scores, each layer updated once its errors have passed below it.
  private func backward(
    _ weights: UnsafeMutablePointer<Float>, _ velocity: UnsafeMutablePointer<Float>?, count: Int,
    update: inout hb_update
  ) {
    let last = layout.layers.count - 1
    unsafe errors[last].base.update(
      from: outputs[last].base, count: count * layout.layers[last].stride)
    unsafe kernels.softmax_gradient(
      count, layout.classes, layout.layers[last].stride, labels, errors[last].base)
    for index in stride(from: last, through: 0, by: -1) {
      let layer = layout.layers[index]
      let matrix = unsafe weights + layer.weights
      let moving = unsafe velocity.map { unsafe $0 + layer.weights }
      if index == 0 {
        unsafe kernels.update_terms(
          &columns, layer.inputs, errors[0].base, layer.stride, &update, matrix, moving)
      } else {
        unsafe propagate(below: index, matrix, count: count)
        unsafe kernels.update_dense(
          outputs[index - 1].base, layout.layers[index - 1].stride, count, layer.inputs,
          errors[index].base, layer.stride, &update, matrix, moving)
      }
      if let bias = layer.bias {
        unsafe kernels.update_dense(
          ones.base, 1, count, 1, errors[index].base, layer.stride, &update, weights + bias,
          velocity.map { unsafe $0 + bias })
      }
    }
  }

  /// errors[index - 1] = (errors[index] times the transposed matrix) * activation'.
  private func propagate(below index: Int, _ matrix: UnsafePointer<Float>, count: Int) {
    let layer = layout.layers[index]
    let below = layout.layers[index - 1]
    let turned = unsafe transposed[index - 1].base
    unsafe hb_transpose(matrix, layer.inputs, layer.outputs, layer.stride, turned, below.stride)
    unsafe kernels.forward_dense(
      errors[index].base, layer.stride, count, layer.outputs, turned, nil, below.stride,
      errors[index - 1].base)
    unsafe kernels.activate_back(
      layout.activation.kernel, count * below.stride, outputs[index - 1].base,
      errors[index - 1].base)
  }
}
