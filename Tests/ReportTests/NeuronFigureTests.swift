import HerdbookCharts
import HerdbookModel
import HerdbookReport
import Testing

/// Good and bad neurons, before and after, recurring features: the words and marks are those of the tables.
@Suite struct NeuronFigureTests {
  private func ablation(_ bundle: SyntheticBundle) throws -> AblationFigure? {
    let data = try BundleRun(bundle.contents.runs[0], in: bundle.contents)
    return AblationFigure(bundle.contents, data, NeuronMatrix(bundle.contents, data))
  }

  private func change(_ bundle: SyntheticBundle) throws -> Figure? {
    let data = try BundleRun(bundle.contents.runs[0], in: bundle.contents)
    return ChangeFigure(bundle.contents, data, NeuronMatrix(bundle.contents, data))?.figure
  }

  @Test(
    "the cost of units is told: the most costly, those that cost nothing, and what goes with it")
  func ablation() throws {
    let figure = try #require(try ablation(Cases.genetic))
    let shown = try #require(figure.figure)
    let words = MarkupReader(shown.html.text).text
    // 0.05 (0.8 - unit / 100): the first costs 0.04; units 80 to 99 cost 0 or less.
    #expect(
      words.contains("Without unit 0 the mean cross-entropy rises by 0.0400 nats"),
      "\(words.prefix(300))")
    #expect(words.contains("20 of 100 units cost nothing, or do harm"))
    // Cost and likeness to the beginning fall together.
    let likeness = try #require(figure.correlates.first { $0.name.hasPrefix("likeness") })
    #expect(abs(likeness.correlation - 1) < 1e-12)
    #expect(
      words.contains(
        "What goes with the cost best is likeness to its beginning: rank correlation 1.0."))
    // The first and the last eight in the wide drawing, four in the narrow one.
    #expect(words.components("unit 99").count == 1 + 2 && words.components("unit 7").count == 1 + 1)
    #expect(shown.html.text.utf8.count <= shown.budget)
  }

  @Test("without costs, or where all are 0, there is no figure of them")
  func noAblation() throws {
    #expect(try ablation(Cases.named("flat"))?.figure == nil)
    #expect(try ablation(Cases.named("bare"))?.figure == nil)
  }

  @Test("before and after: the median likeness to the founder, and a tile of each")
  func change() throws {
    let figure = try #require(try change(Cases.genetic))
    let words = MarkupReader(figure.html.text).text
    // 0.9 - 0.5 unit / 100: the median of 100, the upper of two, is that of unit 49.
    #expect(words.contains("a cosine of 0.66 with what it began with"), "\(words.prefix(300))")
    #expect(words.contains("in 100 of 100 units the beginning can still be told"))
    let sprites = MarkupReader(figure.html.text).tags.filter { $0["class"] == "sprite" }
    // Wide and narrow, three rows of six and of four units, two to a sprite; of the latter each is one of the former.
    let steps = words.contains("the last step, on a scale of its own") ? 4 : 3
    #expect(steps == 4 && sprites.count == steps * 3 + steps * 2)
    #expect(figure.html.text.components("url(data:image/png").count == 1 + steps * 3)
    #expect(figure.html.text.utf8.count <= figure.budget)
    var transferred = Cases.genetic
    transferred.extraSettings = [
      .init(path: "transfer.take", value: .text("filters"), origin: .file)
    ]
    let other = try #require(try change(transferred))
    #expect(MarkupReader(other.html.text).text.contains("with what the transfer gave it (filters)"))
  }

  @Test(
    "the last step is what the champion has beyond its parent before it was born, on a scale of its own"
  )
  func lastStep() throws {
    let figure = try #require(try change(Cases.genetic))
    let run = SyntheticRun(Cases.genetic.settings)
    let champion = run.book[run.champion(200)]
    #expect(champion.birth > 1)
    let words = MarkupReader(figure.html.text).text
    #expect(
      words.contains(
        "own birth in generation \(champion.birth) and its life since added to its parent, network"),
      "\(words.suffix(1500))")
    #expect(
      words.contains("network \(Decimal.grouped(champion.parents[0])), on a scale of its own, ±"))
  }

  @Test("without a founder's weights, without time, or without a plane nothing is said of change")
  func noChange() throws {
    var bundle = Cases.genetic
    bundle.missing = ["runs/main-0/figures/line.safetensors"]
    #expect(try change(bundle) == nil)
    #expect(try change(Cases.named("unmoved")) == nil)
    #expect(try change(Cases.named("no-plane")) == nil)
  }

  private func recurrence(_ bundle: SyntheticBundle) throws -> Figure? {
    let contents = bundle.contents
    return try RecurrenceFigure(contents, BundleRun(contents.runs[0], in: contents), threads: 2)?
      .figure
  }

  private var study: SyntheticBundle {
    var bundle = SyntheticBundle(settings: .init(iterations: 4))
    bundle.study = SyntheticStudy(names: ["digits", "shuffled"], replicates: 4)
    bundle.keepsChampions = true
    // The first run's own champion is another network.
    bundle.layers = [784, 12, 10]
    return bundle
  }

  @Test("features that runs share are found in each, those of a placebo are not, and both are told")
  func recurrence() throws {
    let figure = try #require(try recurrence(study))
    let words = MarkupReader(figure.html.text).text
    #expect(
      words.contains(
        "of the hidden units of digits have one like them in at least half of the other 3 runs"),
      "\(words.prefix(400))")
    #expect(words.contains("; of shuffled 0 %"))
    #expect(words.contains("By chance, moved aside, 0 % would"))
    // Three of four runs hold the twelve features; the first is another network.
    #expect(words.contains("3 of 4"))
    #expect(figure.html.text.utf8.count <= figure.budget)
  }

  @Test("with fewer than three champions of a variant nothing is said of features that recur")
  func noRecurrence() throws {
    var bundle = study
    bundle.study?.replicates = 2
    #expect(try recurrence(bundle) == nil)
    #expect(try recurrence(Cases.genetic) == nil)
  }

  @Test("of a bundle that keeps champions of several variants, a run of the baseline is shown")
  func shown() throws {
    let shown = try ShownRun(study.contents)
    #expect(shown.run.variant == "digits" && shown.ofBaseline == 4)
    // The median of its own variant; the others have another level.
    let summary = try #require(try study.contents.table("summary.csv"))
    guard
      case .texts(let variants)? = summary.columns.first(where: { $0.name == "variant" })?.values,
      case .reals(let accuracy)? = summary.columns.first(where: { $0.name == "test_accuracy" })?
        .values
    else {
      Issue.record("the summary has no accuracies")
      return
    }
    let own = variants.indices.filter { variants[$0] == "digits" }.map { accuracy[$0] }.sorted()
    #expect(own.count == 4 && shown.medianAccuracy == (own[1] + own[2]) / 2)
    #expect(accuracy.count > 4 && shown.rank?.of == 4)
    #expect(
      shown.sentence?.text.contains("the median test accuracy of the 4 runs of digits is") == true)
    var other = study
    other.extraSettings = [
      .init(path: "compare.baseline", value: .text("shuffled"), origin: .file)
    ]
    #expect(try ShownRun(other.contents).run.variant == "shuffled")
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
