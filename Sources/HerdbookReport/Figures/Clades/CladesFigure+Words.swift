import HerdbookAnalysis
import HerdbookCharts

/// The names in the areas and above the frame.
extension CladesFigure {
  /// Names at the place where a family leaves them most room, largest families first.
  func names(in frame: Frame, _ size: Double) -> [any Mark] {
    let line = Set(data.champion.map { data.phylogeny.lineage(of: $0) } ?? [])
    let height = frame.bottom - frame.top
    let x = generations.map { frame.x(Double($0)) }
    var found: [(room: Double, label: Label)] = []
    for (index, clade) in clades.clades.enumerated() {
      let text = name(clade.head)
      let half = textWidth(text, size: size) / 2 + 3
      var best: (room: Double, column: Int, y: Double)?
      for track in layout.open(index, clades) {
        for column in x.indices
        where x[column] - half > frame.left && x[column] + half < frame.right
          && (track.high[column] - track.low[column]) * height > size + 2
        {
          var (low, high) = (track.low[column], track.high[column])
          for direction in [-1, 1] {
            var other = column
            // One column beyond the words: between columns edges are slanted.
            repeat {
              other += direction
              guard x.indices.contains(other) else { break }
              low = max(low, track.low[other])
              high = min(high, track.high[other])
            } while (x[other] - x[column]).magnitude < half
          }
          let room = (high - low) * height
          if room > size + 2, room > (best?.room ?? 0) + 0.001 {
            best = (room, column, (low + high) / 2)
          }
        }
      }
      guard let best else { continue }
      let isAncestor = line.contains(clade.head)
      found.append(
        (
          best.room,
          Label(
            text, x: Double(generations[best.column]), y: best.y, offset: (0, size * 0.35),
            anchor: .middle, size: size, bold: isAncestor, color: Palette.ink, halo: true)
        ))
    }
    return found.enumerated().sorted {
      (-$0.element.room, $0.offset) < (-$1.element.room, $1.offset)
    }
    .prefix(CladesFigure.named).map(\.element.label)
  }

  func labelLimit(_ layout: Layout) -> Int { layout.isNarrow ? 3 : 6 }
  func labelRows(_ layout: Layout) -> Int {
    sweeps.isEmpty ? 0 : min(2, sweeps.count)
  }

  /// Ticks for all sweeps; rules and words for the first, the last and those that lasted longest.
  func sweepMarks(in frame: Frame, _ layout: Layout, _ size: Double) -> [any Mark] {
    guard !sweeps.isEmpty else { return [] }
    let lasting = lasting
    // The finding names the first, and the one that lasted longest until the next.
    let longest = lasting.max().flatMap { lasting.firstIndex(of: $0) } ?? 0
    var wanted: [Int] = []
    for sweep in [0, longest, sweeps.count - 1] where !wanted.contains(sweep) {
      wanted.append(sweep)
    }
    wanted += sweeps.indices.filter { !wanted.contains($0) }
      .sorted { (-lasting[$0], $0) < (-lasting[$1], $1) }
    let pixel = 1 / (frame.bottom - frame.top)
    var marks: [any Mark] = [
      Links(
        sweeps.map {
          let x = Double($0.generation)
          return .init(x0: x, y0: 1 + 3 * pixel, x1: x, y1: 1 + 9 * pixel)
        }, shape: .straight, style: .line(Palette.ink, width: 1))
    ]
    /// Words of each row and the rules that run up to it, in pixels.
    var rows = [(words: [ClosedRange<Double>], rules: [Double])](
      repeating: ([], []), count: labelRows(layout))
    for sweep in wanted.prefix(labelLimit(layout)) {
      let text = (sweep == 0 ? "everyone descends from " : "from ") + name(sweeps[sweep].head)
      let x = frame.x(Double(sweeps[sweep].generation))
      let width = textWidth(text, size: size)
      // To the right of its rule, or to the left where the frame ends.
      let toLeft = x + width + 6 > frame.right
      let range = toLeft ? x - width - 6...x + 4 : x - 4...x + width + 6
      let row = rows.indices.first { row in
        !rows[row].words.contains { $0.overlaps(range) }
          && !rows[row...].contains { $0.rules.contains { range.contains($0) } }
          && !rows[..<row].contains { $0.words.contains { $0.contains(x) } }
      }
      guard range.lowerBound >= 0, let row else { continue }
      rows[row].rules.append(x)
      rows[row].words.append(range)
      let above = 14 + Double(row) * (size + 5)
      marks.append(
        Rule(
          [.vertical(Double(sweeps[sweep].generation), 0...(1 + (above + size) * pixel))],
          style: .line(Palette.ink, width: 0.75, dash: [2, 2])))
      marks.append(
        Label(
          text, x: Double(sweeps[sweep].generation), y: 1, offset: (toLeft ? -5 : 5, -above - 2),
          anchor: toLeft ? .end : .start, size: size, color: Palette.ink, halo: true))
    }
    return marks
  }
}
