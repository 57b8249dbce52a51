import HerdbookCharts
import HerdbookModel
import HerdbookNumerics

/// F27: do networks that begin apart go the same way?
struct ZooMapFigure {
  private struct Path {
    let network: Int
    var generation: [Double] = []
    var first: [Double] = []
    var second: [Double] = []
    /// At the end; NaN where it has none.
    let accuracy: Double
  }
  private struct Distances {
    let generation: [Double]
    let start: [Double]
    let between: [Double]
    let alignment: [Double]
    let chance: [Double]
  }
  private let run: Plan.Run
  private let paths: [Path]
  /// Of the variance of all snapshots.
  private let shares: [Double]
  private let distances: Distances?
  private let images: Double
  /// Networks whose paths would leave the others no room: more than twice as far from the middle as nine in ten.
  private let far: Set<Int>

  private static func most(isNarrow: Bool) -> Int { isNarrow ? 30 : 60 }

  init?(_ contents: BundleContents, _ run: Plan.Run) throws {
    guard contents.shows(.zooMap), let table = try contents.zooTable("zoo-map", of: run) else {
      return nil
    }
    paths = try Self.paths(table)
    shares = try contents.zooTable("zoo-components", of: run).map { try $0.reals("share") } ?? []
    distances = try contents.zooTable("zoo-distances", of: run).map { table in
      Distances(
        generation: try table.reals("generation"), start: try table.reals("start"),
        between: try table.reals("between"), alignment: try table.reals("alignment"),
        chance: try table.reals("chance"))
    }
    images = Double(contents.dataset.validation)
    far = Self.far(paths)
    self.run = run
  }

  private static func far(_ paths: [Path]) -> Set<Int> {
    let x = quantile(paths.flatMap(\.first).sorted(), 0.5)
    let y = quantile(paths.flatMap(\.second).sorted(), 0.5)
    let reaches = paths.map { path in
      zip(path.first, path.second).map { ($0 - x) * ($0 - x) + ($1 - y) * ($1 - y) }.max() ?? 0
    }.map { $0.squareRoot() }
    let limit = 2 * quantile(reaches.sorted(), 0.9)
    return Set(zip(paths, reaches).filter { $1 > limit }.map(\.0.network))
  }

  /// Those that are worst at the end first.
  private static func paths(_ table: Columns) throws(ReportError) -> [Path] {
    let (network, generation) = (try table.integers("network"), try table.reals("generation"))
    let (first, second) = (try table.reals("component_1"), try table.reals("component_2"))
    let final = try table.reals("final")
    var paths: [Int: Path] = [:]
    for row in network.indices.sorted(by: { (generation[$0], $0) < (generation[$1], $1) })
    where first[row].isFinite && second[row].isFinite {
      var path =
        paths.removeValue(forKey: network[row])
        ?? Path(network: network[row], accuracy: final[row])
      path.generation.append(generation[row])
      path.first.append(first[row])
      path.second.append(second[row])
      paths[network[row]] = path
    }
    return paths.values.sorted {
      ($0.accuracy.isNaN ? -1 : $0.accuracy, $0.network)
        < ($1.accuracy.isNaN ? -1 : $1.accuracy, $1.network)
    }
  }

  var figure: Figure? {
    guard !paths.isEmpty else { return nil }
    return Figure(
      id: "f27", short: "Map", question: "Do networks that begin apart go the same way?",
      finding: finding, body: Layout.drawn(plot), notes: notes, tables: tables, budget: 90_000)
  }

  // MARK: words

  private var finding: HTML {
    guard let distances, let last = distances.generation.indices.last, last > 0 else {
      return "\(Words.plural(paths.count, "path")) through weight space\(held)."
    }
    let (alignment, chance) = (distances.alignment[last], distances.chance[last])
    let (before, after) = (distances.between[0], distances.between[last])
    let verdict: HTML =
      alignment > chance
      ? "their ways have a mean cosine of \(signed(alignment)), more than chance’s \(Words.value(chance, 2)): part of the way is common"
      : "their ways have a mean cosine of \(signed(alignment)), within chance’s ±\(Words.value(chance, 2)): you cannot tell a common direction"
    let apart: HTML =
      after > before * 1.05
      ? "further apart than they began"
      : after < before * 0.95 ? "nearer than they began" : "as far apart as they began"
    return """
      At the end a network lies \(Words.value(distances.start[last])) from where it began, and two of them lie \(Words.value(after)) from each \
      other, \(apart) (\(Words.value(before))); \(verdict)\(held).
      """
  }

  private var held: HTML {
    guard shares.count > 1 else { return "" }
    return """
      . Two components hold \(Words.percent(shares[0] + shares[1], decimals: 0)) of the variance of all snapshots
      """
  }

  private func signed(_ value: Double) -> String {
    value.isNaN ? "n/a" : (value < 0 ? "−" : "") + Words.value(value.magnitude, 2)
  }

  private var notes: HTML {
    let (wide, narrow) = (shown(isNarrow: false), shown(isNarrow: true))
    let scale = scale
    let cut = wide.count { far.contains($0.network) }
    let beyond: HTML =
      cut > 0
      ? " \(Words.plural(cut, "path")) \(Words.verb(cut, "leaves", "leave")) the frame." : ""
    return """
      Paths of \(Words.plural(wide.count, "network")), evenly by rank of final accuracy\(narrow.count < wide.count ? " (on narrow screens \(narrow.count))" : ""), along the first two \
      principal components of seeded random projections of all snapshots; hidden units are not matched, so that networks that do the same with other \
      units lie apart. Both axes have one scale.\(beyond) Hollow: the start. The larger and the darker (on dark ground the lighter) the end, the higher the final accuracy, from \
      \(share(scale.domain.lowerBound)) to \(share(scale.domain.upperBound)), as many networks in each of \(scale.colors.count) steps. Distances are medians \
      of Euclidean ones between all weights. The cosine is that between the displacements of different networks from their starts; the band holds \
      95 % of those of random directions.
      """
  }

  private func share(_ value: Double) -> String { Words.share(value, of: images) }

  private var tables: [NumberTable] {
    guard let distances else { return [] }
    let rows = NumberTable.rows(of: distances.generation.count)
    return [
      NumberTable(
        caption: "The numbers, distances and directions",
        header: ["generation", "from the start", "between networks", "mean cosine", "chance"],
        rows: rows.map { row in
          [
            Words.count(distances.generation[row]), Words.value(distances.start[row]),
            Words.value(distances.between[row]), signed(distances.alignment[row]),
            Words.value(distances.chance[row], 2),
          ]
        }, source: "runs/\(run.id)/figures/zoo-distances.csv, zoo-map.csv")
    ]
  }

  // MARK: picture

  private func shown(isNarrow: Bool) -> [Path] {
    Words.evenly(paths.count, atMost: Self.most(isNarrow: isNarrow)).map { paths[$0] }
  }

  private var scale: QuantileScale { QuantileScale(paths.map(\.accuracy)) }

  func plot(_ layout: Layout) -> Plot {
    let size = layout.isNarrow ? 11.0 : 13
    let (width, height) = layout.isNarrow ? (300.0, 270.0) : (500.0, 430.0)
    let (left, top) = (46.0, 44.0)
    let all = shown(isNarrow: layout.isNarrow)
    let near = all.filter { !far.contains($0.network) }
    let frame = Frame.ofOneUnit(
      near.flatMap(\.first), near.flatMap(\.second), left: left, top: top, width: width,
      height: height)
    let bottom = top + height + 66
    let beside = sides(layout, below: bottom)
    return Plot(
      id: "f27\(layout.suffix)", width: layout.width,
      height: layout.isNarrow ? (beside.last?.bottom ?? bottom - 40) + 44 : bottom,
      title: "Paths of networks through weight space, their distances and directions",
      summary: finding.words,
      panels: map(all, frame, size) + (distances.map { curves($0, beside, size) } ?? []))
  }

  /// Where distances and directions stand.
  private func sides(_ layout: Layout, below bottom: Double) -> [Frame] {
    guard let distances else { return [] }
    let x = ZooWords.domain(distances.generation)
    let (left, right) = layout.isNarrow ? (46.0, layout.width - 16) : (614.0, layout.width - 12)
    let height = layout.isNarrow ? 130.0 : 165
    let tops: [Double] = layout.isNarrow ? [bottom + 30, bottom + 245] : [44, 309]
    let domains = [
      padded(distances.start + distances.between + [0]),
      padded(distances.alignment + distances.chance + distances.chance.map { -$0 } + [0], by: 0.1),
    ]
    return zip(tops, domains).map { top, y in
      Frame(
        x: Scale(domain: x, from: left, to: right),
        y: Scale(domain: y, from: top + height, to: top))
    }
  }

  private func map(_ paths: [Path], _ frame: Frame, _ size: Double) -> [Panel] {
    let scale = scale
    func title(_ component: Int) -> String {
      shares.count >= component
        ? "component \(component), \(Words.percent(shares[component - 1], decimals: 0))"
        : "component \(component)"
    }
    let axes: [any Mark] = [
      Axis(.left, title: title(2), grid: true, size: size),
      Axis(.bottom, title: title(1), grid: true, size: size),
    ]
    var marks: [any Mark] = [
      Dots(
        x: paths.map { $0.first[0] }, y: paths.map { $0.second[0] }, radius: 1.75,
        style: .line(Palette.null, width: 1))
    ]
    var ends: [any Mark] = []
    for (step, color) in scale.colors.enumerated() {
      let own = paths.filter { (scale.step($0.accuracy) ?? 0) == step }
      // One mark a step, so that its look is said once.
      marks.append(
        Line(
          x: own.flatMap { $0.first + [Double.nan] }, y: own.flatMap { $0.second + [Double.nan] },
          style: .line(color, width: 1, opacity: 0.75)))
      ends.append(
        Dots(
          x: own.map { $0.first[$0.first.count - 1] },
          y: own.map { $0.second[$0.second.count - 1] },
          radius: radius(step), style: .fill(color)))
    }
    return [
      Panel(frame, axes + [AccuracyKey(scale: scale, size: size, images: images)]),
      Panel(frame, clips: true, marks + ends),
    ]
  }

  private func radius(_ step: Int) -> Double { AccuracyKey.radius(step) }

  private func curves(_ distances: Distances, _ frames: [Frame], _ size: Double) -> [Panel] {
    let x = distances.generation
    let lines = [
      LineNames.Item(
        "between networks", x: x, y: distances.between, color: Palette.ink),
      LineNames.Item(
        "from the start", x: x, y: distances.start, bold: true, color: Palette.accent),
    ]
    return [
      Panel(
        frames[0],
        [
          Axis(.left, grid: true, size: size),
          Axis(.bottom, title: "generation", wholeNumbers: true, size: size),
          frames[0].heading("distance", size: size),
          Line(x: x, y: distances.between, style: .line(Palette.ink, width: 1.75, dash: [6, 3])),
          Line(x: x, y: distances.start, style: .line(Palette.accent, width: 2)),
          LineNames(lines, size: size - 1),
        ]),
      Panel(
        frames[1],
        [
          Axis(.left, grid: true, size: size),
          Axis(.bottom, title: "generation", wholeNumbers: true, size: size),
          frames[1].heading("cosine of their ways", size: size),
          Ribbon(
            x: x, low: distances.chance.map { -$0 }, high: distances.chance,
            style: .fill(Palette.null, opacity: 0.22)),
          Line(x: x, y: distances.alignment, style: .line(Palette.accent, width: 2)),
          Label(
            "chance", x: x.last ?? 0, y: -(distances.chance.last ?? 0), offset: (-4, -5),
            anchor: .end,
            size: size - 1, halo: true),
        ]),
    ]
  }
}

/// Ends of paths by final accuracy: sizes and colours with the values at either end, below the left end of a frame.
private struct AccuracyKey: Mark {
  let scale: QuantileScale
  let size: Double
  let images: Double

  static func radius(_ step: Int) -> Double { 1.75 + 0.6 * Double(step) }

  func elements(in frame: Frame) -> [Element] {
    guard scale.domain.upperBound > scale.domain.lowerBound else { return [] }
    let canvas = Frame(
      x: Scale(domain: 0...1, from: frame.left, to: frame.left + 1),
      y: Scale(domain: 0...1, from: frame.bottom, to: frame.bottom + 1))
    let low = "final accuracy \(Words.share(scale.domain.lowerBound, of: images))"
    let y = 2 * size + 30
    var x = textWidth(low, size: size) + 12
    var marks: [any Mark] = [Label(low, x: 0, y: y, size: size)]
    for (step, color) in scale.colors.enumerated() {
      marks.append(
        Dots(x: [x], y: [y - size * 0.35], radius: Self.radius(step), style: .fill(color)))
      x += 15
    }
    marks.append(
      Label(Words.share(scale.domain.upperBound, of: images), x: x, y: y, size: size))
    return marks.flatMap { $0.elements(in: canvas) }
  }
}
