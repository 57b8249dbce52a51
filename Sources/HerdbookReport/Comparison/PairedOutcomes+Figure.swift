import HerdbookAnalysis
import HerdbookCharts
import HerdbookModel

extension PairedOutcomes {
  private func text(_ value: Double) -> String { Self.metric.text(value) }
  private func signed(_ value: Double) -> String { Self.metric.signed(value) }

  // MARK: words

  /// A row in a sentence.
  func sentence(_ row: Row) -> HTML {
    let variant: HTML = row.isCrossed || row.name == "main" ? "" : " of \(row.name)"
    guard row.finding != .same else {
      return "The test accuracy\(variant) is the same: \(text(row.a))."
    }
    let chosen: HTML =
      row.isCrossed
      ? "No variant is in both; the best of either are held against each other (\(row.name)). " : ""
    let medians: HTML = """
      \(chosen)The median test accuracy\(variant) is \(text(row.a)) in A and \(text(row.b)) in B
      """
    guard comparability.isOfOneTestSet else {
      return "\(medians), which says nothing: they are not comparable."
    }
    guard !row.differences.isEmpty else { return "\(medians); no two runs have a seed in common." }
    let interval: HTML =
      row.interval.map {
        " (95 % interval \(signed($0.lowerBound)) to \(signed($0.upperBound)))"
      } ?? ""
    let p: HTML = row.p.isNaN ? "" : ", \(Words.p(row.p)) after Holm"
    let seeds = Words.plural(row.differences.count, "seed")
    return """
      \(medians): over \(seeds) that both have, B less A is \(signed(row.difference))\(interval)\(p). \(meaning(row))
      """
  }

  /// What a finding says.
  private func meaning(_ row: Row) -> HTML {
    switch row.finding {
    case .same: return ""
    case .untold:
      guard row.differences.count >= Bootstrap.fewestValues else {
        return "<strong>Too few seeds</strong>: below five nothing is tested."
      }
      let least = Decimal.significant(PairedTests.least(row.differences.count), 2)
      return """
        <strong>Too few seeds</strong>: all differ one way, and p cannot be smaller than \(least) with as many, before \
        the correction.
        """
    case .withinNoise:
      let none: HTML =
        row.noise > 0 ? ", or that the spec counts as none (up to \(text(row.noise)))" : ""
      return "<strong>It lies within noise</strong>: a difference that chance explains\(none)."
    case .beyondNoise:
      let way: HTML = row.way.map { ", and B is \($0.rawValue)" } ?? ""
      return "<strong>It lies beyond noise</strong>\(way)."
    }
  }

  private var finding: HTML {
    guard let headline else { return "There is no test accuracy in both." }
    guard rows.count > 1, comparability.isOfOneTestSet else { return sentence(headline) }
    func count(_ finding: OutcomeDifference.Finding) -> Int {
      rows.count { $0.finding == finding }
    }
    let found = rows.filter { $0.finding == .beyondNoise }
    let better = found.count { $0.way == .better }
    let counts: [(Int, HTML)] = [
      (better, "B is better beyond noise in \(better)"),
      (found.count - better, "B is worse beyond noise in \(found.count - better)"),
      (count(.withinNoise), "\(count(.withinNoise)) differ within noise"),
      (count(.same), "\(count(.same)) are the same"),
      (count(.untold), "\(count(.untold)) have too few seeds"),
    ]
    let told = counts.filter { $0.0 > 0 }.map(\.1).joined(separator: ", ")
    return
      "Of \(Words.plural(rows.count, "variant")) that both have: \(told). \(sentence(headline))"
  }

  // MARK: figure

  /// Paired differences around zero; nil where there is no pair.
  var differences: ForestPlot? {
    let paired = rows.filter { !$0.differences.isEmpty && comparability.isOfOneTestSet }
    guard !paired.isEmpty else { return nil }
    return ForestPlot(
      items: paired.map { row in
        let p = row.p.isNaN ? "" : ", \(Words.p(row.p))"
        return .init(
          name: row.isCrossed ? "best of either" : row.name, dots: row.differences,
          median: row.difference, interval: row.interval, remark: signed(row.difference) + p,
          isMarked: row.finding == .beyondNoise)
      }, title: "B less A in test accuracy, seed by seed", rule: 0, text: signed)
  }

  /// The runs of all variants of both.
  var medianPlot: ForestPlot? {
    let ranked = contest.rows.filter { $0.rank != nil }
    guard !ranked.isEmpty else { return nil }
    return ForestPlot(
      items: ranked.map { row in
        .init(
          name: name(of: row), letter: Self.isOfFirst(row) ? .a : .b,
          dots: row.contender.values(in: Self.metric.rawValue).filter { !$0.isNaN },
          median: row.cells[0].median, interval: row.cells[0].interval,
          remark: text(row.cells[0].median))
      }, title: "Test accuracy of every run", text: text)
  }

  private func name(of row: Contest.Row) -> String {
    guard row.contender.variant == "main" else { return row.contender.variant }
    return Self.isOfFirst(row) ? comparison.first.name : comparison.second.name
  }

  var figure: Figure {
    var body: Drawing = ""
    if let differences {
      body =
        body
        + Layout.drawn {
          differences.plot(id: "outcome\($0.suffix)", width: $0.width, isNarrow: $0.isNarrow)
        }
    }
    if let medianPlot {
      body =
        body
        + Layout.drawn {
          medianPlot.plot(id: "outcome-runs\($0.suffix)", width: $0.width, isNarrow: $0.isNarrow)
        }
    }
    return Figure(
      id: "outcome", short: "Outcome", question: "Does it matter?", finding: finding, body: body,
      notes: notes, tables: comparison.tables(["outcome"]) + seedTables, budget: 160_000)
  }

  private var notes: HTML {
    var text: HTML = """
      Small dots are single runs or pairs of them, piled up where they would touch; large ones medians, of A filled, of B \
      open; lines the 95 % bootstrap interval of the median, from five on.
      """
    if differences != nil {
      text += """
         Pairs are runs under one seed. A difference is beyond noise where p of the sign-flip test is at most 0.05 after \
        Holm’s correction over all metrics and variants that differ, and the median difference is above what the spec \
        counts as none.
        """
    }
    if rows.contains(where: \.isCrossed) {
      text += " Best are the variants with the highest medians, which flatters both."
    }
    if contest.rows.count > ForestPlot.mostRows {
      text += " Drawn are the \(ForestPlot.mostRows) variants with the highest medians."
    }
    for line in comparison.aspect("outcome")?.lines ?? [] { text += " \(Self.capital(line))." }
    return text
  }

  private static func capital(_ line: String) -> String {
    let isBracketed = line.hasPrefix("(") && line.hasSuffix(")")
    let bare = isBracketed ? String(line.dropFirst().dropLast()) : line
    return bare.prefix(1).uppercased() + bare.dropFirst()
  }

  /// Every pair of runs of one variant.
  private var seedTables: [NumberTable] {
    func accuracies(_ contenders: [Contender]) -> [String: [UInt64: Double]] {
      var found: [String: [UInt64: Double]] = [:]
      for contender in contenders {
        found[contender.variant] = Dictionary(
          zip(contender.seeds, contender.values(in: Self.metric.rawValue))
        ) { first, _ in first }
      }
      return found
    }
    let pairs = comparison.pairs
    guard !pairs.isEmpty, comparability.isOfOneTestSet else { return [] }
    let (mine, theirs) = (
      accuracies(comparison.contenders.first), accuracies(comparison.contenders.second)
    )
    let kept = pairs.prefix(100)
    let cut = kept.count < pairs.count ? ", \(kept.count) of \(pairs.count)" : ""
    return [
      NumberTable(
        caption: "Test accuracy seed by seed\(cut)",
        header: ["run of A", "run of B", "seed", "A", "B", "B less A"],
        rows: kept.map { pair in
          let a = mine[pair.first.variant]?[pair.first.seed] ?? .nan
          let b = theirs[pair.second.variant]?[pair.second.seed] ?? .nan
          return [
            pair.first.id, pair.second.id, String(pair.first.seed), text(a), text(b), signed(b - a),
          ]
        }, source: "summary.csv of both")
    ]
  }
}
