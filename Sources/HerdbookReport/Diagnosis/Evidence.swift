package import HerdbookModel

/// What the tables of one run tell of its health.
package struct Evidence: Sendable {
  package let run: Plan.Run
  package let generations: Generations
  package let births: Births?
  package let drift: BundleRun.Drift?
  /// The median of every generation where rates are drawn, one value where the rate is given; empty
  /// without training.
  package let learningRates: [Double]
  /// NaN where the summary has none.
  package let testAccuracy: Double
  package let testImages: Double
  package let validationImages: Double
  package let chance: Double
  /// `selection.method`, `fitness.direction` and `training.optimizer`.
  package let method: String?
  package let direction: String?
  package let optimizer: String?
  /// The share of the velocity that a step keeps; zero without momentum.
  package let momentum: Double
  package let mutationScale: Double?
  /// Whether its networks stand side by side by intention, and nobody is selected.
  package let isOfIndependent: Bool

  /// Nil where the bundle has no generations of the run.
  package init?(_ run: Plan.Run, in bundle: BundleContents, summary: Columns) throws {
    var contents = bundle
    contents.show(run)
    func columns(_ name: String) throws -> Columns? {
      let path = "runs/\(run.id)/\(name)"
      return try contents.table(path).map { Columns(path: path, table: $0) }
    }
    guard let rows = try columns("generations.csv") else { return nil }
    self.run = run
    generations = try Generations(rows)
    let replacesWorst = contents.text("selection.replace") == "worst"
    births = try columns("phylogeny.csv").map { [generations] book in
      try Births(book, medians: generations.median, replacesWorst: replacesWorst)
    }
    drift = try columns("figures/drift.csv").map(BundleRun.drift)
    learningRates =
      rows.has("learning_rate_median")
      ? try rows.reals("learning_rate_median")
      : contents.number("training.learning-rate").map { [$0] } ?? []
    let row = try summary.texts("run").firstIndex(of: run.id)
    testAccuracy = try row.map { try summary.reals("test_accuracy")[$0] } ?? .nan
    testImages = try row.map { try summary.reals("test_images")[$0] } ?? .nan
    validationImages = Double(contents.dataset.validation)
    chance = 1 / Double(max(1, contents.dataset.classes))
    method = contents.text("selection.method")
    direction = contents.text("fitness.direction")
    optimizer = contents.text("training.optimizer")
    momentum = optimizer == "momentum" ? contents.number("training.momentum") ?? 0 : 0
    mutationScale = contents.number("mutation.scale")
    isOfIndependent = contents.isOfIndependent
  }
}

extension Evidence {
  /// Who was born, and of whom.
  package struct Births: Sendable {
    package var count = 0
    /// Exact copies of one parent.
    package var copies = 0
    /// Whether a centre moves along the noise around it, so that parents are not chosen.
    package var isStrategy = false
    /// Choices of selection, those between equals left out.
    package var choices = 0
    /// Choices for the fitter half of a generation.
    package var forFitter = 0

    /// - Parameters:
    ///   - book: `phylogeny.csv`.
    ///   - medians: of fitness, generation by generation.
    ///   - replacesWorst: whether selection chooses who makes room; else it chooses parents, who are
    ///     measured for the last time in the generation before the birth.
    init(_ book: Columns, medians: [Double], replacesWorst: Bool) throws(ReportError) {
      let phylogeny = try Phylogeny(book)
      let operators = try book.texts("operator")
      for row in operators.indices where phylogeny.parent[row] >= 0 {
        count += 1
        if operators[row] == "copy" { copies += 1 }
        if operators[row] == "evolution-strategy" { isStrategy = true }
        if !replacesWorst {
          choose(
            phylogeny.fitness[phylogeny.parent[row]], at: phylogeny.birth[row], medians, sign: 1)
        }
      }
      for row in operators.indices where replacesWorst {
        if let death = phylogeny.death[row] {
          choose(phylogeny.fitness[row], at: death, medians, sign: -1)
        }
      }
    }

    /// Counts a choice for (`sign` 1) or against an individual; one that diverged is below the median.
    private mutating func choose(
      _ fitness: Double, at time: Int, _ medians: [Double], sign: Double
    ) {
      guard medians.indices.contains(time - 1), medians[time - 1].isFinite else { return }
      let excess = fitness.isNaN ? -1 : fitness - medians[time - 1]
      guard excess != 0 else { return }
      choices += 1
      if excess * sign > 0 { forFitter += 1 }
    }

    /// The share of choices for the fitter half: 0.5 where fitness is ignored; NaN without choices.
    package var preference: Double { Double(forFitter) / Double(choices) }

    /// How far the preference lies from none, in standard errors of so many choices.
    package var deviations: Double {
      (preference - 0.5) / (0.25 / Double(choices)).squareRoot()
    }
  }
}

extension Evidence {
  package var isOneGeneration: Bool { generations.count == 1 }
  package var trains: Bool { generations.steps[generations.last] > 0 }
  package var first: Double { generations.validation[0] }
  package var last: Double { generations.validation[generations.last] }

  /// The standard error of the difference between two shares of images.
  package static func error(
    _ first: Double, of firstImages: Double, _ second: Double, of secondImages: Double
  ) -> Double {
    (first * (1 - first) / firstImages + second * (1 - second) / secondImages).squareRoot()
  }

  /// The accuracy half way from chance to all images.
  package var halfWay: Double { (1 + chance) / 2 }

  /// Whether the champion ends half way up, or a fifth of the way above where it began.
  package var learns: Bool { last > halfWay || last - first > 0.2 * (1 - chance) }

  /// How much of generation 0's distance between networks is left.
  package var distance: Double { generations.relativeDiversity[generations.last] }

  /// The median over the run of the medians of generations; NaN without training.
  package var learningRate: Double {
    let rates = learningRates.filter(\.isFinite).sorted()
    return rates.isEmpty ? .nan : rates[(rates.count - 1) / 2]
  }

  /// The rate above which this optimizer is taken to overshoot, on inputs from 0 to 1.
  package var highestRate: Double { optimizer == "adam" ? 0.1 : 1 - momentum }

  /// Whether one founder is left sooner than drift would have it.
  package var collapsesFasterThanDrift: Bool {
    births?.isStrategy != true && generations.oneFounder != nil
      && drift?.pace(of: generations) == .faster
  }
}
