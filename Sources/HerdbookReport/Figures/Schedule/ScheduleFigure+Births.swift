import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

/// The births along the champion's line, by operator, with what each gained.
extension ScheduleFigure {
  /// Gains are on a symmetric logarithmic scale where the largest is more than ten times the median one.
  var symlog: Double? {
    let known = gains.gains.filter(\.isFinite).map(\.magnitude).filter { $0 > 0 }.sorted()
    guard let largest = known.last else { return nil }
    let middle = known[known.count / 2]
    return largest > 10 * middle ? middle : nil
  }

  var scaleNote: HTML {
    symlog.map { "; the scale is linear up to ±\(Words.value($0)), logarithmic beyond" } ?? ""
  }

  func events(x: Scale, top: inout Double, size: Double, _ layout: Layout) -> [Panel] {
    let height = layout.isNarrow ? 100.0 : 130
    let shown = gains.greatest(
      layout.isNarrow ? ScheduleFigure.drawnEvents / 2 : ScheduleFigure.drawnEvents)
    let known = (gains.gains + [gains.medianOfAll, 0]).filter(\.isFinite)
    let (low, high) = (known.min() ?? 0, known.max() ?? 0)
    let margin = low < high ? 0.06 * (high - low) : 1
    let kind: Scale.Kind = symlog.map { .symlog(constant: $0) } ?? .linear
    let frame = Frame(
      x: x,
      y: Scale(
        kind, domain: (low < 0 || low == high ? low - margin : 0)...high + margin,
        from: top + height, to: top))
    let ticks = symlog == nil ? nil : symlogTicks(frame)
    var panels = [
      Panel(
        frame,
        [
          Axis(
            .left, ticks: ticks,
            labels: ticks?.map { Decimal.fixed($0, decimals: 9, trimmed: true, grouped: true) },
            title: "gain in fitness of each birth", grid: true, size: size)
        ])
    ]
    let pixel = (x.domain.upperBound - x.domain.lowerBound) / (x.end - x.start)
    let half = layout.isNarrow ? 0.9 : 1.25
    func at(_ place: Int) -> Double { Double(phylogeny.birth[births[place]]) }
    let bars = shown.filter { gains.gains[$0].isFinite }.map { place in
      let gain = gains.gains[place]
      return Rectangles.Item(
        x: at(place) - half * pixel...at(place) + half * pixel, y: min(0, gain)...max(0, gain))
    }
    var marks: [any Mark] = [
      Rectangles(bars, style: .fill(Palette.accent)),
      Rule([.horizontal(0)], style: .line(Palette.line, width: 1)),
    ]
    let others = Set(gains.gains.indices).subtracting(shown).sorted()
    if !others.isEmpty {
      // Ticks on the zero line: that there were births, whatever they brought.
      let (above, below) = (frame.y(0) - 2.5, frame.y(0) + 2.5)
      let pixels = Frame(
        x: x, y: Scale(domain: frame.top...frame.bottom, from: frame.top, to: frame.bottom))
      panels.append(
        Panel(
          pixels,
          [
            Links(
              Words.evenly(others.count, atMost: ScheduleFigure.drawnEvents).map { rank in
                Links.Item(x0: at(others[rank]), y0: above, x1: at(others[rank]), y1: below)
              }, shape: .straight, style: .line(Palette.line, width: 1))
          ]))
    }
    if gains.medianOfAll.isFinite {
      marks.append(
        Rule(
          [.horizontal(gains.medianOfAll)], style: .line(Palette.null, width: 1.25, dash: [4, 3])))
      if !layout.isNarrow {
        let place = frame.y.clamped(gains.medianOfAll)
        marks.append(
          Label(
            "median of all births", x: x.domain.upperBound, y: frame.y.domain.lowerBound,
            offset: (8, place + size * 0.35 - frame.bottom), size: size, color: Palette.muted))
      }
    }
    panels.append(Panel(frame, marks))
    let lanes = operators
    let laneTop = top + height + 16
    let laneHeight = size + 5
    let lane = Frame(
      x: x,
      y: Scale(
        domain: 0...Double(max(1, lanes.count)), from: laneTop,
        to: laneTop + laneHeight * Double(max(1, lanes.count))))
    let set = Set(shown)
    var glyphs: [any Mark] = []
    for (index, entry) in lanes.enumerated() {
      let places = entry.births.filter(set.contains)
      glyphs.append(
        Glyphs(
          x: places.map(at), y: places.map { _ in Double(index) + 0.5 },
          shape: ScheduleFigure.shape(entry.kind), radius: layout.isNarrow ? 3 : 4,
          color: Palette.ink))
      if !layout.isNarrow {
        glyphs.append(
          Label(
            ScheduleFigure.words(entry.kind).many, x: x.domain.upperBound, y: Double(index) + 0.5,
            offset: (8, size * 0.35), size: size))
      }
    }
    var bottom = laneTop + laneHeight * Double(lanes.count)
    let base = Frame(x: x, y: Scale(domain: 0...1, from: bottom + 4, to: bottom))
    panels.append(Panel(lane, glyphs))
    panels.append(
      Panel(base, [Axis(.bottom, title: "generation", wholeNumbers: true, size: size)]))
    bottom += 4 + 2 * size + 16
    if layout.isNarrow {
      bottom += size
      panels.append(
        key(lanes.map(\.kind), from: x.start, top: &bottom, width: x.end - x.start, size))
    }
    top = bottom
    return panels
  }

  /// Zero and powers of ten on either side, as far as they lie apart.
  func symlogTicks(_ frame: Frame) -> [Double] {
    var ticks = [0.0]
    var places = [frame.y(0)]
    for sign in [1.0, -1] {
      let limit = sign > 0 ? frame.y.domain.upperBound : -frame.y.domain.lowerBound
      guard limit > 0 else { continue }
      for tick in Ticks.log(limit / 1e6, limit, count: 4).reversed() where tick > 0 {
        let place = frame.y(sign * tick)
        if places.allSatisfy({ ($0 - place).magnitude > 17 }) {
          ticks.append(sign * tick)
          places.append(place)
        }
      }
    }
    return ticks.sorted()
  }

  /// What the glyphs mean, below the picture.
  func key(
    _ kinds: [Individual.Operator], from left: Double, top: inout Double, width: Double,
    _ size: Double
  ) -> Panel {
    let pixels = Frame(
      x: Scale(domain: 0...1, from: 0, to: 1), y: Scale(domain: 0...1, from: 0, to: 1))
    var marks: [any Mark] = []
    var x = left
    for kind in kinds {
      let text = ScheduleFigure.words(kind).many
      let needed = 12 + textWidth(text, size: size) + 14
      if x > left && x + needed > left + width {
        x = left
        top += size + 5
      }
      marks.append(
        Glyphs(
          x: [x + 4], y: [top - size * 0.35], shape: ScheduleFigure.shape(kind), radius: 3.5,
          color: Palette.ink))
      marks.append(Label(text, x: x + 12, y: top, size: size))
      x += needed
    }
    top += 10
    return Panel(pixels, marks)
  }
}
