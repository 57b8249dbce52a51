import HerdbookCharts
import HerdbookModel

/// F28: which hidden units recur from network to network?
struct ZooNeuronsFigure {
  private struct Condition {
    let name: String
    let networks: Double
    let units: Double
    let rate: Double
  }
  private struct Pattern {
    let number: Int
    let units: Double
    /// The share of networks with a unit like it, by condition.
    let share: [String: Double]
    /// NaN where it has none: a pixel that is never lit.
    let tile: [Double]
  }
  private let run: Plan.Run
  private let conditions: [Condition]
  private let patterns: [Pattern]
  private let plane: (rows: Int, columns: Int)
  /// Patterns that no held-out network has.
  private let unconfirmed: Int

  private static let nulls = ["untrained", "shuffled", "moved"]
  private static let words = [
    "fit": "half where they were found", "held": "other half", "untrained": "before training",
    "shuffled": "shuffled labels", "moved": "moved aside",
  ]
  /// Cosine of units that are alike.
  private static let threshold = 0.6
  private static func most(isNarrow: Bool) -> Int { isNarrow ? 24 : 48 }
  private static func perRow(isNarrow: Bool) -> Int { isNarrow ? 6 : 12 }

  init?(_ contents: BundleContents, _ run: Plan.Run) throws {
    guard contents.shows(.zooNeurons),
      let table = try contents.zooTable("zoo-recurrence", of: run)
    else { return nil }
    let (names, rate) = (try table.texts("condition"), try table.reals("rate"))
    let (networks, units) = (try table.reals("networks"), try table.reals("units"))
    conditions = (["fit", "held"] + Self.nulls).compactMap { name in
      names.firstIndex(of: name).flatMap { row in
        rate[row].isFinite
          ? Condition(name: name, networks: networks[row], units: units[row], rate: rate[row]) : nil
      }
    }
    let tensors =
      try contents.tensors("runs/\(run.id)/figures/zoo-patterns.safetensors") ?? []
    if let shares = try contents.zooTable("zoo-patterns", of: run),
      let tiles = tensors.first(where: { $0.name == "patterns" }),
      let plane = tensors.first(where: { $0.name == "plane" }), plane.values.count == 2,
      plane.values.allSatisfy({ $0 >= 1 && $0 < 10_000 })
    {
      self.plane = (Int(plane.values[0]), Int(plane.values[1]))
      let all = try Self.patterns(shares, tiles, cells: self.plane.rows * self.plane.columns)
      // What one half alone has does not recur.
      patterns = all.filter { $0.share["held"] ?? 0 > 0 }
      unconfirmed = all.count - patterns.count
    } else {
      (patterns, plane, unconfirmed) = ([], (1, 1), 0)
    }
    self.run = run
  }

  private static func patterns(
    _ table: Columns, _ tiles: BundleContents.Tensor, cells: Int
  ) throws(ReportError) -> [Pattern] {
    let (numbers, units) = (try table.integers("pattern"), try table.reals("units"))
    var shares: [String: [Double]] = [:]
    for name in ["fit", "held"] + nulls where table.has(name) {
      shares[name] = try table.reals(name)
    }
    guard cells > 0, tiles.values.count == tiles.shape.first.map({ $0 * cells }) else { return [] }
    return numbers.indices.compactMap { row in
      let start = numbers[row] * cells
      guard numbers[row] >= 0, start + cells <= tiles.values.count else { return nil }
      let tile = tiles.values[start..<start + cells].map(Double.init)
      guard tile.allSatisfy(\.isFinite) else { return nil }
      return Pattern(
        number: numbers[row], units: units[row], share: shares.mapValues { $0[row] }, tile: tile)
    }
  }

  var figure: Figure? {
    guard rate("held").isFinite else { return nil }
    return Figure(
      id: "f28", short: "Atlas", question: "Which hidden units recur from network to network?",
      finding: finding, body: Layout.overlaid(picture), notes: notes, tables: tables,
      budget: 60_000)
  }

  private func rate(_ name: String) -> Double {
    conditions.first { $0.name == name }?.rate ?? .nan
  }

  private var controls: [Condition] { conditions.filter { Self.nulls.contains($0.name) } }

  // MARK: words

  private static func percent(_ share: Double) -> String {
    share.isNaN ? "n/a" : Words.percent(share, decimals: 0)
  }

  private var finding: HTML {
    let held = rate("held")
    let networks = conditions.first { $0.name == "held" }?.networks ?? .nan
    let found: HTML = """
      \(Self.percent(held)) of the hidden units of \(Words.count(networks)) held-out networks are like a pattern that was found in the other \
      half of the networks
      """
    guard let highest = controls.max(by: { $0.rate < $1.rate }) else {
      return "\(found). No null was measured, so that you cannot tell how many chance gives."
    }
    let nulls = controls.map { "\(Self.percent($0.rate)) \(Self.beside($0.name))" }
    let verdict: HTML =
      held > highest.rate + 0.05
      ? ""
      : held > highest.rate
        ? "; that is hardly more than a null has"
        : "; that is no more than a null has, so that you cannot tell that anything recurs"
    return "\(found), beside \(ZooWords.list(nulls))\(verdict)."
  }

  private static func beside(_ condition: String) -> String {
    switch condition {
    case "untrained": "of the same networks before training"
    case "shuffled": "of networks trained on shuffled labels"
    default: "of the same units moved aside"
    }
  }

  private var notes: HTML {
    let (wide, narrow) = (
      min(patterns.count, Self.most(isNarrow: false)),
      min(patterns.count, Self.most(isNarrow: true))
    )
    let tiles: HTML =
      patterns.isEmpty
      ? ""
      : """
       Tiles: \(wide < patterns.count ? "\(wide) of" : "all") \(patterns.count) patterns (on narrow screens \(narrow)), those that most held-out networks have first; each on a scale \
      of its own, blue negative, orange positive. Below each the share of held-out networks that have a unit like it\(controls.isEmpty ? "" : ", and the highest share under a null").
      """
    let alone: HTML =
      unconfirmed > 0
      ? " \(Words.plural(unconfirmed, "pattern")) that no held-out network has \(Words.verb(unconfirmed, "is", "are")) left out."
      : ""
    return """
      Weights into the units of the first hidden layer, on a plane of half the image’s height and width. Alike: a cosine of \(Words.value(Self.threshold, 1)) or \
      more. Patterns were found on one half of the networks alone, and networks with a common ancestor are all in one half.\(alone)\(tiles)
      """
  }

  private var tables: [NumberTable] {
    var tables = [
      NumberTable(
        caption: "The numbers, rates by condition",
        header: ["condition", "networks", "units", "units like a pattern"],
        rows: conditions.map {
          [
            Self.words[$0.name] ?? $0.name, Words.count($0.networks), Words.count($0.units),
            Words.percent($0.rate),
          ]
        }, source: "runs/\(run.id)/figures/zoo-recurrence.csv")
    ]
    let names = conditions.map(\.name).filter { patterns.first?.share[$0] != nil }
    if !patterns.isEmpty {
      tables.append(
        NumberTable(
          caption: "The numbers, \(min(20, patterns.count)) of \(patterns.count) patterns",
          header: ["pattern", "units"] + names.map { Self.words[$0] ?? $0 },
          rows: patterns.prefix(20).map { pattern in
            ["\(pattern.number)", Words.count(pattern.units)]
              + names.map { Self.percent(pattern.share[$0] ?? .nan) }
          }, source: "runs/\(run.id)/figures/zoo-patterns.csv"))
    }
    return tables
  }

  // MARK: picture

  private func picture(_ layout: Layout) -> OverlaidPlot {
    let size = layout.isNarrow ? 11.0 : 13
    var (panels, top) = rates(layout, size)
    var sprites: [OverlaidPlot.Sprite] = []
    let shown = Array(patterns.prefix(Self.most(isNarrow: layout.isNarrow)))
    if !shown.isEmpty {
      let perRow = Self.perRow(isNarrow: layout.isNarrow)
      let drawn = TileGrid(
        rows: [row(shown)], planeRows: plane.rows, planeColumns: plane.columns, perRow: perRow,
        perSprite: Self.perRow(isNarrow: true)
      ).drawn(top: top, layout)
      panels += drawn.panels
      sprites = drawn.sprites
      top += drawn.height
    }
    let plot = Plot(
      id: "f28\(layout.suffix)", width: layout.width, height: top + 4,
      title: "Patterns of weights that recur, and how many units are like one",
      summary: finding.words, panels: panels)
    return OverlaidPlot(plot: plot, sprites: sprites)
  }

  private func row(_ patterns: [Pattern]) -> TileGrid.Row {
    TileGrid.Row(
      title: "patterns that most held-out networks have",
      tiles: patterns.map { pattern in
        let largest = pattern.tile.map(\.magnitude).max() ?? 0
        return pattern.tile.map { $0 / max(largest, 1e-300) }
      }, scale: DivergingScale(limit: 1),
      labels: patterns.map { pattern in
        let null = Self.nulls.compactMap { pattern.share[$0] }.filter(\.isFinite).max()
        return [Self.percent(pattern.share["held"] ?? .nan)]
          + (null.map { ["null \(Self.percent($0))"] } ?? [])
      })
  }

  /// The share of units that are like a pattern, a row a condition.
  private func rates(_ layout: Layout, _ size: Double) -> (panels: [Panel], bottom: Double) {
    let pitch = size + 11
    let names = conditions.map { Self.words[$0.name] ?? $0.name }
    let left = (names.map { textWidth($0, size: size) }.max() ?? 0) + 16
    let height = pitch * Double(conditions.count)
    let frame = Frame(
      x: Scale(domain: 0...1, from: left, to: min(layout.width - 24, left + 480)),
      y: Scale(domain: 0...Double(conditions.count), from: 40, to: 40 + height))
    func dots(_ isNull: Bool) -> (x: [Double], y: [Double]) {
      let rows = conditions.indices.filter {
        Self.nulls.contains(conditions[$0].name) == isNull && conditions[$0].name != "fit"
      }
      return (rows.map { conditions[$0].rate }, rows.map { Double($0) + 0.5 })
    }
    let (found, null) = (dots(false), dots(true))
    let fit = conditions.indices.filter { conditions[$0].name == "fit" }
    var marks: [any Mark] = [
      Axis(
        .bottom, ticks: [0, 0.25, 0.5, 0.75, 1], labels: ["0", "25 %", "50 %", "75 %", "100 %"],
        grid: true, size: size),
      Label(
        "hidden units that are like a pattern", x: 0, y: 0, offset: (-left, -14), size: size,
        bold: true, color: Palette.ink),
      Dots(
        x: fit.map { conditions[$0].rate }, y: fit.map { Double($0) + 0.5 }, radius: 4,
        style: .line(Palette.accent, width: 1.75)),
      Dots(x: null.x, y: null.y, radius: 4, style: .line(Palette.null, width: 1.75)),
      Dots(x: found.x, y: found.y, radius: 5, style: .fill(Palette.accent)),
    ]
    for (place, condition) in conditions.enumerated() {
      let isRight = condition.rate > 0.7
      marks.append(
        Label(
          names[place], x: 0, y: Double(place) + 0.5, offset: (-12, size * 0.35), anchor: .end,
          size: size, bold: condition.name == "held", color: Palette.ink))
      marks.append(
        Label(
          Self.percent(condition.rate), x: condition.rate, y: Double(place) + 0.5,
          offset: (isRight ? -10 : 10, size * 0.35), anchor: isRight ? .end : .start,
          size: size - 1, halo: true))
    }
    return ([Panel(frame, marks)], 40 + height + size + 34)
  }
}
