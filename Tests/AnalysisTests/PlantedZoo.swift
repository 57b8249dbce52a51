import HerdbookAnalysis
import HerdbookNumerics

/// Eighty networks over six generations of which it is known what makes them good: the logarithm of the learning rate,
/// and where statistics are to tell more, a part that shows in how fast the weights spread and nowhere else.
struct PlantedZoo {
  var statisticTells = false
  /// Whether accuracies are drawn by lot.
  var isBlind = false
  /// Networks of generation 0 from which all later ones descend.
  var families = 80
  /// Networks whose weights spread beyond all bounds from generation 1 on.
  var exploded: Set<Int> = []
  /// Networks without an accuracy from generation 2 on.
  var lost: Set<Int> = []
  /// Whether all move the same way.
  var goTogether = false

  private static let networks = 80
  private static let last = 5

  var zoo: Zoo { made.zoo }

  func map(threads: Int) throws -> SnapshotMap {
    let (zoo, sketches) = made
    return try SnapshotMap(zoo, threads: threads) { sketches[$0] }
  }

  /// The zoo and the projections of each generation.
  private var made: (zoo: Zoo, sketches: [[Float]]) {
    var stream = RandomStream(seed: 7, purpose: .initialization)
    func drawn() -> [Double] { (0..<Self.networks).map { _ in stream.uniform() } }
    let (rate, hidden, batch, luck) = (drawn(), drawn(), drawn(), drawn())
    let ways = (0..<Self.networks).map { _ in
      (0..<Snapshots.dimensions).map { _ in Float(stream.normal()) }
    }
    let lots = (0...Self.last).map { _ in drawn() }
    let starts = (0..<Self.networks).map { _ in
      (0..<Snapshots.dimensions).map { _ in Float(10 * stream.normal()) }
    }
    let snapshots = (0...Self.last).map { generation in
      let share = Double(generation) / Double(Self.last)
      let deviations = (0..<Self.networks).map { network in
        let growth = 0.1 + rate[network] + (statisticTells ? 2 * hidden[network] : 0)
        let isExploded = exploded.contains(network) && generation > 0
        return isExploded ? 1000 : 1 + growth * Double(generation)
      }
      let accuracies = (0..<Self.networks).map { network -> Float in
        if lost.contains(network) && generation > 1 { return .nan }
        if isBlind { return Float(0.5 + lots[generation][network] / 4) }
        let end = generation == Self.last
        let rest = end ? (statisticTells ? hidden[network] : 0.3 * luck[network]) : 0
        let error = -0.2 - share * rate[network] - rest
        return Float(1 - Elementary.exp(error * Elementary.log(10)))
      }
      return Snapshots(
        generation: generation, ids: Array(0..<Self.networks),
        origins: generation == 0
          ? [] : (0..<Self.networks).map { generation == 1 ? $0 % families : $0 },
        accuracy: accuracies, loss: accuracies.map { 1 - $0 }, testAccuracy: [],
        tensors: ["layers.1.weight"],
        moments: deviations.flatMap { [0, Float($0 * $0)] },
        percentiles: deviations.flatMap { deviation in
          Snapshots.levels.map { Float(($0 - 0.5) * deviation) }
        },
        sketches: [])
    }
    let sketches = (0...Self.last).map { generation in
      (0..<Self.networks).flatMap { network in
        zip(starts[network], ways[goTogether ? 0 : network]).map { $0 + $1 * Float(generation) }
      }
    }
    let zoo = Zoo(
      snapshots,
      hyperparameters: [
        ZooHyperparameter(
          name: "learning_rate",
          values: rate.map { Elementary.exp(($0 * 3 - 3) * Elementary.log(10)) }),
        ZooHyperparameter(name: "batch", values: batch.map { ($0 * 64).rounded() }),
      ], images: 10_000, seed: 3)
    return (zoo, sketches)
  }
}

/// Networks of four units: two are the same two features in all of them, two are noise.
struct PlantedFields {
  let plane = CoarsePlane(
    planeRows: 20, planeColumns: 20, lit: [Bool](repeating: true, count: 400))
  let features: [[Float]]
  private let trained: [Float]
  private let noise: [Float]

  private static let networks = 80

  init() {
    var stream = RandomStream(seed: 9, purpose: .initialization)
    func unit(_ values: [Double]) -> [Float] {
      let mean = mean(values)
      let length = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
      return values.map { Float(($0 - mean) / length) }
    }
    func noise() -> [Double] { (0..<100).map { _ in stream.normal() } }
    // A bright spot each, far from the other.
    let spots = [(2, 2), (6, 3)].map { row, column in
      (0..<100).map { cell in
        let (r, c) = (Double(cell / 10 - row), Double(cell % 10 - column))
        return Elementary.exp(-(r * r + c * c) / 4)
      }
    }
    features = spots.map(unit)
    trained = (0..<Self.networks).flatMap { _ -> [Float] in
      let units = spots.map { spot in zip(spot, noise()).map { $0 + 0.05 * $1 } }
      return (units + [noise(), noise()]).flatMap(unit)
    }
    self.noise = (0..<Self.networks * 4).flatMap { _ in unit(noise()) }
  }

  func found(threads: Int) throws -> RecurringNeurons? {
    func fields(_ values: [Float]) -> NeuronFields {
      NeuronFields(values, networks: Self.networks, cells: plane.cells)
    }
    return try RecurringNeurons(
      PlantedZoo().zoo, plane: plane, last: fields(trained), first: fields(noise),
      shuffled: fields(noise), threads: threads)
  }
}
