package import HerdbookCharts
import HerdbookModel

/// F0: what ran, did it converge, and where does it stand between chance and simpler methods?
package struct Verdict {
  package let contents: BundleContents
  package let data: BundleRun
  private let shown: ShownRun?

  /// - Parameter shown: which run of several it is about.
  package init(contents: BundleContents, data: BundleRun, shown: ShownRun? = nil) {
    self.contents = contents
    self.data = data
    self.shown = shown
  }

  package struct Reference {
    var name: String
    var value: Double
  }

  package var chance: Double { 1 / Double(max(1, contents.dataset.classes)) }

  /// Accuracies that others published for this very dataset, undivided and unchanged.
  package var anchors: [Reference] {
    let changed =
      contents.setting("dataset.classes") ?? .null != .null
      || contents.setting("dataset.shuffle-labels") == .boolean(true)
      || contents.setting("dataset.permute-pixels") == .boolean(true)
    guard contents.dataset.name == "mnist", !changed else { return [] }
    return [
      Reference(name: "linear softmax", value: 0.924),
      Reference(name: "784-100-10 by SGD", value: 0.978),
    ]
  }

  private var generations: Generations { data.generations }

  package var html: HTML {
    let title = contents.title
    let name = contents.name
    let description = contents.description.map { "<p class=\"lede\">\($0)</p>\n" as HTML } ?? ""
    return """
      <header class="hero" id="f0">
      <p class="eyebrow">Herdbook <span aria-hidden="true">/</span> \(name)</p>
      <h1>\(title)</h1>
      \(description)<div class="verdict">
      <div class="headline">
      \(headline)</div>
      <figure>
      \(Layout.drawn(plot).html)</figure>
      </div>
      \(costs)</header>

      """
  }

  private var headline: HTML {
    guard data.testAccuracy.isFinite else {
      return """
        <p class="big">n/a</p>
        <p class="verdict-text">\(sentence)</p>

        """
    }
    let number = Words.share(data.testAccuracy, of: data.testImages)
    let images = Words.count(data.testImages)
    let ofRun: HTML = contents.runs.count > 1 ? " of run \(data.run.id)" : ""
    return """
      <p class="big">\(number)</p>
      <p class="big-caption">of \(images) test images read correctly by the champion\(ofRun)</p>
      <p class="verdict-text">\(sentence)</p>

      """
  }

  /// What ran and what came out, in numbers only: one run is no comparison.
  package var sentence: HTML {
    let size = data.phylogeny.birth.filter { $0 == 0 }.count
    let first = Words.share(generations.validation[0], of: validationImages)
    let last = Words.share(generations.validation[generations.last], of: validationImages)
    let networks = Words.plural(size, "network")
    let turns = Words.plural(Int(generations.end), "generation")
    let chance = Decimal.fixed(chance, decimals: 3)
    var text: HTML
    if contents.isOfIndependent {
      let origin = contents.isImported ? ", trained elsewhere," : ""
      text = """
        \(networks)\(origin) side by side over \(turns): nobody is selected, and each goes its own way. On validation images the \
        champion, the fittest of each generation, went from \(first) in generation 0 to \(last); chance is \(chance).
        """
    } else if generations.count == 1 {
      text = """
        A population of \(networks), as drawn. On validation images its champion reads \(first); \
        chance is \(chance).
        """
    } else {
      text = """
        A population of \(networks) over \(turns). On validation images the champion went from \
        \(first) in generation 0 to \(last); chance is \(chance).
        """
      text += " " + convergence
    }
    let diverged = generations.diverged[generations.last]
    if diverged > 0 {
      let ranked: HTML = contents.isOfIndependent ? "" : " and ranked last"
      text +=
        " <strong>\(Words.count(diverged)) of the last generation diverged</strong>\(ranked)."
    }
    if let which = shown?.sentence { text += " \(which)" }
    return text
  }

  private var validationImages: Double { Double(contents.dataset.validation) }

  private var convergence: HTML {
    let from = generations.last - max(1, generations.count / 4)
    guard from >= 0 else { return "" }
    let change = generations.validation[generations.last] - generations.validation[from]
    let since = Words.count(generations.generation[from])
    guard change != 0 else { return "It reads as many as that of generation \(since)." }
    let signed = (change >= 0 ? "+" : "−") + Decimal.fixed(change.magnitude, decimals: 4)
    return "From the champion of generation \(since) to the last it changed by \(signed)."
  }

  private var costs: HTML {
    let last = generations.last
    var cells: [(String, String)] = []
    if !contents.isImported {
      cells += [
        ("fitness evaluations", Words.count(generations.evaluations[last])),
        ("images seen", Words.count(generations.images[last])),
      ]
    }
    if generations.steps[last] > 0 {
      cells.append(("gradient steps", Words.count(generations.steps[last])))
    }
    let founders = generations.founders
    if contents.isOfIndependent {
      cells.append(("networks", Words.count(founders[0])))
    } else {
      cells.append(("networks ever alive", Words.count(Double(data.phylogeny.count))))
      cells.append(
        ("founders left", "\(Words.count(founders[last])) of \(Words.count(founders[0]))")
      )
    }
    let body = cells.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>\n" as HTML }.joined()
    return "<dl class=\"costs\">\n\(body)</dl>\n"
  }

  /// The sparkline with its reference lines.
  package func plot(_ layout: Layout) -> Plot {
    let width = layout.isNarrow ? 360.0 : 560
    let height = layout.isNarrow ? 250.0 : 300
    let frame = Frame(
      x: Scale(
        domain: generations.domain, from: 30,
        to: width - (layout.isNarrow ? 166 : 176)),
      y: Scale(domain: 0...1, from: height - 42, to: 22))
    let panels = [Panel(frame, marks(in: frame, size: layout.isNarrow ? 11 : 12))]
    return Plot(
      id: "f0\(layout.suffix)", width: width, height: height,
      title: "Accuracy of the champion at every generation",
      summary: summary, panels: panels)
  }

  private var summary: String {
    let references = references.map { "\($0.name) \(Decimal.fixed($0.value, decimals: 3))" }
    return "Validation accuracy from \(Words.share(generations.validation[0])) in generation 0 to "
      + "\(Words.share(generations.validation[generations.last])) in generation "
      + "\(Int(generations.end)). Reference lines: \(references.joined(separator: ", "))."
  }

  private var references: [Reference] {
    [Reference(name: "chance", value: chance)]
      + (generations.count > 1
        ? [Reference(name: "best of generation 0", value: generations.validation[0])] : [])
      + anchors
  }

  package func marks(in frame: Frame, size: Double) -> [any Mark] {
    let end = generations.end
    var marks: [any Mark] = [
      Axis(.left, ticks: [0, 0.5, 1], labels: ["0", ".5", "1"], size: size),
      Axis(.bottom, title: "generation", wholeNumbers: true, size: size),
      Rule(
        references.map { .horizontal($0.value) },
        style: .line(Palette.null, width: 1, dash: [2, 3])),
    ]
    if !generations.test.isEmpty {
      marks.append(
        Line(
          x: generations.generation, y: generations.test,
          style: .line(Palette.ink, width: 1, dash: [4, 2])))
    }
    marks.append(
      Line(
        x: generations.generation, y: generations.validation,
        style: .line(Palette.accent, width: 2.5)))
    var labels: [(text: String, value: Double, isResult: Bool)] = references.map {
      ("\(Decimal.fixed($0.value, decimals: 3))  \($0.name)", $0.value, false)
    }
    let validation = generations.validation[generations.last]
    labels.append(
      ("\(Decimal.fixed(validation, decimals: 3))  validation", validation, true))
    marks.append(Dots(x: [end], y: [validation], radius: 4, style: .fill(Palette.accent)))
    if data.testAccuracy.isFinite {
      labels.append(
        ("\(Decimal.fixed(data.testAccuracy, decimals: 3))  test", data.testAccuracy, true))
      marks.append(
        Dots(
          x: [end], y: [data.testAccuracy], radius: 4,
          style: Style(
            fill: .theme(Palette.ground), stroke: .theme(Palette.accent), width: 2)))
    }
    let places = spread(
      labels.map { frame.y.clamped($0.value) }, gap: size + 3,
      within: frame.top - 8...frame.bottom)
    for (label, place) in zip(labels, places) where label.value.isFinite {
      marks.append(
        Label(
          label.text, x: frame.x.domain.upperBound, y: 0,
          offset: (12, place + size * 0.35 - frame.y(0)), size: size,
          bold: label.isResult, color: label.isResult ? Palette.accent : Palette.muted))
    }
    return marks
  }
}
