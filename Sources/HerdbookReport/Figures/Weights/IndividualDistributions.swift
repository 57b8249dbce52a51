package import HerdbookCharts

/// The same by individual: the weights of single networks and of whom they come from, over time.
package struct IndividualDistributions {
  private struct Course {
    let id: Int
    let fitness: Double
    let isChampion: Bool
    let generation: [Double]
    /// [snapshot][5 % step]; NaN where the ancestor of that time was not sampled.
    let percentiles: [[Double]]
  }
  private let layer: Int
  /// The fittest first.
  private let courses: [Course]
  private let survivors: Int
  private let domain: ClosedRange<Double>

  /// Networks that are drawn, and on narrow screens.
  static let (most, few) = (10, 4)

  /// Nil without survivors that two snapshots know.
  package init?(_ data: BundleRun) {
    guard let layer = data.individuals.first?.layer else { return nil }
    let rows = data.individuals.filter { $0.layer == layer }
    var known: [Double: [Int: [Double]]] = [:]
    for row in rows { known[row.generation, default: [:]][row.id] = row.percentiles }
    let times = known.keys.sorted()
    let ranked = data.phylogeny.survivors.filter { data.phylogeny.fitness[$0].isFinite }
      .sorted {
        let (a, b) = (data.phylogeny.fitness[$0], data.phylogeny.fitness[$1])
        return $0 == data.champion || ($1 != data.champion && (a, $1) > (b, $0))
      }
    guard times.count > 1, !ranked.isEmpty else { return nil }
    let none = [Double](repeating: .nan, count: 21)
    courses = Words.evenly(ranked.count, atMost: Self.most).map { rank in
      let line = data.phylogeny.lineage(of: ranked[rank])
      return Course(
        id: data.phylogeny.ids[ranked[rank]], fitness: data.phylogeny.fitness[ranked[rank]],
        isChampion: ranked[rank] == data.champion, generation: times,
        percentiles: times.map { time in
          let living = line.last { Double(data.phylogeny.birth[$0]) <= time } ?? line[0]
          return known[time]?[data.phylogeny.ids[living]] ?? none
        })
    }
    // Of a population that was sampled most ancestors are not known.
    let isKnown = courses.allSatisfy { course in
      4 * course.percentiles.count { $0[10].isFinite } >= 3 * times.count
    }
    guard isKnown else { return nil }
    self.layer = layer
    survivors = ranked.count
    let ends = courses.flatMap { $0.percentiles.flatMap { [$0[1], $0[19]] } }.filter(\.isFinite)
    let limit = max(1e-9, ends.map(\.magnitude).max() ?? 1) * 1.08
    domain = -limit...limit
  }

  var notes: HTML {
    """
     Below, single networks of the last generation, \(courses.count) of \(survivors), evenly spread over their order of fitness (on narrow \
    screens \(min(Self.few, courses.count))): the layer-\(layer) weights of each and of its ancestors before it, percentiles 5 to 95, 25 to 75 and \
    the median, all on one scale; at the right of each its fitness.
    """
  }

  package func plot(_ layout: Layout) -> Plot {
    let size = layout.isNarrow ? 11.0 : 13
    let chosen =
      layout.isNarrow ? Words.evenly(courses.count, atMost: Self.few).map { courses[$0] } : courses
    let across = layout.isNarrow ? 2 : 5
    let (left, gap, tall) = (52.0, 16.0, layout.isNarrow ? 76.0 : 92.0)
    let wide = (layout.width - left - 8 - Double(across - 1) * gap) / Double(across)
    let pitch = tall + 36
    let lines = (chosen.count + across - 1) / across
    var panels: [Panel] = []
    for (index, course) in chosen.enumerated() {
      let (row, column) = (index / across, index % across)
      let x = left + Double(column) * (wide + gap)
      let top = 62 + Double(row) * pitch
      let end = course.generation[course.generation.count - 1]
      let frame = Frame(
        x: Scale(domain: course.generation[0]...end, from: x, to: x + wide),
        y: Scale(domain: domain, from: top + tall, to: top))
      panels.append(Panel(frame, marks(course, frame, size, isFirst: column == 0)))
      let isLast = index + across >= chosen.count
      if isLast {
        panels.append(
          Panel(
            frame,
            [(course.generation[0], Label.Anchor.start), (end, .end)].map { time, anchor in
              Label(
                Decimal.fixed(time, decimals: 0), x: time, y: domain.lowerBound,
                offset: (0, size + 4), anchor: anchor, size: size - 1)
            }))
      }
    }
    panels.append(
      Panel(
        .pixels(width: layout.width, height: 400),
        [
          Label(
            "single networks, layer \(layer)", x: left, y: size + 20, size: size + 1, bold: true,
            color: Palette.ink)
        ]))
    return Plot(
      id: "f2-each\(layout.suffix)", width: layout.width,
      height: 62 + Double(lines) * pitch - 36 + size + 14,
      title: "Weights of single networks and of their ancestors",
      summary:
        "The weights of layer \(layer) of \(chosen.count) networks of the last generation over "
        + "time, as percentiles on one scale.", panels: panels)
  }

  private func marks(
    _ course: Course, _ frame: Frame, _ size: Double, isFirst: Bool
  ) -> [any Mark] {
    func quantile(_ step: Int) -> [Double] { course.percentiles.map { $0[step] } }
    let color = course.isChampion ? Palette.accent : Palette.ink
    var marks: [any Mark] = [
      Ribbon(
        x: course.generation, low: quantile(1), high: quantile(19),
        style: .fill(Palette.herd, opacity: 0.22)),
      Ribbon(
        x: course.generation, low: quantile(5), high: quantile(15),
        style: .fill(Palette.herd, opacity: 0.34)),
      Line(x: course.generation, y: quantile(10), style: .line(color, width: 1.75)),
      Rule([.horizontal(domain.lowerBound)], style: .line(Palette.line, width: 1)),
      Label(
        course.isChampion ? "champion" : "no. \(Decimal.grouped(course.id))",
        x: frame.x.domain.lowerBound, y: domain.upperBound, offset: (0, -5), size: size - 1,
        bold: course.isChampion, color: color),
      Label(
        Words.value(course.fitness), x: frame.x.domain.upperBound, y: domain.upperBound,
        offset: (0, -5), anchor: .end, size: size - 1),
    ]
    if isFirst {
      let reach = Ticks.linear(0, domain.upperBound, count: 2).last { $0 > 0 }
      marks.append(Axis(.left, ticks: reach.map { [-$0, 0, $0] } ?? [0], size: size - 1))
    }
    return marks
  }
}
