import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

/// The first screen of a page that compares two bundles: what was compared, and what came out.
struct ComparisonVerdict {
  let comparison: Comparison
  let sides: ComparedSides
  let comparability: Comparability
  let outcomes: PairedOutcomes

  var html: HTML {
    let names = [comparison.first.name, comparison.second.name]
    let titles = sides.all.map { "\($0.letter.rawValue): \($0.contents.title)" as HTML }
    return """
      <header class="hero" id="f0">
      <p class="eyebrow">Herdbook <span aria-hidden="true">/</span> \(names[0]) <span aria-hidden="true">/</span> \
      \(names[1])</p>
      <h1>\(names[0]) against \(names[1])</h1>
      <p class="lede">\(titles.joined(separator: " | "))</p>
      <div class="verdict">
      <div class="headline">
      \(headline)\(comparability.html)</div>
      \(picture)</div>
      \(costs)</header>

      """
  }

  /// A number, what it is, and what it says.
  private var headline: HTML {
    let (number, caption) = big
    return """
      <p class="big signed">\(number)</p>
      <p class="big-caption">\(caption)</p>
      <p class="verdict-text">\(sentence)</p>

      """
  }

  private var big: (number: String, caption: HTML) {
    let metric = PairedOutcomes.metric
    if comparison.isSame { return ("0", "differences in the results: \(comparison.verdict)") }
    guard comparability.isOfOneTestSet else { return ("n/a", "Not comparable") }
    guard let row = outcomes.headline else { return ("n/a", "No test accuracy in both") }
    let what: HTML =
      row.isCrossed
      ? "the best variant of B less that of A in test accuracy"
      : row.name == "main"
        ? "B less A in test accuracy" : "B less A in test accuracy of \(row.name)"
    let finding: HTML =
      switch row.finding {
      case .same: "the same"
      case .untold: "too few seeds to tell it from noise"
      case .withinNoise: "within noise"
      case .beyondNoise: "beyond noise"
      }
    return (metric.signed(row.difference), "\(what): \(finding)")
  }

  private var sentence: HTML {
    if comparison.isSame {
      return "What came of both is the same within the tolerance that was asked for."
    }
    let cause: HTML = "This is \(comparison.verdict)."
    guard let row = outcomes.headline else { return cause }
    return "\(outcomes.sentence(row)) \(cause)"
  }

  /// The outcome in one picture: paired differences where there are some.
  private var picture: HTML {
    guard !comparison.isSame,
      let plot = outcomes.differences?.first(4) ?? outcomes.medianPlot?.first(8)
    else { return "" }
    let drawn = Layout.drawn {
      plot.plot(id: "f0\($0.suffix)", width: $0.isNarrow ? 360 : 560, isNarrow: $0.isNarrow)
    }
    return "<figure>\n\(drawn.html)</figure>\n"
  }

  /// What either took, of the runs that are drawn.
  private var costs: HTML {
    func both(_ value: (ComparedSide) -> String) -> String {
      sides.all.map(value).joined(separator: " | ")
    }
    func last(_ column: @escaping (Generations) -> [Double]) -> (ComparedSide) -> String {
      { side in Words.count(column(side.generations)[side.generations.last]) }
    }
    let cells: [(String, String)] = [
      ("runs, A | B", both { Decimal.grouped($0.shown.runs) }),
      ("generations", both { Words.count($0.generations.end) }),
      ("fitness evaluations", both(last(\.evaluations))),
      ("images seen", both(last(\.images))),
      ("gradient steps", both(last(\.steps))),
    ]
    let body = cells.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>\n" as HTML }.joined()
    return "<dl class=\"costs\">\n\(body)</dl>\n"
  }
}

extension ForestPlot {
  /// With no more than so many rows.
  func first(_ count: Int) -> ForestPlot {
    ForestPlot(items: Array(items.prefix(count)), title: title, rule: rule, text: text)
  }
}
