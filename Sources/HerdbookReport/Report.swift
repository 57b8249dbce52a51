import HerdbookModel
import HerdbookNumerics

/// The page, the cover and the figures of one bundle.
///
/// Everything in them comes from the bundle's files; the same files give the same bytes.
package struct Report: Sendable {
  private let contents: BundleContents

  package init(_ contents: BundleContents) {
    self.contents = contents
  }

  /// What a report is made of, in UTF-8.
  package struct Rendered: Sendable {
    /// `report.html`.
    package let page: [UInt8]
    /// `cover.svg`.
    package let cover: [UInt8]
    /// Every figure of the page that has a picture, as a file of its own, in the page's order, and the cards.
    package let figures: [FigureFile]
  }

  /// - Throws: `ReportError` where a table lacks what a page cannot do without, or the error of the
  ///   bundle's reader.
  package func render(threads: Int = 1) throws -> Rendered {
    let shown = try ShownRun(contents)
    var chosen = contents
    chosen.show(shown.run)
    let contents = chosen
    let data = try BundleRun(shown.run, in: contents, isPage: true)
    let runs = try runsTable()
    let diagnosis = try DiagnosisFigure(contents, threads: threads)
    let (variants, cost) = (try VariantsFigure(contents), try CostFigure(contents, data))
    let courses = try CoursesFigure(contents, threads: threads)
    let matrix = NeuronMatrix(contents, data)
    let forecast = contents.shows(.forecast) ? try ForecastFigure(contents, data) : nil
    let tree = contents.shows(.tree) ? EvolutionTree(data, matrix) : nil
    let recurrence =
      contents.shows(.recurrence)
      ? try RecurrenceFigure(contents, data, threads: threads) : nil
    // The longest first, so that no thread is left with it at the end.
    let parts: [Part] = [
      .figure(.distances) { DistanceMatrix(data: data).figure },
      .figure(.neurons) { matrix?.figure },
      .cover { Cover(contents: contents, data: data, matrix: matrix).svg },
      .figure(.weights) { WeightDistributions(data: data).figure },
      .figure(.variants) { variants?.figure },
      .figure(.courses) { courses?.figure },
      .figure(.fitness) { FitnessFan(contents: contents, data: data).figure },
      .figure(.diagnosis) { diagnosis?.figure },
      .figure(.tree) { tree?.figure },
      .figure(.clades) { CladesFigure(data).figure },
      .figure(.diversity) { DiversityFigure(data: data).figure },
      .figure(.schedule) { ScheduleFigure(data).figure },
      .figure(.cost) { cost?.figure },
      .figure(.data) { DataFigure(contents, data).figure },
      .figure(.dynamics) { DynamicsFigure(data).figure },
      .figure(.forecast) { forecast?.figure },
      .figure(.convergence) { ConvergenceFigure(contents, data).figure },
      .figure(.activations) { ActivationsFigure(contents, data, matrix).figure },
      .figure(.path) { PathFigure(data).figure },
      .figure(.ablation) { AblationFigure(contents, data, matrix)?.figure },
      .figure(.change) { ChangeFigure(contents, data, matrix)?.figure },
      .figure(.recurrence) { recurrence?.figure },
      .figure(.preferred) { PreferredFigure(contents, data).figure },
    ]
    let shownParts = try (zoo(contents, shown.run) + parts).filter { part in
      part.kind.map(contents.shows) ?? true
    }
    let drawn = parallelMap(count: shownParts.count, threads: threads) { shownParts[$0].draw() }
    let all = drawn.compactMap(\.figure)
    let figures = Experiment.Report.Figure.allCases
      .compactMap { kind in all.first { $0.kind == kind } }
    func card(of kind: Experiment.Report.Figure) -> Card? {
      switch kind {
      case .tree: tree?.card
      case .recurrence: recurrence?.card
      case .forecast: forecast?.card
      default: nil
      }
    }
    let page = Page(
      contents: contents, data: data, shown: shown, runs: runs, figures: figures.map(\.figure))
    return Rendered(
      page: Array(page.html.text.utf8), cover: Array(drawn.compactMap(\.cover).joined().utf8),
      figures: [page.verdict.file].compactMap { $0 }
        + figures.compactMap { $0.figure.file(called: $0.kind.rawValue, of: contents) }
        + figures.compactMap { figure in
          card(of: figure.kind).flatMap {
            $0.file(
              called: figure.kind.rawValue, of: contents, shown, isOfOne: figure.kind == .tree)
          }
        })
  }

  /// The figures of all networks of a zoo.
  private func zoo(_ contents: BundleContents, _ run: Plan.Run) throws -> [Part] {
    let accuracy = try ZooAccuracyFigure(contents, run)
    let hyperparameters = try ZooHyperparametersFigure(contents, run)
    let prediction = try ZooPredictionFigure(contents, run)
    let weights = try ZooWeightsFigure(contents, run)
    let forecast = try ZooForecastFigure(contents, run)
    let map = try ZooMapFigure(contents, run)
    let neurons = try ZooNeuronsFigure(contents, run)
    let contrasts = try ZooContrastsFigure(contents, run)
    return [
      .figure(.zooAccuracy) { accuracy?.figure },
      .figure(.zooHyperparameters) { hyperparameters?.figure },
      .figure(.zooPrediction) { prediction?.figure },
      .figure(.zooWeights) { weights?.figure },
      .figure(.zooForecast) { forecast?.figure },
      .figure(.zooMap) { map?.figure },
      .figure(.zooNeurons) { neurons?.figure },
      .figure(.zooContrasts) { contrasts?.figure },
    ]
  }

  /// What one thread draws.
  private struct Part: Sendable {
    /// Nil for the cover.
    let kind: Experiment.Report.Figure?
    let draw: @Sendable () -> Drawn

    static func figure(
      _ kind: Experiment.Report.Figure, _ draw: @escaping @Sendable () -> Figure?
    ) -> Part {
      Part(kind: kind) { .figure(kind, draw()) }
    }

    static func cover(_ draw: @escaping @Sendable () -> String) -> Part {
      Part(kind: nil) { .cover(draw()) }
    }
  }

  private enum Drawn: Sendable {
    /// Nil when it has nothing to show.
    case figure(Experiment.Report.Figure, Figure?)
    case cover(String)

    var figure: (kind: Experiment.Report.Figure, figure: Figure)? {
      if case .figure(let kind, let figure?) = self { (kind, figure) } else { nil }
    }

    var cover: String? {
      if case .cover(let text) = self { text } else { nil }
    }
  }

  /// Every run with its outcome, where there are several.
  private func runsTable() throws -> NumberTable? {
    guard contents.runs.count > 1, let table = try contents.table("summary.csv") else { return nil }
    let columns = Columns(path: "summary.csv", table: table)
    let names = try columns.texts("run")
    let validation = try columns.reals("validation_accuracy")
    let test = try columns.reals("test_accuracy")
    return NumberTable(
      caption: "All \(names.count) runs", header: ["run", "validation accuracy", "test accuracy"],
      rows: names.indices.map { row in
        [names[row], Words.value(validation[row], 4), Words.value(test[row], 4)]
      }, source: "summary.csv")
  }
}
