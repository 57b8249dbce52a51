package import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

/// What the budget of a run gives without evolution.
package struct ControlCourse: Sendable, Equatable {
  package let control: Experiment.Report.Control
  /// At each generation, the fitness of the best network; NaN where all have diverged.
  package let fitness: [Double]
  /// Images passed until each generation, for training and for fitness; of gradient descent beside a run
  /// that does not train, for training alone.
  package let images: [Int]
  /// The rate of the best at the end; nil where nothing is trained.
  package let learningRate: Double?
  /// Of the best at the end, on all validation images and on the test images.
  package let validationAccuracy: Double
  package let testAccuracy: Double
}

extension Evolution {
  /// Spends the budget of this run on a control.
  ///
  /// - Parameters:
  ///   - budget: the images that the run had passed at each of its generations.
  ///   - observe: called after each generation; may throw to end it.
  package func course<Failure: Error>(
    of control: Experiment.Report.Control, budget: [Int], observe: () throws(Failure) -> Void
  ) throws(Failure) -> ControlCourse {
    if control == .randomSearch, experiment.training == nil {
      return try randomSearch(budget, observe)
    }
    return try independent(
      control == .sgd ? plainDescent(budget) : self, control, generations: budget.count,
      observe)
  }

  /// The networks of generation 0, each trained alone; the best at each generation is that of all.
  private func independent<Failure: Error>(
    _ evolution: Evolution, _ control: Experiment.Report.Control, generations: Int,
    _ observe: () throws(Failure) -> Void
  ) throws(Failure) -> ControlCourse {
    let experiment = evolution.experiment
    let rates =
      control == .sgd
      ? experiment.training?.learningRate.grid(experiment.population.size) ?? [] : []
    var lives = (0..<experiment.population.size).map { Waiting(.initial(id: $0)) }
    var course = Course(direction: experiment.fitness.direction)
    for generation in 0..<generations {
      var developed = evolution.develop(
        lives, generation: generation, on: evolution.fitnessExamples(generation))
      if control == .sgd {
        for place in developed.indices {
          developed[place].member.hyperparameters.learningRate = rates[place]
          // What the course is measured on, the run did not need.
          if self.experiment.training == nil { developed[place].evaluatedImages = 0 }
        }
      }
      course.best = nil
      course.append(developed)
      lives = developed.map { Waiting(.survivor($0.member)) }
      try observe()
    }
    return course.end(control, data, threads: threads)
  }

  /// The same networks under plain gradient descent: rates at even distances over the range that the
  /// experiment draws them from, and where it does not train, as many steps as pass the images that the
  /// run passed.
  private func plainDescent(_ budget: [Int]) -> Evolution {
    var plain = experiment
    if let training = experiment.training {
      plain.training = Experiment.Training(
        steps: training.steps, batch: .fixed(training.batch.median),
        learningRate: training.learningRate)
    } else {
      let batch = min(64, max(1, data.training.count))
      let images = max(0, budget[budget.count - 1] - budget[0])
      let each = max(1, budget.count - 1) * experiment.population.size * batch
      plain.training = Experiment.Training(
        steps: max(1, images / each), batch: .fixed(Double(batch)))
    }
    return Evolution(
      experiment: plain, seed: seed, data: data, threads: threads, transfer: breeder.transfer,
      swap: swap)
  }

  /// Fresh networks, as many in each iteration as the budget allows; the best that there was so far.
  /// The first are those of generation 0, without what is transferred.
  private func randomSearch<Failure: Error>(
    _ budget: [Int], _ observe: () throws(Failure) -> Void
  ) throws(Failure) -> ControlCourse {
    var fresh = experiment
    fresh.transfer = nil
    let evolution = Evolution(
      experiment: fresh, seed: seed, data: data, threads: threads, swap: swap)
    var course = Course(direction: experiment.fitness.direction)
    var id = 0
    for generation in budget.indices {
      let images = fitnessExamples(generation)
      let affordable = (budget[generation] - (course.images.last ?? 0)) / max(1, images.count)
      let count = generation == 0 ? experiment.population.size : max(0, affordable)
      let lives = (0..<count).map { Waiting(.initial(id: id + $0)) }
      id += count
      course.append(evolution.develop(lives, generation: generation, on: images))
      try observe()
    }
    return course.end(.randomSearch, data, threads: threads)
  }
}

/// A control on its way.
private struct Course {
  let direction: Experiment.Fitness.Direction
  /// The best so far; a caller that wants the best of a generation takes it away before.
  var best: Member?
  private(set) var fitness: [Double] = []
  private(set) var images: [Int] = []

  init(direction: Experiment.Fitness.Direction) { self.direction = direction }

  mutating func append(_ developed: [Developed]) {
    let candidates = (best.map { [$0] } ?? []) + developed.map(\.member)
    let ranking = Ranking(
      fitness: candidates.map(\.fitness), ids: candidates.map(\.id), direction: direction)
    best = candidates[ranking.order[0]]
    fitness.append(candidates[ranking.order[0]].fitness)
    let passed = developed.reduce(0) { $0 + $1.evaluatedImages + $1.trainedImages }
    images.append((images.last ?? 0) + passed)
  }

  func end(
    _ control: Experiment.Report.Control, _ data: RunData, threads: Int
  ) -> ControlCourse {
    guard let best else { preconditionFailure("a control has generations") }
    return ControlCourse(
      control: control, fitness: fitness, images: images,
      learningRate: best.hyperparameters.learningRate,
      validationAccuracy: best.weights.evaluation(on: data.validation, threads: threads).accuracy,
      testAccuracy: best.weights.evaluation(on: data.test, threads: threads).accuracy)
  }
}

extension Drawable {
  /// As many values as `count`, at even distances over what it is drawn from, ends included; choices in
  /// turn.
  package func grid(_ count: Int) -> [Double] {
    func between(_ low: Double, _ high: Double) -> [Double] {
      (0..<count).map {
        count == 1 ? (low + high) / 2 : low + (high - low) * Double($0) / Double(count - 1)
      }
    }
    return switch self {
    case .fixed(let value): Array(repeating: value, count: count)
    case .uniform(let low, let high): between(low, high)
    case .logUniform(let low, let high):
      between(Elementary.log(low), Elementary.log(high)).map { Elementary.exp($0) }
    case .choice(let values): (0..<count).map { values[$0 * values.count / count] }
    }
  }
}
