extension Experiment {
  /// The section `record`: what a bundle keeps beyond its tables.
  package struct Record: Sendable, Equatable {
    package enum Generations: Sendable, Equatable {
      /// The last generation.
      case last
      case listed([Int])
      case all
      case every(Int)
    }
    package enum Individuals: String, Sendable, CaseIterable {
      case all
      case champion
    }
    package enum Champions: String, Sendable, CaseIterable {
      /// Of all runs.
      case all
      /// Of the best run of each variant on validation images.
      case best
      /// Of the best of all runs.
      case one
    }
    /// How a recorded weight is kept.
    package enum NumberType: String, Sendable, CaseIterable {
      /// As it is.
      case float32
      /// Rounded to the nearest number of half the size, ties to even.
      case float16

      /// Bytes of one number.
      package var width: Int {
        switch self {
        case .float32: 4
        case .float16: 2
        }
      }
    }
    package var weights: Generations
    package var individuals: Individuals
    /// Of the numbers in `weights/`; the champion's file always has them as they are.
    package var type: NumberType
    /// Whether statistics of every network are kept at every generation, with what they tell: a model zoo.
    package var zoo: Bool
    /// Test accuracy of the champion at every generation; the report says that it was exposed.
    package var testCurve: Bool
    /// Whose champions are kept, with what a page shows of one run alone: of all runs, or of the best of each
    /// variant. Nil for all of up to four runs, else the best.
    package var champions: Champions?
    /// Iterations from one checkpoint to the next; nil where the clock decides. No result hangs on it.
    package var checkpoint: Int?

    package init(
      weights: Generations = .last, individuals: Individuals = .champion,
      type: NumberType = .float32, zoo: Bool = false, testCurve: Bool = false,
      champions: Champions? = nil, checkpoint: Int? = nil
    ) {
      self.type = type
      self.zoo = zoo
      self.champions = champions
      self.weights = weights
      self.individuals = individuals
      self.testCurve = testCurve
      self.checkpoint = checkpoint
    }

    /// Numbers that a zoo keeps of each network at each generation: of each tensor, beside them, and, at the ends of a
    /// run, of each hidden unit of the first layer on a plane.
    package static func zooNumbers(tensors: Int) -> Int {
      statisticsNumbers(tensors: tensors) + projectionNumbers
    }
    /// Those of them that are no projection.
    package static func statisticsNumbers(tensors: Int) -> Int { 25 * tensors + 2 }
    package static let projectionNumbers = 256
    package static func fieldNumbers(units: Int, rows: Int, columns: Int) -> Int {
      units * ((rows + 1) / 2) * ((columns + 1) / 2)
    }

    /// Hidden units that recurring patterns are found on, at most.
    package static let mostPatternUnits = 20_000

    /// Of fewer networks, half of them say nothing of the other half.
    package static let fewestOfZoo = 20

    /// Whether more is recorded than the last champion, which has a file of its own.
    package var keepsWeightFiles: Bool { individuals == .all || weights != .last }

    /// Whether the last generation is recorded, whichever that is.
    package var includesLast: Bool {
      if case .listed = weights { false } else { true }
    }

    /// The recorded generations of a run of `iterations`, ascending and without repetition.
    package func generations(iterations: Int) -> [Int] {
      switch weights {
      case .last: [iterations]
      case .listed(let list): Set(list).sorted()
      case .all: Array(0...iterations)
      case .every(let step):
        Array(stride(from: 0, through: iterations, by: step))
          + (iterations.isMultiple(of: step) ? [] : [iterations])
      }
    }
  }
}
