import HerdbookAnalysis
package import HerdbookCharts
import HerdbookModel

/// F4: is convergence shown, not asserted?
package struct ConvergenceFigure {
  private struct Course {
    let title: String
    let unit: String
    let generation: [Double]
    /// What is not positive has no place on the logarithmic scale.
    let values: [Double]
    /// What measuring alone makes of nothing, where that is known.
    var null: (value: Double, name: String)?
  }
  private let data: BundleRun
  private let contents: BundleContents

  private var generations: Generations { data.generations }

  package init(_ contents: BundleContents, _ data: BundleRun) {
    self.contents = contents
    self.data = data
  }

  /// The rise of the best validation accuracy so far, and what of it counts as all.
  private static let plateauShare = 0.99

  /// The best validation accuracy of any champion up to each generation.
  private var best: [Double] {
    var best = -Double.infinity
    return generations.validation.map {
      best = max(best, $0.isNaN ? best : $0)
      return best
    }
  }

  /// Twice the standard error of an accuracy on the validation images.
  private var noise: Double {
    let accuracy = best[generations.last]
    return 2
      * (accuracy * (1 - accuracy) / Double(max(contents.dataset.validation, 1))).squareRoot()
  }

  package var figure: Figure? {
    guard generations.count > 2, best[generations.last].isFinite else { return nil }
    return Figure(
      id: "f4", short: "Convergence", question: "Has it converged?", finding: finding,
      body: Layout.drawn(plot), notes: notes, tables: [table], budget: 110_000)
  }

  /// The first generation whose best accuracy has nearly all of the rise; nil where there is none.
  private var plateau: Int? {
    let (first, last) = (best[0], best[generations.last])
    guard last > first else { return nil }
    return best.firstIndex { $0 >= first + Self.plateauShare * (last - first) }
  }

  private var finding: HTML {
    let quarter = generations.last - max(1, generations.count / 4)
    let late = best[generations.last] - best[quarter]
    guard let plateau else {
      return "No: the champion’s validation accuracy never rose above that of generation 0."
    }
    let gain = Words.value(late, 2)
    let from = Words.count(generations.generation[quarter])
    let reached = Words.count(generations.generation[plateau])
    let measure = Words.value(noise, 2)
    if late > noise {
      return """
        No: since generation \(from) the best validation accuracy still rose by \(gain), more than the \
        \(measure) that measuring it on \(Words.count(Double(contents.dataset.validation))) images can make; 99 % of \
        its rise was there by generation \(reached).
        """
    }
    return """
      Its accuracy has, as far as can be measured: 99 % of the rise was there by generation \(reached), and since \
      generation \(from) it rose by \(gain), within the \(measure) that \
      \(Words.count(Double(contents.dataset.validation))) images cannot tell apart.\(weights)
      """
  }

  /// Whether the weights still move, where champions change.
  private var weights: HTML {
    let steps = generations.championChange.filter { $0 > 0 }
    guard steps.count > 7 else { return "" }
    let quarter = steps.count / 4
    let (early, late) = (median(Array(steps.prefix(quarter))), median(Array(steps.suffix(quarter))))
    return """
       Its weights change by \(Words.percent(late, decimals: late < 0.01 ? 2 : 0)) from one champion to the next in the last quarter of \
      changes, by \(Words.percent(early, decimals: early < 0.01 ? 2 : 0)) in the first.
      """
  }

  private var courses: [Course] {
    let times = generations.generation
    var courses = [
      Course(
        title: "Step of the champion",
        unit: "distance of weights from the champion before, over norm",
        generation: times, values: generations.championChange),
      Course(
        title: "Churn", unit: "share of validation images read otherwise than before",
        generation: times, values: generations.churn,
        null: (1 / Double(max(contents.dataset.validation, 1)), "one image")),
    ]
    if let layer = data.distributions.first(where: { $0.inputs == "live" }),
      layer.generation.count > 2
    {
      let dynamics = DistributionDynamics(layer.percentiles)
      let gaps = zip(layer.generation, layer.generation.dropFirst()).map { $1 - $0 }
      courses.append(
        Course(
          title: "Step of the distribution",
          unit: "Wasserstein-1 of layer 1’s weights, a generation",
          generation: Array(layer.generation.dropFirst()),
          values: zip(dynamics.steps, gaps).map { $0 / $1 }))
    }
    courses.append(
      Course(
        title: "Rise that is left", unit: "best validation accuracy of the run less that so far",
        generation: times, values: best.map { best[generations.last] - $0 },
        null: (noise, "noise of measuring")))
    return courses
  }

  private var notes: HTML {
    let same = generations.championChange.filter { $0 == 0 }.count
    let copies: HTML =
      same > 0
      ? " In \(Words.plural(same, "generation")) the champion stayed the same, where the lines have gaps."
      : ""
    return """
      Logarithmic scales, on which 0 has no place; all champions, generation by generation; a step is long where the next \
      champion is of another line.\(copies)\(generations.drawnNote) Plateau: the first \
      generation whose best validation accuracy has 99 % of the rise from generation 0 to the end (upright rule). Noise of \
      measuring: twice the standard error of an accuracy on the \
      \(Words.count(Double(contents.dataset.validation))) validation images. Accuracy is the champion’s on all \
      validation images, which selection may have seen.
      """
  }

  private var table: NumberTable {
    let rows = NumberTable.rows(of: generations.count)
    let best = best
    return NumberTable(
      caption: rows.count < generations.count
        ? "The numbers, \(rows.count) of \(generations.count) generations" : "The numbers",
      header: ["generation", "best accuracy", "step of the champion", "churn"],
      rows: rows.map { row in
        [
          Decimal.fixed(generations.generation[row], decimals: 0), Words.value(best[row], 4),
          Words.value(generations.championChange[row]), Words.value(generations.churn[row]),
        ]
      }, source: "runs/\(data.run.id)/generations.csv, distributions.csv")
  }

  package func plot(_ layout: Layout) -> Plot {
    let courses = self.courses.filter { $0.values.contains { $0 > 0 } }
    let columns = layout.isNarrow ? 1 : 2
    let gap = 72.0
    let width = (layout.width - 56 - Double(columns - 1) * gap - 16) / Double(columns)
    let height = layout.isNarrow ? 130.0 : 150
    let pitch = height + 104
    var panels: [Panel] = []
    for (index, course) in courses.enumerated() {
      let left = 56 + Double(index % columns) * (width + gap)
      let top = 56 + Double(index / columns) * pitch
      panels += self.panels(
        course, left: left, top: top, width: width, height: height,
        isLast: index >= courses.count - columns, layout)
    }
    let rows = (courses.count + columns - 1) / columns
    return Plot(
      id: "f4\(layout.suffix)", width: layout.width, height: 56 + Double(rows) * pitch - 56,
      title: "Measures of convergence over time",
      summary: courses.map { course in
        let known = course.values.filter { $0 > 0 }
        return "\(course.title): \(Words.value(known.first ?? .nan)) at first, "
          + "\(Words.value(known.last ?? .nan)) at last."
      }.joined(separator: " "), panels: panels)
  }

  private func panels(
    _ course: Course, left: Double, top: Double, width: Double, height: Double, isLast: Bool,
    _ layout: Layout
  ) -> [Panel] {
    let size = layout.isNarrow ? 11.0 : 13
    let rows = Words.evenly(
      course.values.count,
      atMost: Generations.mostDrawn(isNarrow: layout.isNarrow))
    let values = rows.map { course.values[$0] > 0 ? course.values[$0] : .nan }
    let known = values.filter(\.isFinite) + (course.null.map { [$0.value] } ?? []).filter { $0 > 0 }
    let low = known.min() ?? 1
    let high = known.max() ?? 1
    let frame = Frame(
      x: Scale(domain: generations.domain, from: left, to: left + width),
      y: Scale(.log, domain: low / 1.3...high * 1.3, from: top + height, to: top))
    let ticks = frame.y.ticks(4)
    let short = ticks.map { Words.value($0, 1) }
    var marks: [any Mark] = [
      // Between neighbours of one decade a digit is not enough.
      Axis(
        .left, ticks: ticks,
        labels: Set(short).count == short.count ? short : Ticks.labels(ticks), grid: true,
        size: size),
      Axis(.bottom, title: isLast ? "generation" : "", wholeNumbers: true, size: size),
      Label(
        course.title, x: generations.domain.lowerBound, y: frame.y.domain.upperBound,
        offset: (0, -size - 14), size: size + 1, bold: true, color: Palette.ink),
      Label(
        course.unit, x: generations.domain.lowerBound, y: frame.y.domain.upperBound,
        offset: (0, -11), size: size - 1),
    ]
    if let plateau {
      marks.append(
        Rule(
          [.vertical(generations.generation[plateau])],
          style: .line(Palette.line, width: 1, dash: [3, 3])))
    }
    if let null = course.null, null.value > 0 {
      marks.append(Rule([.horizontal(null.value)], style: .line(Palette.null, width: 1.25)))
    }
    let line = Line(
      x: rows.map { course.generation[$0] }, y: values, style: .line(Palette.accent, width: 1.5))
    marks.append(line)
    if let null = course.null, null.value > 0 {
      let (x, y) = (frame.x.domain, frame.y.domain)
      let upright = plateau.map { generations.generation[$0] }.map {
        Line(x: [$0, $0], y: [y.lowerBound, y.upperBound], style: line.style)
      }
      marks.append(
        LineNames(
          [.init(null.name, x: [x.lowerBound, x.upperBound], y: [null.value, null.value])],
          clearOf: [line, upright].compactMap(\.self), size: size - 1))
    }
    let alone = rows.indices.filter { row in
      values[row].isFinite && (row == 0 || values[row - 1].isNaN)
        && (row == rows.count - 1 || values[row + 1].isNaN)
    }
    marks.append(
      Dots(
        x: alone.map { course.generation[rows[$0]] }, y: alone.map { values[$0] }, radius: 1.5,
        style: .fill(Palette.accent)))
    return [Panel(frame, marks)]
  }
}
