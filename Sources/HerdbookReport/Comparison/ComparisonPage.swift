import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel
import HerdbookNumerics

/// The page that holds two bundles against each other: what differs, and whether it matters.
///
/// Everything in it comes from the files of the two; the same files give the same bytes.
package struct ComparisonPage: Sendable {
  private let comparison: Comparison

  package init(_ comparison: Comparison) { self.comparison = comparison }

  /// The page.
  ///
  /// - Throws: `ReportError` where a table lacks what a page cannot do without, or the error of the bundles' reader.
  package func html(threads: Int) throws -> String {
    let sides = ComparedSides(
      a: try ComparedSide(comparison.first, as: .a), b: try ComparedSide(comparison.second, as: .b))
    let comparability = Comparability(sides, contenders(sides))
    let outcomes = PairedOutcomes(comparison, comparability, threads: threads)
    let figures =
      comparison.isSame ? [] : try self.figures(sides, comparability, outcomes, threads: threads)
    let verdict = ComparisonVerdict(
      comparison: comparison, sides: sides, comparability: comparability, outcomes: outcomes)
    let links = figures.map { "<li><a href=\"#\($0.id)\">\($0.short)</a></li>" as HTML }.joined()
    return document(
      title: "\(comparison.first.name) against \(comparison.second.name)", style: Comparison.style,
      body: """
        \(verdict.html)<nav aria-label="Figures"><ul>
        <li><a href="#f0">Verdict</a></li><li><a href="#made">Causes</a></li>\(links)\
        <li><a href="#rest">All else</a></li>
        </ul></nav>
        <main id="main">
        \(causes)\(figures.map(\.html).joined())\(rest(sides))</main>
        <footer>
        <p>Made by Herdbook from the files of the two bundles and nothing else: \
        <code>herdbook diff \(comparison.first.name) \(comparison.second.name) --format html</code>. The same bundles \
        give the same bytes.</p>
        </footer>

        """
    ).text
  }

  /// The variants that are held against each other: those that both have, else those of the runs that are drawn.
  private func contenders(_ sides: ComparedSides) -> [(Contender, Contender)] {
    let (mine, theirs) = comparison.contenders
    let common = mine.compactMap { own in
      theirs.first { $0.variant == own.variant }.map { (own, $0) }
    }
    guard common.isEmpty,
      let a = mine.first(where: { $0.variant == sides.a.data.run.variant }),
      let b = theirs.first(where: { $0.variant == sides.b.data.run.variant })
    else { return common }
    return [(a, b)]
  }

  private func figures(
    _ sides: ComparedSides, _ comparability: Comparability, _ outcomes: PairedOutcomes,
    threads: Int
  ) throws -> [Figure] {
    let champions = try comparison.champions(sides.a.data.run, sides.b.data.run)
    let comparison = comparison
    let parts: [@Sendable () -> Figure?] = [
      { outcomes.figure },
      { JointFitness(comparison, sides, comparability).figure },
      { JointDistributions(comparison, sides).figure },
      { JointDynamics(sides).figure },
      { JointDiversity(comparison, sides).figure },
      { MatchedNeurons(sides, champions)?.figure },
      { AlignedLayers(comparison, sides)?.figure },
      { ConfusionDifference(sides, comparability).figure },
    ]
    return parallelMap(count: parts.count, threads: threads) { parts[$0]() }.compactMap(\.self)
  }

  // MARK: tables

  /// What made them differ.
  private var causes: HTML {
    let aspects = ["spec", "inputs", "engine"].compactMap(comparison.aspect)
    let keys = comparison.aspect("spec")?.rows.count ?? 0
    let finding: HTML =
      aspects.isEmpty
      ? "Nothing differs: spec, inputs and engine are the same."
      : """
      \(Words.plural(keys, "value")) of the spec \(keys == 1 ? "differs" : "differ")\
      \(comparison.aspect("inputs") == nil ? "; the data are the same" : ", and so do the data")\
      \(comparison.aspect("engine") == nil ? "" : ", and the engine").
      """
    return """
      <section class="figure" id="made" aria-labelledby="made-h">
      <h2 id="made-h">What made them differ?</h2>
      <p class="finding">\(finding)</p>
      \(aspects.map(open).joined())</section>

      """
  }

  /// An aspect as a table that lies open, and its lines.
  private func open(_ aspect: Comparison.Aspect) -> HTML {
    var out: HTML = ""
    if !aspect.rows.isEmpty {
      // The key heads a row, also where a variant stands before it.
      let order = aspect.header.indices.sorted {
        (aspect.header[$0] == "variant" ? 1 : 0, $0) < (aspect.header[$1] == "variant" ? 1 : 0, $1)
      }
      let head = order.map { place -> HTML in
        "<th scope=\"col\">\(Comparison.heading(aspect.header[place]))</th>"
      }.joined()
      let rows = aspect.rows.map { row -> HTML in
        let cells = order.enumerated().map { rank, place -> HTML in
          rank == 0
            ? "<th scope=\"row\"><code>\(row[place])</code></th>" : "<td>\(row[place])</td>"
        }
        return "<tr>\(cells.joined())</tr>\n"
      }
      out += """
        <div class="scroll" role="region" tabindex="0" aria-label="What differs: \(aspect.name)">
        <table><thead><tr>\(head)</tr></thead>
        <tbody>
        \(rows.joined())</tbody></table>
        </div>

        """
    }
    return out + list(aspect.lines)
  }

  private func list(_ lines: [String]) -> HTML {
    guard !lines.isEmpty else { return "" }
    return "<ul class=\"findings\">\n\(lines.map { "<li>\($0)</li>\n" as HTML }.joined())</ul>\n"
  }

  /// What no figure tells.
  private func rest(_ sides: ComparedSides) -> HTML {
    let aspects = ["populations", "files"].compactMap(comparison.aspect)
    let lists = aspects.map { aspect -> HTML in
      "<details><summary>All that differs: \(aspect.name)</summary>\n\(list(aspect.lines))</details>\n"
    }
    let weights = comparison.tables(["weights"]).enumerated().map { place, table in
      table.html(of: "rest", number: place + 1)
    }
    let found = comparison.aspect("weights")?.lines ?? []
    let runs = sides.all.map { "<li>\($0.sentence)</li>\n" as HTML }.joined()
    return """
      <section class="figure" id="rest" aria-labelledby="rest-h">
      <h2 id="rest-h">What else differs, and which runs are drawn?</h2>
      <ul class="findings">
      \(runs)\(found.map { "<li>\($0)</li>\n" as HTML }.joined())</ul>
      \(weights.joined())\(lists.joined())</section>

      """
  }
}
