import CKernels
package import HerdbookNumerics

/// How a gradient becomes a step.
package enum Optimizer: Sendable, Equatable {
  /// w <- fma(-rate / batch, g, w).
  case sgd
  /// v <- fma(momentum, v, g / batch), w <- fma(-rate, v, w).
  case momentum(Double)
  /// Kingma and Ba 2015, Algorithm 1: the powers of beta1 and beta2 by repeated multiplication in
  /// binary64.
  case adam(beta1: Double, beta2: Double, epsilon: Double)
}

/// How one individual is trained between two selections.
package struct TrainingRequest: Sendable {
  package let steps: Int
  package let batch: Int
  /// Of each step.
  package let learningRates: [Double]
  package let optimizer: Optimizer
  /// Before each step, weights, but not biases, are multiplied with 1 less the rate times this, rounded to
  /// binary32 (decoupled weight decay, Loshchilov and Hutter 2019).
  package let weightDecay: Double
  /// What a teacher says of the examples; nil where labels alone count.
  package let teaching: Teaching?

  package init(steps: Int, batch: Int, learningRate: Double, optimizer: Optimizer) {
    self.init(
      batch: batch, learningRates: Array(repeating: learningRate, count: steps),
      optimizer: optimizer)
  }

  package init(
    batch: Int, learningRates: [Double], optimizer: Optimizer, weightDecay: Double = 0,
    teaching: Teaching? = nil
  ) {
    self.steps = learningRates.count
    self.batch = batch
    self.learningRates = learningRates
    self.optimizer = optimizer
    self.weightDecay = weightDecay
    self.teaching = teaching
  }
}

/// What an optimizer keeps from one step to the next, and from one iteration to the next.
package struct OptimizerState: Sendable, Equatable, Codable {
  /// The velocity of `momentum`, the mean of the gradients of `adam`.
  package var first: Weights
  /// The mean of their squares; `adam` only.
  package var second: Weights?
  package var powers = Powers()

  /// beta1 and beta2 to the power of the steps so far; 1 at first.
  package struct Powers: Sendable, Equatable, Codable {
    package var beta1 = 1.0
    package var beta2 = 1.0
  }

  /// Before the first step; nil where the optimizer keeps nothing.
  init?(_ optimizer: Optimizer, layout: NetworkLayout) {
    first = Weights(layout: layout)
    switch optimizer {
    case .sgd: return nil
    case .momentum: break
    case .adam: second = Weights(layout: layout)
    }
  }
}

extension Workspace {
  /// Gradient descent on softmax cross-entropy over minibatches of the mean gradient.
  ///
  /// Minibatches are drawn uniformly with replacement: draw i of `stream`, which nobody has drawn from
  /// yet, is image i of the minibatches in their order. The gradient of a weight is one chain over the
  /// samples in ascending order. `state` is nil at first and goes on with the individual. Several
  /// `threads` share the columns of each layer, which makes no difference to any chain.
  package func train(
    _ network: inout Weights, state: inout OptimizerState?, on examples: Examples,
    _ request: TrainingRequest, stream: RandomStream, threads: Int = 1
  ) {
    load(network, examples, count: request.batch)
    if state == nil { state = OptimizerState(request.optimizer, layout: layout) }
    var powers = state?.powers ?? OptimizerState.Powers()
    var (first, second) = (state?.first, state?.second)
    // Nobody else holds the state while it is edited, so that it is not copied.
    state = nil
    unsafe Weights.edit(&first, &second) { first, second in
      unsafe examples.withAddresses { images, rows, labels in
        draw(0, request, of: examples, stream)
        let before = powers
        inStep(threads: threads) { member in
          var own = before
          for step in 0..<request.steps {
            if member.isFirst {
              unsafe gather(rows, labels, count: request.batch)
              if step + 1 < request.steps {
                draw(step + 1, request, of: examples, stream)
                unsafe announce(images, stride: examples.images.stride, rows, count: request.batch)
              }
            }
            unsafe forward(
              images, stride: examples.images.stride, count: request.batch, as: member)
            let update = unsafe request.update(
              step, &own, weights: weights, first: first, second: second)
            let kept =
              request.weightDecay == 0
              ? nil : Float(1 - request.learningRates[step] * request.weightDecay)
            unsafe backward(
              count: request.batch, update, keeping: kept, request.teaching, as: member)
          }
          if member.isFirst { powers = own }
        }
      }
    }
    unsafe network.replace(with: weights)
    if let first {
      state = OptimizerState(request.optimizer, layout: layout)
      state?.first = first
      state?.second = second
      state?.powers = powers
    }
  }

  /// The mean gradient of softmax cross-entropy on one minibatch, which is drawn as in training.
  package func gradient(
    of network: Weights, on examples: Examples, batch: Int, stream: RandomStream
  ) -> Weights {
    var network = network
    var state: OptimizerState?
    // What momentum keeps of a single step is the gradient.
    train(
      &network, state: &state, on: examples,
      TrainingRequest(steps: 1, batch: batch, learningRate: 0, optimizer: .momentum(0)),
      stream: stream)
    return state?.first ?? Weights(layout: layout)
  }

  /// Draws the positions of minibatch `step` into `drawn`.
  private func draw(
    _ step: Int, _ request: TrainingRequest, of examples: Examples, _ stream: RandomStream
  ) {
    unsafe stream.withName { key, name in
      unsafe kernels.bounded(
        key, name, step * request.batch, request.batch, UInt32(examples.count), drawn)
    }
  }

  /// Where the drawn samples are, and what they are.
  private func gather(_ rows: UnsafePointer<Int32>, _ classes: UnsafePointer<UInt8>, count: Int) {
    for index in 0..<count {
      let position = unsafe Int(drawn[index])
      unsafe taught[index] = drawn[index]
      unsafe self.rows[index] = rows[position]
      unsafe labels[index] = classes[position]
    }
  }

  /// Tells the forward pass where the images of the pass after it are.
  private func announce(
    _ images: UnsafePointer<UInt8>, stride: Int, _ rows: UnsafePointer<Int32>, count: Int
  ) {
    for index in 0..<count {
      let row = unsafe Int(rows[Int(drawn[index])])
      unsafe batch.next[index] = images + row * stride
    }
    unsafe batch.upcoming = count
  }

  /// The backward pass from the scores, each layer updated once its errors have passed below it. Members
  /// share columns as in the forward pass; all have met when it returns.
  private func backward(
    count: Int, _ start: hb_update, keeping kept: Float?, _ teaching: Teaching?,
    as member: TeamMember
  ) {
    let last = layout.layers.count - 1
    if member.isFirst {
      unsafe kernels.turn(&batch)
      unsafe errors[last].update(from: outputs[last], count: count * layout.layers[last].stride)
      unsafe kernels.softmax_gradient(
        count, layout.classes, layout.layers[last].stride, labels, errors[last])
      if let teaching { unsafe teach(teaching, scores: outputs[last], count: count, errors[last]) }
    }
    member.meet()
    for index in stride(from: last, through: 0, by: -1) {
      if index > 0 { propagate(below: index, count: count, as: member) }
      let layer = layout.layers[index]
      let columns = member.part(of: layer.outputs, inGroupsOf: Int(HB_LANES))
      if let kept { decay(layer: index, columns, to: kept) }
      if !columns.isEmpty { unsafe update(layer: index, columns, count: count, start) }
    }
    member.meet()
  }

  /// Multiplies some columns of a layer's matrix with a number.
  private func decay(layer index: Int, _ columns: Range<Int>, to kept: Float) {
    let layer = layout.layers[index]
    for row in 0..<layer.inputs {
      let start = unsafe weights + layer.weights + row * layer.stride
      for column in columns { unsafe start[column] *= kept }
    }
  }

  /// Updates some columns of a layer's matrix and biases; `start` points to the network's storage.
  private func update(layer index: Int, _ columns: Range<Int>, count: Int, _ start: hb_update) {
    let layer = layout.layers[index]
    let errors = unsafe self.errors[index] + columns.lowerBound
    var update = unsafe start.moved(by: layer.weights + columns.lowerBound)
    if index == 0 {
      var batch = unsafe self.batch
      unsafe kernels.update_images(&batch, errors, columns.count, layer.stride, &update)
    } else if leavesOut(zerosOf: index - 1, columns: columns.count) {
      unsafe kernels.update_turned(
        turnedOutputs[index - 1], capacity, count, layer.inputs, errors, columns.count,
        layer.stride,
        &update)
    } else {
      unsafe kernels.update_dense(
        outputs[index - 1], layout.layers[index - 1].stride, count, layer.inputs, errors,
        columns.count, layer.stride, &update)
    }
    if let bias = layer.bias {
      unsafe update = start.moved(by: bias + columns.lowerBound)
      unsafe kernels.update_bias(count, errors, columns.count, layer.stride, &update)
    }
  }

  /// errors[index - 1] = (errors[index] times the transposed matrix) * activation'. Members share the
  /// columns of the layer below; all have met when it returns.
  private func propagate(below index: Int, count: Int, as member: TeamMember) {
    let layer = layout.layers[index]
    let below = layout.layers[index - 1]
    let columns = member.part(of: below.outputs, inGroupsOf: Int(HB_LANES))
    if member.isFirst, leavesOut(zerosOf: index - 1, columns: layer.outputs) {
      unsafe kernels.transpose(
        outputs[index - 1], count, below.outputs, below.stride, turnedOutputs[index - 1], capacity)
    }
    if !columns.isEmpty {
      let turned = unsafe transposed[index - 1] + columns.lowerBound
      unsafe kernels.transpose(
        weights + layer.weights + columns.lowerBound * layer.stride, columns.count, layer.outputs,
        layer.stride, turned, below.stride)
      unsafe multiply(
        errors[index], of: index, count: count, turned, nil, columns: columns.count,
        stride: below.stride, errors[index - 1] + columns.lowerBound)
    }
    member.meet()
    let samples = member.part(of: count)
    let start = samples.lowerBound * below.stride
    unsafe kernels.activate_back(
      layout.activation.kernel, samples.count * below.stride, outputs[index - 1] + start,
      errors[index - 1] + start)
    member.meet()
  }
}

extension hb_update {
  /// The update of what stands so many floats further in storage.
  fileprivate func moved(by position: Int) -> hb_update {
    var update = unsafe self
    unsafe update.weights = weights + position
    unsafe update.first = first.map { unsafe $0 + position }
    unsafe update.second = second.map { unsafe $0 + position }
    return unsafe update
  }
}

extension TrainingRequest {
  /// The numbers of a step; `powers` moves on.
  fileprivate func update(
    _ step: Int, _ powers: inout OptimizerState.Powers, weights: UnsafeMutablePointer<Float>,
    first: UnsafeMutablePointer<Float>?, second: UnsafeMutablePointer<Float>?
  ) -> hb_update {
    let learningRate = learningRates[step]
    var update = unsafe hb_update(
      optimizer: HB_SGD, step: Float(learningRate / Double(batch)),
      inverse_batch: Float(1 / Double(batch)), rate: Float(learningRate), momentum: 0,
      first_share: 0, decay: 0, second_share: 0, correction: 0, epsilon: 0, weights: weights,
      first: first, second: second)
    switch optimizer {
    case .sgd: break
    case .momentum(let momentum):
      unsafe update.optimizer = HB_MOMENTUM
      unsafe update.momentum = Float(momentum)
    case .adam(let beta1, let beta2, let epsilon):
      powers.beta1 *= beta1
      powers.beta2 *= beta2
      unsafe update.optimizer = HB_ADAM
      unsafe update.rate = Float(learningRate / (1 - powers.beta1))
      unsafe update.momentum = Float(beta1)
      unsafe update.first_share = Float(1 - beta1)
      unsafe update.decay = Float(beta2)
      unsafe update.second_share = Float(1 - beta2)
      unsafe update.correction = Float(1 / (1 - powers.beta2).squareRoot())
      unsafe update.epsilon = Float(epsilon)
    }
    return unsafe update
  }
}
