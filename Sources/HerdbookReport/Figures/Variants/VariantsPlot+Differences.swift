import HerdbookCharts

extension VariantsPlot {
  /// All rows beside the values, and those that are compared where the panel stands by itself.
  func rowsOfDifferences(_ places: Places) -> [VariantRows.Row] {
    places.isNarrow ? rows.filter { !($0.difference?.p.isNaN ?? true) } : rows
  }

  /// Median paired differences around zero, each with its interval and its verdict in words.
  func differencePanels(_ places: Places, top: Double) -> [Panel] {
    guard let domain = differences, let baseline else { return [] }
    let rows = rowsOfDifferences(places)
    let frame = frame(
      domain, places.differences, top: top, height: places.differenceHeight * Double(rows.count))
    var intervals: [Links.Item] = []
    var (found, open): ([(Double, Double)], [(Double, Double)]) = ([], [])
    var verdicts: [any Mark] = []
    var infinite: [any Mark] = []
    for (index, row) in rows.enumerated() {
      guard let difference = row.difference, !difference.p.isNaN else { continue }
      let head = frame.top + Double(index) * places.differenceHeight
      let y = head + places.difference
      intervals.append(
        Links.Item(
          x0: frame.x.nearest(difference.low), y0: y, x1: frame.x.nearest(difference.high), y1: y))
      let place = (frame.x.nearest(difference.median), y)
      if difference.median.isInfinite {
        infinite.append(
          Label(
            metric.text(difference.median), x: place.0, y: y,
            offset: (difference.median > 0 ? -2 : 2, places.size * 0.35),
            anchor: difference.median > 0 ? .end : .start, size: places.size + 2, bold: true,
            color: Palette.ink, halo: true))
      } else if difference.isFound {
        found.append(place)
      } else {
        open.append(place)
      }
      let words =
        (difference.isFound ? "\(difference.verdict), " : "") + Words.p(difference.corrected)
      verdicts.append(
        places.isNarrow
          ? Label(
            label(row, true, remark: words), x: domain.lowerBound, y: head,
            offset: (0, places.size + 1), size: places.size, bold: difference.isFound,
            color: Palette.ink, halo: true)
          : Label(
            words, x: domain.upperBound, y: y, offset: (10, places.size * 0.35),
            size: places.size - 1, bold: difference.isFound,
            color: difference.isFound ? Palette.ink : Palette.muted))
    }
    func dots(_ places: [(Double, Double)], _ style: Style) -> Dots {
      Dots(x: places.map(\.0), y: places.map(\.1), radius: 4.5, style: style)
    }
    let hollow = Style(fill: .theme(Palette.ground), stroke: .theme(Palette.accent), width: 2)
    return [
      Panel(
        frame,
        [
          axis(in: frame, places), title(heading(baseline, in: frame, places), in: frame, places),
          Rule([.vertical(0)], style: .line(Palette.line, width: 1.5)),
          Links(intervals, shape: .straight, style: .line(Palette.ink, width: 2)),
          dots(found, .fill(Palette.accent)), dots(open, hollow),
        ] + infinite + verdicts)
    ]
  }

  private func heading(_ baseline: String, in frame: Frame, _ places: Places) -> String {
    let words = "Difference from "
    let room = frame.right - frame.left + (places.isNarrow ? 0 : Places.words)
    let width = room / 1.1 - textWidth(words, size: places.size)
    return words + Words.shortened(baseline, to: width, size: places.size)
  }
}
