package import HerdbookCharts
import HerdbookModel

/// F21: what does accuracy cost in images, without gradients?
package struct CostFigure {
  private let data: BundleRun
  private let curve: CostCurve
  private let others: [CostCurve]
  private let otherRuns: Int
  private let points: [PublishedPoint]
  private let chance: Double

  /// Points that a line may have, and lines of other runs.
  private static let limits = (points: 160, others: 24)

  /// Nil where networks are trained by gradients, or where there is no generation after the first.
  package init?(_ contents: BundleContents, _ data: BundleRun) throws {
    let generations = data.generations
    guard !contents.isTrained(), generations.count > 1,
      let curve = CostCurve(images: generations.images, accuracy: generations.validation)
    else { return nil }
    self.data = data
    self.curve = curve.thinned(to: Self.limits.points)
    others = try contents.costCurves(besides: data.run, atMost: Self.limits.others)
      .map { $0.thinned(to: 40) }
    otherRuns = contents.runs.count - 1
    let verdict = Verdict(contents: contents, data: data)
    points = verdict.anchors.isEmpty ? [] : PublishedPoint.all
    chance = verdict.chance
  }

  package var figure: Figure {
    Figure(
      id: "cost", short: "Cost", question: "What does accuracy cost?", finding: finding,
      body: Layout.drawn(plot), notes: notes, tables: tables, budget: 90_000)
  }

  private var finding: HTML {
    let end = curve.end
    let first = curve.accuracy[0]
    let images = Words.count(curve.images(until: end.accuracy) ?? end.images)
    guard end.accuracy > first, let half = curve.images(until: (first + end.accuracy) / 2) else {
      return """
        In \(Words.count(end.images)) images no champion reads more of the validation images than that of generation 0, \
        \(Words.share(first)).
        """
    }
    return """
      To read \(Words.share(end.accuracy)) of the validation images took \(images) images; half of the \
      way there from \(Words.share(first)) took \(Words.count(half)).
      """
  }

  private var notes: HTML {
    var text: HTML = """
      Line: the highest validation accuracy that a champion had so far, against the images that all networks had \
      been shown by then, on a logarithmic scale; its end is named. Ring: the last champion on test images.
      """
    if !others.isEmpty {
      let all: HTML = others.count < otherRuns ? ", \(others.count) of \(otherRuns)" : ""
      text += " Thin lines: the other runs without training\(all)."
    }
    if !points.isEmpty {
      text += """
         Letters: accuracies on test images that others published for networks trained without gradients; \
        their images are population times iterations times batch.
        """
    }
    return text
  }

  private var tables: [NumberTable] {
    let rows = NumberTable.rows(of: curve.images.count)
    var tables = [
      NumberTable(
        caption: "The numbers, \(rows.count) of \(curve.images.count) points",
        header: ["images", "best validation accuracy so far"],
        rows: rows.map {
          [
            Decimal.fixed(curve.images[$0], decimals: 0, grouped: true),
            Words.share(curve.accuracy[$0]),
          ]
        }, source: "runs/\(data.run.id)/generations.csv")
    ]
    if !points.isEmpty {
      tables.append(
        NumberTable(
          caption: "What others published",
          header: ["method", "test accuracy", "images", "source"],
          rows: points.map { point in
            [
              point.name, Decimal.fixed(point.accuracy, decimals: 4, trimmed: true),
              Words.count(point.images), point.source,
            ]
          }, source: "the publications that are named"))
    }
    return tables
  }

  package func plot(_ layout: Layout) -> Plot {
    let size = layout.isNarrow ? 11.0 : 13
    let top = points.isEmpty ? 30.0 : 52
    let bottom = top + (layout.isNarrow ? 210 : 280)
    let frame = Frame(
      x: Scale(
        .log, domain: domain, from: 40, to: layout.width - (points.isEmpty ? 116 : 20)),
      y: Scale(domain: 0...1, from: bottom, to: top))
    let keyHeight = points.isEmpty ? 0 : Double(points.count) * (size + 6) + 14
    return Plot(
      id: "cost\(layout.suffix)", width: layout.width, height: bottom + 48 + keyHeight,
      title: "Best validation accuracy so far against images passed",
      summary:
        "From \(Words.share(curve.accuracy[0])) at \(Words.count(curve.images[0])) images to "
        + "\(Words.share(curve.end.accuracy)) at \(Words.count(curve.end.images)). "
        + points.map { "\($0.name): \($0.accuracy) at \(Words.count($0.images))." }
        .joined(separator: " "),
      panels: [
        Panel(frame, clips: true, lines),
        Panel(frame, marks(in: frame, size: size) + key(in: frame, layout, size: size)),
      ])
  }

  /// All images, and a little more on either side.
  private var domain: ClosedRange<Double> {
    let all = ([curve] + others).flatMap(\.images) + points.map(\.images)
    return (all.min() ?? 1) / 1.25...(all.max() ?? 1) * (points.isEmpty ? 1.02 : 1.6)
  }

  private var lines: [any Mark] {
    others.map {
      Line(x: $0.images, y: $0.accuracy, style: .line(Palette.null, width: 0.75), shape: .steps)
    }
      + [
        Line(
          x: curve.images, y: curve.accuracy, style: .line(Palette.accent, width: 2.5),
          shape: .steps)
      ]
  }

  private func marks(in frame: Frame, size: Double) -> [any Mark] {
    let ticks = frame.x.ticks(across: true)
    let end = curve.end
    var marks: [any Mark] = [
      Axis(.left, ticks: [0, 0.25, 0.5, 0.75, 1], grid: true, size: size),
      Axis(
        .bottom, ticks: ticks, labels: ticks.map(Self.short), title: "images passed", size: size),
      Rule([.horizontal(chance)], style: .line(Palette.null, width: 1, dash: [2, 3])),
      Label(
        "accuracy", x: frame.x.domain.lowerBound, y: 1,
        offset: (-32, points.isEmpty ? -12 : -34), size: size),
      Dots(x: [end.images], y: [end.accuracy], radius: 4, style: .fill(Palette.accent)),
    ]
    let ring = Style(fill: .theme(Palette.ground), stroke: .theme(Palette.accent), width: 2)
    if data.testAccuracy.isFinite {
      marks.append(Dots(x: [end.images], y: [data.testAccuracy], radius: 4, style: ring))
    }
    return marks + labels(in: frame, size: size)
  }

  /// The end of the run and chance, by their names: right of the run's end, or left of it where there is no room.
  private func labels(in frame: Frame, size: Double) -> [any Mark] {
    let end = curve.end
    let text = "this run, \(Decimal.fixed(end.accuracy, decimals: 3))"
    let isRight =
      points.isEmpty || frame.x(end.images) + textWidth(text, size: size) + 14 < frame.right
    let places = spread(
      [frame.y(end.accuracy), frame.y(chance)], gap: size + 3,
      within: frame.top...frame.bottom - 6)
    func label(_ text: String, _ x: Double, _ place: Double, isRight: Bool) -> Label {
      Label(
        text, x: x, y: 0, offset: (isRight ? 10 : -10, place + size * 0.35 - frame.bottom),
        anchor: isRight ? .start : .end, size: size, halo: true)
    }
    var run = label(text, end.images, places[0] + (isRight ? 0 : size + 8), isRight: isRight)
    (run.bold, run.color) = (true, Palette.accent)
    let right = frame.x.domain.upperBound
    let chance =
      points.isEmpty
      ? label("chance", right, places[1], isRight: true)
      : label("chance", right, frame.y(chance) - 9, isRight: false)
    return [run, chance]
  }

  /// A letter for each published point, above the frame, and what it stands for, below it.
  private func key(in frame: Frame, _ layout: Layout, size: Double) -> [any Mark] {
    let wanted = points.map { frame.x($0.images) }
    let places = spread(wanted, gap: size, within: frame.left...frame.right)
    let low = frame.x.domain.lowerBound
    var marks: [any Mark] = [
      Dots(
        x: points.map(\.images), y: points.map(\.accuracy), radius: 3.5, style: .fill(Palette.ink))
    ]
    for (index, point) in points.enumerated() {
      let letter = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index)))
      marks.append(
        Label(
          letter, x: low, y: 1, offset: (places[index] - frame.left, -10), anchor: .middle,
          size: size,
          bold: true, color: Palette.ink))
      let accuracy = Decimal.fixed(point.accuracy, decimals: 3)
      let name = Words.shortened(
        "\(accuracy)  \(point.name)", to: (layout.width - 24) / 1.06, size: size)
      let y = 54 + Double(index) * (size + 6)
      marks.append(
        Label(letter, x: low, y: 0, offset: (-36, y), size: size, bold: true, color: Palette.ink))
      marks.append(Label(name, x: low, y: 0, offset: (-20, y), size: size))
    }
    return marks
  }

  /// 10,000 as `10 k`, then `M` and `G`.
  private static func short(_ value: Double) -> String {
    for (unit, letter) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where value >= unit {
      return Decimal.fixed(value / unit, decimals: 1, trimmed: true) + " " + letter
    }
    return Decimal.fixed(value, decimals: 0)
  }
}
