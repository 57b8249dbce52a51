package import HerdbookModel

/// What one run computes, counted from its experiment: at most, where `stop` may end it earlier.
///
/// With P individuals, T iterations, V validation images of which fitness sees F:
/// - Generation 0 evaluates P individuals, each iteration E of them:
///   P with training or `fitness.resample`; else, with `replace: worst`, the
///   max(1, round(fraction · P)) that are replaced, at most P - 1; with `replace: all`, P less the
///   elites; with the method `none` all or nobody, and where the method holds individuals against each
///   other at most P - 1.
/// - evaluations = P + T E.
/// - Images for fitness are evaluations · F; where fitness sees fewer than all validation images,
///   the champion of each of the T + 1 generations passes all V as well. Test images are passed by
///   the last champion, or by each of the T + 1 with `record.test-curve`.
/// - steps = T P `training.steps`, each of `training.batch` images; a batch that is drawn counts
///   with the median of what it is drawn from. A probe gradient takes its images for each that is born.
/// - Preselection passes its images for each candidate of each that is born, a teacher all training images once.
/// - Operations: a multiply-add counts two, and training takes three ways forward for each image.
///
/// A count that passes 64 bits stays at the largest number.
package struct Workload: Sendable, Equatable {
  package let evaluations: Int
  /// Images passed forward: for fitness, by champions, and for the test.
  package let forwardImages: Int
  /// Images of all minibatches and probe gradients.
  package let trainedImages: Int
  package let steps: Int
  package let operations: Double
  /// Individuals that have a birth after generation 0.
  package let newborns: Int

  package var images: Int { saturatingSum(forwardImages, trainedImages) }

  package init(_ experiment: Experiment, _ dataset: DatasetIdentity) {
    self.init(
      experiment, training: dataset.training, validation: dataset.validation, test: dataset.test)
  }

  init(_ experiment: Experiment, training images: Int, validation: Int, test: Int) {
    let size = experiment.population.size
    let iterations = experiment.iterations
    let seen = experiment.fitness.images(of: validation)
    let generations = iterations + 1

    evaluations = saturatingSum(
      size, saturatingProduct(iterations, Self.evaluationsPerIteration(experiment)))
    var forward = saturatingProduct(evaluations, seen)
    if seen < validation {
      forward = saturatingSum(forward, saturatingProduct(generations, validation))
    }
    let tests = experiment.record.testCurve ? generations : 1
    forward = saturatingSum(forward, saturatingProduct(tests, test))

    var (steps, trained) = (0, 0)
    if let training = experiment.training {
      steps = saturatingProduct(saturatingProduct(iterations, size), training.steps)
      let images = (Double(steps) * training.batch.median).rounded()
      trained = images < 0x1p62 ? Int(images) : .max
    }
    newborns = saturatingProduct(iterations, Self.newbornsPerIteration(experiment))
    if experiment.approximator.sees(.probeGradient) {
      trained = saturatingSum(
        trained, saturatingProduct(newborns, Experiment.Approximator.probeImages))
    }
    if let preselect = experiment.mutation.preselect {
      let each = saturatingProduct(preselect.candidates, preselect.images)
      forward = saturatingSum(forward, saturatingProduct(newborns, each))
    }
    if experiment.transfer?.take == .distill { forward = saturatingSum(forward, images) }
    self.steps = steps
    forwardImages = forward
    trainedImages = trained
    operations =
      2 * Double(experiment.network.multiplyAdds) * (Double(forward) + 3 * Double(trained))
  }

  private static func evaluationsPerIteration(_ experiment: Experiment) -> Int {
    let size = experiment.population.size
    if experiment.training != nil || experiment.fitness.resample { return size }
    return newbornsPerIteration(experiment)
  }

  static func newbornsPerIteration(_ experiment: Experiment) -> Int {
    let size = experiment.population.size
    return switch (experiment.selection.method, experiment.selection.replace) {
    case (.none, .worst): 0
    case (.none, .all): size
    // At most: the best one is never replaced.
    case (.binaryTournament, _), (.tTest, _): size - 1
    case (_, .worst): min(experiment.selection.share(of: size), size - 1)
    case (_, .all): size - experiment.selection.elites
    }
  }
}

/// The bytes of recorded weights of one run.
package func recordedBytes(_ experiment: Experiment) -> Int {
  let generations = experiment.record.generations(iterations: experiment.iterations).count
  let individuals = experiment.record.individuals == .all ? experiment.population.size : 1
  let weights = saturatingProduct(
    experiment.record.type.width, experiment.network.weightCount)
  return saturatingProduct(saturatingProduct(generations, individuals), weights)
}

/// The product of two counts, or the largest number where it would be more.
func saturatingProduct(_ first: Int, _ second: Int) -> Int {
  let (product, overflow) = first.multipliedReportingOverflow(by: second)
  return overflow ? .max : product
}

/// The sum of two counts, or the largest number where it would be more.
func saturatingSum(_ first: Int, _ second: Int) -> Int {
  let (sum, overflow) = first.addingReportingOverflow(second)
  return overflow ? .max : sum
}
