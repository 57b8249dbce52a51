package import HerdbookModel

/// Everything that the figures of one run are drawn from.
package struct BundleRun {
  package struct Drift {
    package var generation: [Double]
    /// By measure (`founders`, `effective_founders`, `ancestor_age`): 2.5 %, 50 %, 97.5 %.
    package var bands: [String: (low: [Double], median: [Double], high: [Double])]
  }
  /// What the same budget gave without evolution.
  package struct Control {
    package var name: String
    package var generation: [Double]
    package var fitness: [Double]
    /// Of the best at the end.
    package var testAccuracy: Double
  }
  package struct Neurons {
    package var neuron: [Int]
    package var importance: [Double]
    package var moran: [Double]
    package var meanActivation: [Double]
    package var outgoingNorm: [Double]
    /// What removing each costs: mean cross-entropy in nats, and accuracy.
    package var ablationLoss: [Double]
    package var ablationAccuracy: [Double]
    /// With the weights that the founder of the champion's line had there.
    package var founderCosine: [Double]
  }
  package struct Mistakes {
    package var truth: [Int]
    package var predicted: [Int]
    package var probability: [Double]
    package var strip: [UInt8]
  }
  /// The champion's ancestral line along its principal components, and the population at its ends.
  package struct Path {
    package struct Point: Sendable {
      package var generation: Double
      package var isAncestor: Bool
      package var first: Double
      package var second: Double
    }
    package var points: [Point]
    /// Of the path's variance, the largest first; and of a random walk's.
    package var shares: [Double]
    package var walkShares: [Double]
  }
  /// When hidden units fire, by class.
  package struct Activations {
    package var neuron: [Int]
    package var firing: [Double]
    /// [unit][class].
    package var means: [[Double]]
    /// The images that excite some units most, unit by unit; nil without a plane.
    package var exciting: Exciting?
  }
  package struct Exciting {
    package var neuron: [Int]
    package var label: [Int]
    package var picture: [UInt8]
  }
  /// What the champion would like best to see of each class.
  package struct Preferred {
    package var probability: [Double]
    package var imageProbability: [Double]
    package var picture: [UInt8]
  }
  /// Whom the champion comes from in a generation.
  package struct Stop {
    package var generation: Int
    /// The weights into some units of the first layer, of the champion's most important one first.
    package var fields: [(unit: Int, weights: [Double])]
  }
  package struct Samples {
    package var label: [Int]
    package var picture: [UInt8]
  }

  package let run: Plan.Run
  package let generations: Generations
  package let phylogeny: Phylogeny
  package let distributions: [LayerDistribution]
  package let individuals: [IndividualDistribution]
  package let distances: [Distances]
  package let drift: Drift?
  package let controls: [Control]
  package let neurons: Neurons?
  /// The line that leads to the champion, ascending; generation 0 is its founder as it began.
  package let line: [Stop]
  /// The share of training images in which each pixel is lit; empty where unknown.
  package let lit: [Double]
  /// Counts by truth, then by prediction; empty where unknown.
  package let confusion: [[Int]]
  package let mistakes: Mistakes?
  package let samples: Samples?
  package let path: Path?
  package let activations: Activations?
  package let preferred: Preferred?
  /// The champion's weight matrices [in, out], first layer first.
  package let layers: [BundleContents.Tensor]
  /// NaN where the summary has none.
  package let testAccuracy: Double
  package let testImages: Double
  /// Whether generations are samples around a centre that moves.
  package let isEvolutionStrategy: Bool

  /// - Parameters:
  ///   - contents: which show this run.
  ///   - isPage: whether what no figure of the bundle's page draws is left out: it may be large.
  package init(_ run: Plan.Run, in contents: BundleContents, isPage: Bool = false) throws {
    self.run = run
    isEvolutionStrategy = contents.text("approximator.kind") == "evolution-strategy"
    let folder = "runs/\(run.id)/"
    func optional(_ path: String) throws -> Columns? {
      try contents.table(path).map { Columns(path: path, table: $0) }
    }
    func drawn(_ path: String, by figures: Experiment.Report.Figure...) throws -> Columns? {
      !isPage || figures.contains(where: contents.shows) ? try optional(path) : nil
    }
    func required(_ path: String) throws -> Columns {
      guard let columns = try optional(path) else { throw ReportError.missing(path: path) }
      return columns
    }
    generations = try Generations(required(folder + "generations.csv"))
    phylogeny = try Phylogeny(required(folder + "phylogeny.csv"))
    let weights = try drawn(
      folder + "distributions.csv", by: .weights, .dynamics, .forecast, .convergence)
    distributions = try weights.map(LayerDistribution.read) ?? []
    individuals = try weights.map(IndividualDistribution.read) ?? []
    distances = try drawn(folder + "distances.csv", by: .distances).map(Distances.read) ?? []
    drift = try drawn(folder + "figures/drift.csv", by: .diversity, .clades).map(BundleRun.drift)
    controls = try optional(folder + "figures/controls.csv").map(BundleRun.controls) ?? []
    neurons = try optional(folder + "figures/neurons.csv").map { columns in
      Neurons(
        neuron: try columns.integers("neuron"), importance: try columns.reals("importance"),
        moran: try columns.reals("moran"),
        meanActivation: try columns.reals("mean_activation"),
        outgoingNorm: try columns.reals("outgoing_norm"),
        ablationLoss: try columns.reals("ablation_loss"),
        ablationAccuracy: try columns.reals("ablation_accuracy"),
        founderCosine: try columns.reals("founder_cosine"))
    }
    line = BundleRun.line(try contents.tensors(folder + "figures/line.safetensors") ?? [], neurons)
    lit = try optional(folder + "figures/pixels.csv").map { try $0.reals("lit") } ?? []
    confusion = try optional(folder + "figures/confusion.csv").map(BundleRun.confusion) ?? []
    if let columns = try optional(folder + "figures/mistakes.csv"),
      let strip = try contents.bytes(folder + "figures/mistakes.png"), columns.count > 0
    {
      mistakes = Mistakes(
        truth: try columns.integers("truth"), predicted: try columns.integers("predicted"),
        probability: try columns.reals("probability"), strip: strip)
    } else {
      mistakes = nil
    }
    if let columns = try optional(folder + "figures/samples.csv"),
      let picture = try contents.bytes(folder + "figures/samples.png"), columns.count > 0
    {
      samples = Samples(label: try columns.integers("label"), picture: picture)
    } else {
      samples = nil
    }
    path = try drawn(folder + "figures/path.csv", by: .path).map { points in
      try BundleRun.path(points, required(folder + "figures/components.csv"))
    }
    activations = try drawn(folder + "figures/activations.csv", by: .activations).map { columns in
      try BundleRun.activations(
        columns, optional(folder + "figures/exciting.csv"),
        contents.bytes(folder + "figures/exciting.png"))
    }
    if let columns = try optional(folder + "figures/preferred.csv"),
      let picture = try contents.bytes(folder + "figures/preferred.png")
    {
      preferred = Preferred(
        probability: try columns.reals("probability"),
        imageProbability: try columns.reals("image_probability"), picture: picture)
    } else {
      preferred = nil
    }
    layers =
      try contents.tensors(folder + "champion.safetensors")
      .map(BundleRun.weights) ?? []
    let summary = try required("summary.csv")
    let row = try summary.texts("run").firstIndex(of: run.id)
    testAccuracy = try row.map { try summary.reals("test_accuracy")[$0] } ?? .nan
    testImages = try row.map { try summary.reals("test_images")[$0] } ?? .nan
  }

  /// What readers of descent and diversity are told of an evolution strategy.
  var strategyNote: HTML {
    guard isEvolutionStrategy else { return "" }
    return """
       This is an evolution strategy, and nobody lives on: every generation is one centre and the samples around \
      it. One line of centres is the ancestry of all, founders fall to one at once, and lifetimes tell \
      nothing of selection.
      """
  }

  package var champion: Int? { phylogeny.position(generations.champion[generations.last]) }

  static func drift(_ columns: Columns) throws(ReportError) -> Drift {
    var bands: [String: (low: [Double], median: [Double], high: [Double])] = [:]
    for measure in ["founders", "effective_founders", "ancestor_age", "founders_by_neuron"]
    where columns.has("\(measure)_median") {
      bands[measure] = (
        try columns.reals("\(measure)_q025"), try columns.reals("\(measure)_median"),
        try columns.reals("\(measure)_q975")
      )
    }
    return Drift(generation: try columns.reals("generation"), bands: bands)
  }

  private static func controls(_ columns: Columns) throws(ReportError) -> [Control] {
    let names = try columns.texts("control")
    let generation = try columns.reals("generation")
    let fitness = try columns.reals("fitness")
    let accuracy = try columns.reals("test_accuracy")
    var controls: [Control] = []
    for row in names.indices {
      if controls.last?.name != names[row] {
        controls.append(
          Control(name: names[row], generation: [], fitness: [], testAccuracy: .nan))
      }
      controls[controls.count - 1].generation.append(generation[row])
      controls[controls.count - 1].fitness.append(fitness[row])
      controls[controls.count - 1].testAccuracy = accuracy[row]
    }
    return controls
  }

  private static func path(_ points: Columns, _ components: Columns) throws(ReportError) -> Path {
    let (generation, kind) = (try points.reals("generation"), try points.texts("kind"))
    let (first, second) = (try points.reals("component_1"), try points.reals("component_2"))
    return Path(
      points: generation.indices.map {
        Path.Point(
          generation: generation[$0], isAncestor: kind[$0] == "ancestor", first: first[$0],
          second: second[$0])
      }, shares: try components.reals("share"), walkShares: try components.reals("random_walk"))
  }

  /// - Parameter tensors: `generation.N.unit.N` [in].
  private static func line(_ tensors: [BundleContents.Tensor], _ neurons: Neurons?) -> [Stop] {
    guard let neurons else { return [] }
    let ranked = neurons.neuron.indices.sorted {
      (neurons.importance[$0], -$0) > (neurons.importance[$1], -$1)
    }
    let ranks = Dictionary(
      ranked.enumerated().map { (neurons.neuron[$0.element], $0.offset) }, uniquingKeysWith: min)
    var stops: [Int: Stop] = [:]
    for tensor in tensors {
      let parts = tensor.name.split(separator: ".")
      guard parts.count == 4, parts[0] == "generation", parts[2] == "unit",
        let generation = Int(parts[1]), let unit = Int(parts[3]), ranks[unit] != nil
      else { continue }
      stops[generation, default: Stop(generation: generation, fields: [])].fields
        .append((unit, tensor.values.map(Double.init)))
    }
    return stops.values.sorted { $0.generation < $1.generation }.map { stop in
      Stop(
        generation: stop.generation,
        fields: stop.fields.sorted { ranks[$0.unit] ?? 0 < ranks[$1.unit] ?? 0 })
    }
  }

  private static func activations(
    _ columns: Columns, _ exciting: Columns?, _ picture: [UInt8]?
  ) throws(ReportError) -> Activations {
    var classes: [[Double]] = []
    while columns.has("class_\(classes.count)") {
      classes.append(try columns.reals("class_\(classes.count)"))
    }
    let neurons = try columns.integers("neuron")
    var shown: Exciting?
    if let exciting, let picture, exciting.count > 0 {
      shown = Exciting(
        neuron: try exciting.integers("neuron"), label: try exciting.integers("label"),
        picture: picture)
    }
    return Activations(
      neuron: neurons, firing: try columns.reals("firing"),
      means: neurons.indices.map { row in classes.map { $0[row] } }, exciting: shown)
  }

  private static func confusion(_ columns: Columns) throws(ReportError) -> [[Int]] {
    let truth = try columns.integers("truth")
    let predicted = try columns.integers("predicted")
    let count = try columns.integers("count")
    let size = 1 + max(truth.max() ?? -1, predicted.max() ?? -1)
    guard size > 0, (truth + predicted).allSatisfy({ $0 >= 0 }) else { return [] }
    var matrix = [[Int]](repeating: [Int](repeating: 0, count: size), count: size)
    for row in truth.indices { matrix[truth[row]][predicted[row]] += count[row] }
    return matrix
  }

  private static func weights(_ tensors: [BundleContents.Tensor]) -> [BundleContents.Tensor] {
    var out: [BundleContents.Tensor] = []
    while let next = tensors.first(where: { $0.name == "layers.\(out.count + 1).weight" }),
      next.shape.count == 2, next.values.count == next.shape[0] * next.shape[1]
    {
      out.append(next)
    }
    return out
  }
}
