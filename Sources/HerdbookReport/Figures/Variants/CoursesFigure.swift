import HerdbookCharts
import HerdbookModel

/// How does each variant get there? Small multiples over generations, medians with bands over replicates.
package struct CoursesFigure {
  static let id = "courses"
  /// Variants that are drawn.
  private static let most = 12

  /// In the order of the plan.
  package let courses: [VariantCourse]
  private let baseline: VariantCourse?
  /// Variants of the bundle.
  private let variants: Int
  private let validationImages: Double

  /// Nil where the bundle has a single run, where no run goes on beyond generation 0, and where the spec asks
  /// for other figures: the tables of all runs are not read then.
  package init?(_ contents: BundleContents, threads: Int = 1) throws {
    guard contents.shows(.courses), let rows = try VariantRows(contents) else { return nil }
    variants = rows.ofPrimary.count
    validationImages = Double(contents.dataset.validation)
    courses = try contents.courses(
      of: rows.shown(atMost: Self.most).map(\.variant), threads: threads)
    baseline = variants > 1 ? courses.first { $0.variant == rows.baseline } : nil
    guard courses.contains(where: { $0.last > 0 && !$0.median[$0.last].isNaN }) else { return nil }
  }

  package var plot: CoursesPlot {
    CoursesPlot(courses: courses, baseline: baseline, images: validationImages)
  }

  package var figure: Figure {
    Figure(
      id: Self.id, short: "Courses",
      question: variants > 1 ? "How does each variant get there?" : "How does each seed get there?",
      finding: finding, body: Layout.drawn(plot.plot), notes: notes, tables: [table],
      budget: 60_000)
  }

  private func share(_ value: Double) -> String {
    value.isNaN ? "n/a" : Words.share(value, of: validationImages)
  }

  // MARK: finding

  private var finding: HTML {
    guard variants > 1 else { return ofSeeds(courses[0]) }
    guard let baseline, !baseline.median[baseline.last].isNaN else { return ofEnds }
    let level = baseline.median[baseline.last]
    let others = courses.filter { $0.variant != baseline.variant }
    let reached = others.compactMap { course in
      course.generation(of: level).map { (course: course, generation: $0) }
    }
    let drawn: HTML = courses.count < variants ? " that are drawn" : ""
    let (low, high) = (baseline.low[baseline.last], baseline.high[baseline.last])
    let spread: HTML =
      baseline.runs > 1 ? ", single runs between \(share(low)) and \(share(high))" : ""
    let beginning: HTML = """
      The median of \(baseline.variant), the baseline, comes to \(share(level)) of the validation images by generation \
      \(Words.count(baseline.generation[baseline.last]))\(spread).
      """
    let counted: HTML = "Of \(Words.plural(others.count, "other variant"))\(drawn)"
    guard let first = reached.min(by: { $0.generation < $1.generation }) else {
      let nearest = others.filter { !$0.median[$0.last].isNaN }
        .max { $0.median[$0.last] < $1.median[$1.last] }
      let end: HTML =
        nearest.map { "; \($0.variant) comes nearest, with \(share($0.median[$0.last]))" } ?? ""
      return "\(beginning) \(counted) none comes that far\(end)."
    }
    let together = reached.count { $0.generation == first.generation }
    let which: HTML =
      together > 1
      ? "the first \(together) in generation \(Words.count(first.generation))"
      : reached.count == 1
        ? "\(first.course.variant), in generation \(Words.count(first.generation))"
        : "\(first.course.variant) first, in generation \(Words.count(first.generation))"
    return """
      \(beginning) \(counted) \(reached.count) \(reached.count == 1 ? "comes" : "come") that far: \(which).
      """
  }

  private func ofSeeds(_ course: VariantCourse) -> HTML {
    let widths = zip(course.low, course.high).map { $1 - $0 }
    let known = widths.indices.filter { !widths[$0].isNaN }
    let widest = known.max { widths[$0] < widths[$1] } ?? course.last
    return """
      The median of \(Words.plural(course.runs, "run")) goes from \(share(course.median[0])) to \
      \(share(course.median[course.last])) of the validation images in generation \
      \(Words.count(course.generation[course.last])); the runs then lie \
      \(share(widths[course.last])) apart, and \(share(widths[widest])) at most, in generation \
      \(Words.count(course.generation[widest])).
      """
  }

  /// Without a baseline that got anywhere.
  private var ofEnds: HTML {
    let ends = courses.filter { !$0.median[$0.last].isNaN }
      .sorted { $0.median[$0.last] < $1.median[$1.last] }
    guard let low = ends.first, let high = ends.last else { return "No run has a finite accuracy." }
    return """
      Medians come from \(share(low.median[low.last])) of \(low.variant) to \
      \(share(high.median[high.last])) of \(high.variant) of the validation images.
      """
  }

  // MARK: notes and numbers

  private var notes: HTML {
    let counts = courses.map(\.runs)
    let (fewest, most) = (counts.min() ?? 0, counts.max() ?? 0)
    let runs: HTML =
      fewest == most
      ? "\(Words.plural(most, "run"))\(variants > 1 ? " a variant" : "")"
      : "\(fewest) to \(most) runs a variant"
    var text: HTML = """
      The best accuracy on \(Words.count(validationImages)) validation images that the champions had so far, by \
      generation. \(most > 1 ? "Line: median over runs; band: from the lowest run to the highest" : "A line is a run"); \(runs).
      """
    if baseline != nil {
      text += " Grey, in every panel, the control: the median of the baseline."
    }
    text += """
       One scale for all, on which accuracies stand apart as the logarithms of their errors do, so that the end has \
      room.
      """
    if courses.contains(where: \.hasEarlierEnd) {
      text += " A run that ended earlier than others of its variant keeps its last value."
    }
    let (wide, narrow) = (CoursesPlot.points(isNarrow: false), CoursesPlot.points(isNarrow: true))
    let longest = courses.map(\.generation.count).max() ?? 0
    if longest > narrow {
      text += """
         Drawn at \(min(wide, longest)) of \(Decimal.grouped(longest)) generations, on narrow screens \(narrow).
        """
    }
    if courses.count < variants {
      text += """
         Drawn are \(courses.count) of \(variants) variants: the baseline, and others evenly over the ranks of \
        their medians.
        """
    }
    return text
  }

  private var table: NumberTable {
    let level = baseline.map { $0.median[$0.last] } ?? .nan
    let header = [
      "variant", "runs", "median at first", "after a quarter", "half way", "after three quarters",
      "at the end", "lowest", "highest", "last generation",
    ]
    return NumberTable(
      caption: "The numbers, \(Words.plural(courses.count, "variant"))",
      header: header + (baseline == nil ? [] : ["the baseline’s end in generation"]),
      rows: courses.map { course in
        let last = course.last
        let medians = [0, last / 4, last / 2, 3 * last / 4, last].map { course.median[$0] }
        return [course.variant, "\(course.runs)"]
          + (medians + [course.low[last], course.high[last]]).map(share)
          + [Words.count(course.generation[last])]
          + (baseline == nil
            ? [] : [course.generation(of: level).map { Words.count($0) } ?? "not reached"])
      }, source: "runs/*/generations.csv")
  }
}
