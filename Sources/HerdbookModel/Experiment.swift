/// One experiment with every default filled in: what a spec says once nothing is left to guess.
package struct Experiment: Sendable, Equatable {
  /// The name of the spec file without its extension; also the name of the bundle.
  package var name: String
  package var title: String
  package var description: String?
  /// The seed of replicate 0; other replicates derive theirs from it.
  package var seed: UInt64
  /// Turns of the evolutionary loop at most; generation t is the population after t of them.
  package var iterations: Int
  package var stop: Stop
  package var dataset: Dataset
  package var network: Network
  package var population: Population
  /// Gradient training between selections; nil when there is none.
  package var training: Training?
  package var fitness: Fitness
  package var selection: Selection
  package var crossover: Crossover
  package var mutation: Mutation
  package var approximator: Approximator
  package var record: Record
  /// What generation 0 begins with; nil where it is drawn.
  package var transfer: Transfer?
  /// The seeds that every variant runs under.
  package var replicates: Int
  /// How variants are held against each other; nil when the spec does not say.
  package var compare: Compare?
  package var report: Report

  package init(
    name: String, title: String, description: String?, seed: UInt64, iterations: Int,
    stop: Stop = Stop(), dataset: Dataset, network: Network, population: Population,
    training: Training?,
    fitness: Fitness, selection: Selection, crossover: Crossover, mutation: Mutation,
    approximator: Approximator = Approximator(), record: Record, transfer: Transfer? = nil,
    replicates: Int = 1, compare: Compare? = nil,
    report: Report = Report()
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.seed = seed
    self.iterations = iterations
    self.stop = stop
    self.dataset = dataset
    self.network = network
    self.population = population
    self.training = training
    self.fitness = fitness
    self.selection = selection
    self.crossover = crossover
    self.mutation = mutation
    self.approximator = approximator
    self.record = record
    self.transfer = transfer
    self.replicates = replicates
    self.compare = compare
    self.report = report
  }
}

/// A value that is given, or drawn for each individual of generation 0.
package enum Drawable: Sendable, Equatable {
  case fixed(Double)
  /// Uniform on [low, high).
  case uniform(Double, Double)
  /// Uniform in the logarithm on [low, high), 0 < low < high.
  case logUniform(Double, Double)
  case choice([Double])

  /// Whether individuals may differ in it, so that mutation may change it.
  package var isDrawn: Bool {
    if case .fixed = self { false } else { true }
  }
}

/// A convolution over the input plane that shapes noise: of mutation or of the initialization.
package struct KernelFilter: Sendable, Equatable {
  package enum Shape: String, Sendable, CaseIterable {
    case none
    case gaussian
    case box
    case laplacian
    case differenceOfGaussians = "difference-of-gaussians"
  }
  package var shape: Shape
  /// Width of `gaussian` and of the inner bell of `difference-of-gaussians`, in pixels.
  package var sigma: Double
  /// Half width of `box`, in pixels: the box is 2 * radius + 1 wide.
  package var radius: Int
  /// Whether the plane's pixels are permuted after filtering: the placebo with equal statistics.
  package var shuffle: Bool

  package init(shape: Shape, sigma: Double = 1, radius: Int = 1, shuffle: Bool = false) {
    self.shape = shape
    self.sigma = sigma
    self.radius = radius
    self.shuffle = shuffle
  }

  package static let none = KernelFilter(shape: .none)
}

extension Drawable {
  /// The median of what generation 0 has; of an even number of choices, the lower middle one.
  package var median: Double {
    switch self {
    case .fixed(let value): value
    case .uniform(let low, let high): (low + high) / 2
    case .logUniform(let low, let high): (low * high).squareRoot()
    case .choice(let values): values.sorted()[(values.count - 1) / 2]
    }
  }
}
