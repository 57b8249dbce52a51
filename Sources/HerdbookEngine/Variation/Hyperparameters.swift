package import HerdbookModel
import HerdbookNetworks
package import HerdbookNumerics

extension Drawable {
  /// The given value, or one drawn with one number of the stream.
  package func value(_ stream: inout RandomStream) -> Double {
    let u = stream.uniform()
    switch self {
    case .fixed(let value): return value
    case .uniform(let low, let high): return min(low + u * (high - low), high.nextDown)
    case .logUniform(let low, let high):
      let (from, to) = (Elementary.log(low), Elementary.log(high))
      return min(max(Elementary.exp(from + u * (to - from)), low), high.nextDown)
    case .choice(let values): return values[min(Int(u * Double(values.count)), values.count - 1)]
    }
  }
}

extension Breeder {
  /// The values of an individual of generation 0. One draw each from (hyperparameters, 0, id), in the
  /// order learning rate, batch, mutation scale, initialization scale, step length.
  package func drawn(id: Int) -> Hyperparameters {
    var stream = stream(.hyperparameters, iteration: 0, id: id)
    let training = experiment.training ?? Experiment.Training()
    let learningRate = training.learningRate.value(&stream)
    let batch = training.batch.value(&stream)
    let mutationScale = experiment.mutation.scale.value(&stream)
    let initializationScale = experiment.network.initialization.scale.value(&stream)
    let stepLength = experiment.approximator.stepLength.value(&stream)
    return Hyperparameters(
      learningRate: experiment.training == nil ? nil : learningRate,
      batch: experiment.training == nil ? nil : wholeBatch(batch),
      mutationScale: mutationScale, initializationScale: initializationScale,
      stepLength: experiment.approximator.kind == .operator ? stepLength : nil)
  }

  /// The values of a child: each drawn one is drawn anew with the probability of `resample`, else
  /// multiplied by one of the two factors of `perturb`; the mutation scale and the step length adapt
  /// before that.
  ///
  /// From (hyperparameter mutation, iteration, id), whether they are used or not: with training
  /// three numbers each for learning rate and batch; then for the mutation scale a normal and three, and
  /// for the step length, where there is one, as many.
  package func mutated(_ parent: Hyperparameters, iteration: Int, id: Int) -> Hyperparameters {
    var stream = stream(.hyperparameterMutation, iteration: iteration, id: id)
    var child = parent
    let training = experiment.training ?? Experiment.Training()
    child.learningRate = parent.learningRate.map {
      varied($0, training.learningRate, &stream)
    }
    if let batch = parent.batch {
      child.batch = wholeBatch(varied(Double(batch), training.batch, &stream))
    }
    child.mutationScale = parent.mutationScale.map {
      adapted(
        $0, experiment.mutation.scale, by: experiment.mutation.adapt, within: 1e-3...2, &stream)
    }
    let approximator = experiment.approximator
    child.stepLength = parent.stepLength.map {
      adapted($0, approximator.stepLength, by: approximator.adapt, within: 1e-3...3, &stream)
    }
    return child
  }

  /// A value after self-adaptation, which keeps it within bounds, and mutation; a normal and as for `varied`.
  private func adapted(
    _ value: Double, _ drawable: Drawable, by deviation: Double, within bounds: ClosedRange<Double>,
    _ stream: inout RandomStream
  ) -> Double {
    let step = stream.normal()
    func bounded(_ value: Double) -> Double {
      min(max(value, bounds.lowerBound), bounds.upperBound)
    }
    guard deviation > 0, value > 0 else { return varied(value, drawable, &stream) }
    return bounded(varied(bounded(value * Elementary.exp(deviation * step)), drawable, &stream))
  }

  /// One value after mutation; two numbers and one draw of the stream.
  private func varied(
    _ value: Double, _ drawable: Drawable, _ stream: inout RandomStream
  ) -> Double {
    let rule = experiment.mutation.hyperparameters
    let (chance, side) = (stream.uniform(), stream.uniform())
    let fresh = drawable.value(&stream)
    guard drawable.isDrawn else { return value }
    if let resample = rule.resample, chance < resample { return fresh }
    guard let factors = rule.perturb else { return value }
    return value * (side < 0.5 ? factors[0] : factors[1])
  }

  /// A batch as a number of images: at least one, at most the training images.
  private func wholeBatch(_ value: Double) -> Int {
    min(max(Int(value.rounded()), 1), max(training.count, 1))
  }
}
