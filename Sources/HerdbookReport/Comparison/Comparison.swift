package import HerdbookAnalysis
package import HerdbookModel

/// Two bundles, and how they differ, as a page tells it.
///
/// The differences are those that `herdbook diff` writes as text; the page adds pictures of both and computes no
/// outcome of its own.
package struct Comparison: Sendable {
  /// One of the two.
  package struct Side: Sendable {
    /// As it was named on the command line.
    package let name: String
    package let contents: BundleContents

    package init(name: String, contents: BundleContents) {
      self.name = name
      self.contents = contents
    }
  }

  /// What differs of one aspect: a table, and lines below it.
  package struct Aspect: Sendable {
    /// `spec`, `outcome`, ...
    package let name: String
    package let header: [String]
    package let rows: [[String]]
    package let lines: [String]

    package init(name: String, header: [String], rows: [[String]], lines: [String]) {
      self.name = name
      self.header = header
      self.rows = rows
      self.lines = lines
    }

    package var isEmpty: Bool { rows.isEmpty && lines.isEmpty }
  }

  /// The hidden units of two champions.
  package enum Champions: Sendable {
    /// Of one lineage: units of one number are one unit.
    case ofOneLineage
    /// Matched, and what matching gives of weights in random order.
    case matched(NeuronMatching, control: NeuronMatching)
  }

  /// How alike the champions of two runs see the same images.
  package struct Alignment: Sendable {
    package let runs: (first: Plan.Run, second: Plan.Run)
    package let layers: LayerAlignment
    /// Of two networks that are drawn as those of A's generation 0 are, and never trained.
    package let untrained: LayerAlignment

    package init(
      runs: (first: Plan.Run, second: Plan.Run), layers: LayerAlignment, untrained: LayerAlignment
    ) {
      self.runs = runs
      self.layers = layers
      self.untrained = untrained
    }
  }

  package let first: Side
  package let second: Side
  /// Whether the results are the same within the tolerance.
  package let isSame: Bool
  /// Cause and effect in words.
  package let verdict: String
  /// The variants of both bundles, which are called A and B.
  package let contenders: (first: [Contender], second: [Contender])
  /// Of every variant that both have.
  package let outcomes: [OutcomeDifference]
  /// Runs of one variant and seed.
  package let pairs: [(first: Plan.Run, second: Plan.Run)]
  package let aspects: [Aspect]
  /// The hidden units of the champions of two runs; nil where they cannot be told apart or brought together.
  package let champions: @Sendable (Plan.Run, Plan.Run) throws -> Champions?
  /// Of champions that were held against each other on test images; empty where the images are not at hand.
  package let alignments: [Alignment]

  package init(
    first: Side, second: Side, isSame: Bool, verdict: String,
    contenders: (first: [Contender], second: [Contender]), outcomes: [OutcomeDifference],
    pairs: [(first: Plan.Run, second: Plan.Run)], aspects: [Aspect],
    champions: @escaping @Sendable (Plan.Run, Plan.Run) throws -> Champions?,
    alignments: [Alignment]
  ) {
    self.first = first
    self.second = second
    self.isSame = isSame
    self.verdict = verdict
    self.contenders = contenders
    self.outcomes = outcomes
    self.pairs = pairs
    self.aspects = aspects
    self.champions = champions
    self.alignments = alignments
  }

  /// What pages that compare have beside the style sheet of all: a signed number on one line.
  static let style = """
    .signed{font-size:clamp(3.4rem,9vw,4.4rem);white-space:nowrap}
    .findings+h3,.findings+.scroll{margin-top:24px}

    """

  func aspect(_ name: String) -> Aspect? {
    aspects.first { $0.name == name && !$0.isEmpty }
  }

  /// What a column of a text is called on a page.
  static func heading(_ name: String) -> String {
    switch name {
    case "first": ComparedSide.Letter.a.rawValue
    case "second": ComparedSide.Letter.b.rawValue
    case "": "B is"
    default: name
    }
  }

  /// The table of an aspect, folded below a figure; none where nothing differs.
  func tables(_ names: [String]) -> [NumberTable] {
    names.compactMap { name in
      guard let aspect = aspect(name), !aspect.rows.isEmpty else { return nil }
      return NumberTable(
        caption: "All that differs: \(name)", header: aspect.header.map(Comparison.heading),
        rows: aspect.rows,
        source: "herdbook diff \(first.name) \(second.name)")
    }
  }
}
