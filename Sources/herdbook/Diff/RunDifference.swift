import HerdbookAnalysis
import HerdbookBundle
import HerdbookModel
import HerdbookNetworks

/// How a run of one bundle differs from its partner in another.
struct RunDifference: Sendable {
  struct Measure: Sendable {
    let aspect: Aspect
    let name: String
    let parting: Int?
    let first: Double
    let second: Double
    /// See `SeriesDifference`; NaN of what is no series.
    let firstMean: Double
    let secondMean: Double
    let mean: Double
    let better: Experiment.Compare.Better?
    let isChanged: Bool
  }
  /// The weights of a layer of the population, in the last generation that both tell of.
  struct Layer: Sendable {
    let generation: Int
    /// From 1.
    let layer: Int
    let inputs: String
    let distance: QuantileDistance
  }
  struct Tensor: Sendable {
    enum Change: Sendable {
      case added([Int])
      case removed([Int])
      case shape([Int], [Int])
      case values(TensorDifference)
    }
    /// The file in the run's folder.
    let file: String
    let name: String
    let change: Change
  }
  /// Weights that were recorded on the way.
  struct Recorded: Sendable {
    /// Generations that both recorded, and those whose weights differ.
    let generations: Int
    let changed: Int
    /// The first that differs.
    let parting: Int
    /// The last that differs and whose files are there, which `tensors` tells of.
    let compared: Int?
  }

  let pair: RunPair
  var first: Plan.Run { pair.first }
  var second: Plan.Run { pair.second }
  /// Paths in the run's folder that differ, or that one alone has.
  fileprivate(set) var files: [String] = []
  /// Of them those that differ beyond the tolerance.
  fileprivate(set) var changedFiles: [String] = []
  fileprivate(set) var divergence = PopulationDivergence.none
  /// Whether champions come by main parents from one founder, whose weights were the same in both: else hidden
  /// units of one number have nothing in common.
  fileprivate(set) var isOfOneLineage = true
  /// Whether both have the table of distributions.
  fileprivate(set) var hasDistributions = false
  fileprivate(set) var hasBothChampions = false
  /// Generations whose weights both recorded.
  fileprivate(set) var recordedGenerations = 0
  fileprivate(set) var measures: [Measure] = []
  fileprivate(set) var layers: [Layer] = []
  fileprivate(set) var tensors: [Tensor] = []
  fileprivate(set) var matching: NeuronMatching?
  fileprivate(set) var recorded: Recorded?
  /// The bundle that alone keeps the champion, if one does.
  fileprivate(set) var soleChampion: Side?

  enum Side: String, Sendable {
    case first
    case second
  }

  /// What is told of weights: tensors, a champion that one bundle alone keeps, and recorded weights, as
  /// far as any of it is beyond the tolerance.
  var changedWeights: Int {
    guard isChanged else { return 0 }
    return tensors.count + (soleChampion == nil ? 0 : 1) + (recorded == nil ? 0 : 1)
  }

  /// Whether anything differs beyond the tolerance.
  var isChanged: Bool {
    !changedFiles.isEmpty || !tensors.isEmpty || measures.contains(where: \.isChanged)
      || (recorded?.compared == nil && recorded != nil)
  }
}

extension RunDifference {
  /// Reads what differs of two runs; files of equal digests are not opened.
  init(
    _ pair: RunPair, _ first: RecordedBundle, _ second: RecordedBundle, tolerance: Tolerance
  ) throws(BundleError) {
    self.pair = pair
    let reader = RunPairReader(pair: pair, first: first, second: second, tolerance: tolerance)
    isOfOneLineage = reader.haveOneOrigin
    hasDistributions = reader.has("distributions.csv")
    measures = reader.outcomes()
    for name in reader.names where try reader.isDifferent(name) {
      files.append(name)
      if try reader.isBeyondTolerance(name) { changedFiles.append(name) }
    }
    if let (mine, theirs) = try reader.tables("generations.csv", where: files) {
      divergence = try reader.divergence(mine, theirs)
      measures += try reader.series(mine, theirs)
    }
    if let (mine, theirs) = try reader.tables("phylogeny.csv", where: files) {
      measures += try reader.births(mine, theirs)
    }
    if let (mine, theirs) = try reader.tables("distributions.csv", where: files) {
      layers = try reader.layers(mine, theirs)
    }
    try compareChampions(reader)
    try compareRecorded(reader)
  }

  private mutating func compareChampions(_ reader: RunPairReader) throws(BundleError) {
    let name = RunPairReader.champion
    hasBothChampions = reader.has(name)
    guard files.contains(name) else { return }
    let has = (
      reader.first.file(name, of: first) != nil, reader.second.file(name, of: second) != nil
    )
    guard has.0, has.1 else {
      soleChampion = has.0 ? .first : .second
      return
    }
    let (mine, theirs) = (
      try reader.first.bundle.tensors("runs/\(first.id)/\(name)"),
      try reader.second.bundle.tensors("runs/\(second.id)/\(name)")
    )
    tensors = reader.tensors(mine, theirs, file: name)
    if isOfOneLineage { isOfOneLineage = try reader.areOfOneFounder }
    guard !isOfOneLineage else { return }
    let networks = (
      try reader.first.champion(of: first), try reader.second.champion(of: second)
    )
    if let a = networks.0, let b = networks.1 { matching = NeuronMatching(a, b) }
  }

  private mutating func compareRecorded(_ reader: RunPairReader) throws(BundleError) {
    let (mine, theirs) = (
      reader.first.weights[first.id] ?? [:], reader.second.weights[second.id] ?? [:]
    )
    let common = mine.keys.filter { theirs[$0] != nil }.sorted()
    recordedGenerations = common.count
    let changed = common.filter { mine[$0]?.digest != theirs[$0]?.digest }
    guard let parting = changed.first else { return }
    var compared: Int?
    for generation in changed.reversed() {
      guard let a = mine[generation], let b = theirs[generation] else { continue }
      guard try reader.first.bundle.has(a.path), try reader.second.bundle.has(b.path) else {
        continue
      }
      let found = reader.tensors(
        try reader.first.recordedTensors(a), try reader.second.recordedTensors(b),
        file: String(a.path.dropFirst("runs/\(first.id)/".count)))
      tensors += found
      compared = generation
      break
    }
    recorded = Recorded(
      generations: common.count, changed: changed.count, parting: parting, compared: compared)
  }
}

extension RecordedBundle {
  /// The champion of a run; nil where it is not kept, or of no activation that is known.
  func champion(of run: Plan.Run) throws(BundleError) -> Weights? {
    guard let file = file(RunPairReader.champion, of: run) else { return nil }
    let tensors = try NetworkTensors(
      bundle.tensors(file.path), file: "\(bundle.folder)/\(file.path)")
    let kind = tensors.network(like: Experiment.Network(layers: tensors.layers))
    return kind.flatMap { tensors.weights($0).first }
  }

  /// Recorded weights, whose bytes are as they were written.
  fileprivate func recordedTensors(_ entry: Manifest.Entry) throws(BundleError) -> Safetensors {
    try Safetensors(
      parsing: bundle.intactBytes(entry.path), file: "\(bundle.folder)/\(entry.path)")
  }
}
