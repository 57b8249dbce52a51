package import HerdbookCharts
import HerdbookModel

/// The picture, and in it the hyperparameters along the champion's line.
extension ScheduleFigure {
  package func plot(_ layout: Layout) -> Plot {
    let size = layout.isNarrow ? 11.0 : 13
    let (left, right) = (
      layout.isNarrow ? 48.0 : 64, layout.width - (layout.isNarrow ? 14 : 156)
    )
    let x = Scale(domain: data.generations.domain, from: left, to: right)
    var panels: [Panel] = []
    var top = 34.0
    let each = layout.isNarrow ? 84.0 : 100
    for (index, row) in rows.enumerated() {
      let frame = Frame(
        x: x, y: scale(row, from: top + each, to: top))
      let isLast = index == rows.count - 1 && births.isEmpty
      panels += self.panels(row, in: frame, size: size, isFirst: index == 0, isLast: isLast, layout)
      top += each + 42
    }
    if !births.isEmpty {
      panels += events(x: x, top: &top, size: size, layout)
    } else {
      top += 6
    }
    return Plot(
      id: "f15\(layout.suffix)", width: layout.width, height: top,
      title: "Hyperparameters and births along the champion’s line",
      summary: rows.map { row in
        let known = row.y.filter(\.isFinite)
        return "\(row.hyperparameter.words): \(Words.value(known.first ?? .nan)) at first, "
          + "\(Words.value(known.last ?? .nan)) at last. "
      }.joined() + "\(Words.plural(births.count, "birth")) from founder to champion.",
      panels: panels)
  }

  func scale(_ row: Row, from bottom: Double, to top: Double) -> Scale {
    let values = (row.y + (row.population.map { $0.low + $0.high } ?? [])).filter(\.isFinite)
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    if low > 0 {
      let domain = low < high ? low / 1.05...high * 1.05 : low / 2...high * 2
      return Scale(.log, domain: domain, from: bottom, to: top)
    }
    let margin = low < high ? 0.04 * (high - low) : 0.5
    return Scale(domain: low - margin...high + margin, from: bottom, to: top)
  }

  func panels(
    _ row: Row, in frame: Frame, size: Double, isFirst: Bool, isLast: Bool, _ layout: Layout
  ) -> [Panel] {
    let isLog = frame.y.kind == .log
    var axes: [any Mark] = [
      Axis(
        .left,
        labels: frame.y.ticks(across: false).map {
          Decimal.fixed($0, decimals: 9, trimmed: true, grouped: true)
        },
        title: row.hyperparameter.words + (isLog ? " (log)" : ""), grid: true, size: size)
    ]
    if isLast { axes.append(Axis(.bottom, title: "generation", wholeNumbers: true, size: size)) }
    var marks: [any Mark] = []
    if let population = row.population {
      let drawn = data.generations.drawn(isNarrow: layout.isNarrow)
      let x = drawn.map { data.generations.generation[$0] }
      marks.append(
        Ribbon(
          x: x, low: drawn.map { population.low[$0] }, high: drawn.map { population.high[$0] },
          style: .fill(Palette.herd, opacity: 0.18)))
      marks.append(
        Line(x: x, y: drawn.map { population.median[$0] }, style: .line(Palette.herd, width: 1.5)))
    }
    let drawn = Words.evenly(row.x.count, atMost: Generations.mostDrawn(isNarrow: layout.isNarrow))
    marks.append(
      Line(
        x: drawn.map { row.x[$0] }, y: drawn.map { row.y[$0] },
        style: .line(Palette.accent, width: 2.25), shape: .steps))
    let end = Dots(
      x: row.x.suffix(1), y: row.y.suffix(1), radius: 3.5, style: .fill(Palette.accent))
    return [
      Panel(frame, axes), Panel(frame, clips: true, marks), Panel(frame, [end]),
      Panel(frame, labels(row, in: frame, size: size, isFirst: isFirst, layout)),
    ]
  }

  /// Names at the end of the lines; on narrow screens, over the first row.
  func labels(
    _ row: Row, in frame: Frame, size: Double, isFirst: Bool, _ layout: Layout
  ) -> [any Mark] {
    let end = frame.x.domain.upperBound
    let champion = row.y.last ?? .nan
    let median = row.population?.median.last ?? .nan
    var wanted: [(text: String, value: Double, color: ThemeColor, bold: Bool)] = [
      ("champion’s line", champion, Palette.accent, true),
      ("population’s median", median, Palette.herd, false),
    ].filter { $0.1.isFinite }
    if let population = row.population, let low = population.low.last, low.isFinite {
      wanted.append(("min to max", low, Palette.muted, false))
    }
    if layout.isNarrow {
      guard isFirst else { return [] }
      var right = frame.right
      var marks: [any Mark] = []
      for label in wanted.filter({ $0.text != "min to max" }).reversed() {
        marks.append(
          Label(
            label.text, x: end, y: frame.y.domain.upperBound, offset: (right - frame.right, -22),
            anchor: .end, size: size, bold: label.bold, color: label.color))
        right -= textWidth(label.text, size: size) + 14
      }
      return marks
    }
    let places = spread(
      wanted.map { frame.y.clamped($0.value) }, gap: size + 3, within: frame.top...frame.bottom)
    return zip(wanted, places).map { label, place in
      Label(
        label.text, x: end, y: frame.y.domain.lowerBound,
        offset: (8, place + size * 0.35 - frame.bottom), size: size, bold: label.bold,
        color: label.color)
    }
  }
}
