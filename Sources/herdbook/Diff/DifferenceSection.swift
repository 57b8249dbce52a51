import HerdbookAnalysis
import HerdbookBundle
import HerdbookModel

/// One aspect of a difference as people read it: a table, and lines below it.
struct DifferenceSection {
  let aspect: Aspect
  private(set) var header: [String]
  private(set) var rows: [[String]]
  private(set) var lines: [String]

  /// Columns that are empty in every row are left out.
  init(_ aspect: Aspect, header: [String] = [], rows: [[String]] = [], lines: [String] = []) {
    let columns = header.indices.filter { column in rows.contains { !$0[column].isEmpty } }
    self.aspect = aspect
    self.header = columns.map { header[$0] }
    self.rows = rows.map { row in columns.map { row[$0] } }
    self.lines = lines
  }

  /// With longer tables and lists cut: JSON has all.
  func cut(rows mostRows: Int = 24, lines mostLines: Int = 8) -> DifferenceSection {
    var cut = self
    cut.rows = Array(rows.prefix(mostRows))
    cut.lines = Array(lines.prefix(mostLines))
    if rows.count > mostRows {
      cut.lines.insert(Self.rest(rows.count - mostRows, "row"), at: 0)
    }
    if lines.count > mostLines {
      cut.lines.append(Self.rest(lines.count - mostLines, "line"))
    }
    return cut
  }

  var isEmpty: Bool { rows.isEmpty && lines.isEmpty }

  private static func rest(_ count: Int, _ noun: String) -> String {
    "and \(Words.count(count, "more \(noun)")); --format json has all"
  }
}

extension BundleDifference {
  /// What differs of an aspect; empty where nothing does.
  func section(_ aspect: Aspect) -> DifferenceSection {
    switch aspect {
    case .spec: specSection
    case .inputs: changeSection(.inputs, cause.inputs)
    case .engine:
      DifferenceSection(
        .engine,
        lines: cause.engine.map { ["result version \($0.first) -> \($0.second)"] } ?? [])
    case .outcome: outcomeSection
    case .populations: populationSection
    case .convergence, .lineage, .diversity: measureSection(aspect)
    case .distributions: distributionSection
    case .weights: weightSection
    case .files: DifferenceSection(.files, lines: files)
    }
  }

  private var specSection: DifferenceSection {
    func list(_ members: [CauseDifference.Member], _ noun: String) -> [String] {
      [(true, "added"), (false, "removed")].compactMap { isAdded, word -> String? in
        let ids = members.filter { $0.isAdded == isAdded }.map(\.id)
        return ids.isEmpty ? nil : "\(noun)s \(word): \(Words.some(ids))"
      }
    }
    return changeSection(
      .spec, cause.settings,
      lines: list(cause.variants, "variant") + list(cause.runs, "run"))
  }

  private func changeSection(
    _ aspect: Aspect, _ changes: [CauseDifference.Change], lines: [String] = []
  ) -> DifferenceSection {
    func shown(_ value: JSONValue?) -> String {
      let text = value.map(Words.plain) ?? "-"
      // Digests are told apart by their beginnings.
      return text.utf8.count == 64 ? String(text.prefix(12)) : text
    }
    return DifferenceSection(
      aspect, header: ["variant", "key", "first", "second"],
      rows: changes.map { [$0.variant ?? "", $0.name, shown($0.first), shown($0.second)] },
      lines: lines)
  }

  /// The runs whose populations part in one way are told together.
  private var populationSection: DifferenceSection {
    var ways: [String] = []
    var runs: [String: [String]] = [:]
    for run in divergentRuns {
      let words = run.divergence.words
      if runs[words] == nil { ways.append(words) }
      runs[words, default: []].append(run.pair.words)
    }
    return DifferenceSection(
      .populations, lines: ways.map { "\($0): \(Words.some(runs[$0, default: []]))" })
  }

  private var isOfVariants: Bool { outcome.contains { $0.variant != outcome[0].variant } }

  private var outcomeSection: DifferenceSection {
    let rows = outcome.filter(\.isChanged).map { row in
      let isSingle = row.firstRuns <= 1 && row.secondRuns <= 1
      let runs =
        row.firstRuns == row.secondRuns ? "\(row.firstRuns)" : "\(row.firstRuns), \(row.secondRuns)"
      return [
        isOfVariants ? row.variant : "", row.metric.rawValue, Words.short(row.first),
        Words.short(row.second), Words.signed(row.difference),
        row.interval.map {
          "\(Words.signed($0.lowerBound, 4)) to \(Words.signed($0.upperBound, 4))"
        }
          ?? "",
        row.corrected.isNaN ? "" : Words.short(row.corrected, 3),
        isSingle ? "" : "\(row.pairs) of \(runs)", row.way?.rawValue ?? "",
      ]
    }
    return DifferenceSection(
      .outcome,
      header: [
        "variant", "metric", "first", "second", "difference", "95 % interval", "p (Holm)", "pairs",
        "",
      ], rows: rows, lines: pairLines + championLines)
  }

  private var pairLines: [String] {
    outcome.contains { $0.isChanged && $0.firstRuns != $0.secondRuns }
      ? [
        "(pairs: runs under one seed, of those of the first and of the second bundle that have a"
          + " value)"
      ] : []
  }

  private var championLines: [String] {
    var lines = champions.tests.map { test in
      "\(test.match.words) on \(Words.grouped(test.images)) test images:"
        + " \(Words.grouped(test.test.onlyFirst)) right in the first alone,"
        + " \(Words.grouped(test.test.onlySecond)) in the second; p \(Words.short(test.test.p, 3))"
    }
    if !lines.isEmpty {
      lines.append("(McNemar's exact test, of two networks, not of the methods that made them)")
    }
    let alignments = champions.tests.flatMap(\.alignmentLines)
    if !alignments.isEmpty {
      lines += alignments
      lines.append(
        "(linear centered kernel alignment on the first"
          + " \(Words.grouped(champions.tests[0].alignment.images)) test images: 1 where one layer is the"
          + " other but for rotation and size, 0 where they have nothing in common)")
    }
    if runs.isEmpty { lines.append("no run is in both bundles: there are no outcomes to compare") }
    if let omission = champions.omission {
      lines.append("champions are not compared on test images: \(omission)")
    }
    return lines
  }

  private func measureSection(_ aspect: Aspect) -> DifferenceSection {
    let rows = measures.filter { $0.aspect == aspect }.map { row in
      [
        isOfVariants ? row.variant : "", row.name,
        row.pairs == 1 ? "" : "\(row.changed) of \(row.pairs)",
        row.parting.map(String.init) ?? "", Words.short(row.first), Words.short(row.second),
        Words.signed(row.difference), row.mean.isNaN ? "" : Words.signed(row.mean),
        row.way?.rawValue ?? "",
      ]
    }
    return DifferenceSection(
      aspect,
      header: [
        "variant", "measure", "runs", "from generation", "first", "second", "difference",
        "mean difference", "",
      ], rows: rows)
  }

  private var distributionSection: DifferenceSection {
    let rows = runs.flatMap { run in
      run.layers.map { row in
        [
          run.pair.words, String(row.generation), String(row.layer), row.inputs,
          "\(Words.signed(row.distance.largest)) at \(row.distance.place) %",
          Words.short(row.distance.wasserstein),
        ]
      }
    }
    return DifferenceSection(
      .distributions,
      header: ["run", "generation", "layer", "inputs", "largest of a quantile", "Wasserstein-1"],
      rows: rows)
  }

  private var weightSection: DifferenceSection {
    let rows = runs.flatMap { run in
      run.tensors.map { [run.pair.words, $0.file, $0.name] + $0.change.cells }
    }
    return DifferenceSection(
      .weights,
      header: ["run", "file", "tensor", "change", "L2 distance", "largest", "ulps"], rows: rows,
      lines: runs.filter(\.isChanged).flatMap(\.weightLines))
  }
}

extension RunPair {
  /// The run, or both where their ids differ.
  var words: String { first.id == second.id ? first.id : "\(first.id), \(second.id)" }
}

extension ChampionMatch {
  /// The variant whose best they are; nil of two.
  var variant: String? {
    isOfBest && pair.first.variant == pair.second.variant ? pair.first.variant : nil
  }

  fileprivate var words: String {
    guard isOfBest else { return "champions of \(pair.words)" }
    let which = variant.map { "of \($0)" } ?? "that each keeps"
    return "best \(which): \(pair.first.id) against \(pair.second.id)"
  }
}

extension ChampionComparison.Test {
  /// How alike the hidden layers of one number are.
  fileprivate var alignmentLines: [String] {
    zip(alignment.values.indices, alignment.values[0].indices).dropLast().map { layer, _ in
      let values = [alignment, untrained].map { Words.short($0.values[layer][layer], 3) }
      return "\(match.words): hidden layers \(layer + 1) are alike by \(values[0]), those of two"
        + " untrained networks by \(values[1])"
    }
  }
}

extension PopulationDivergence {
  fileprivate var words: String {
    switch self {
    case .none: "the populations are the same"
    case .parts(at: 0):
      "the populations (weights or hyperparameters) differ from generation 0 on"
    case .parts(let generation):
      "the populations are the same through generation \(generation - 1) and part at \(generation)"
    case .ends(let generation):
      "the populations are the same through generation \(generation), where one of them ends"
    }
  }
}

extension RunDifference {
  fileprivate var weightLines: [String] {
    var lines: [String] = []
    if let soleChampion {
      lines.append("\(pair.words): the \(soleChampion.rawValue) bundle alone keeps its champion")
    }
    if let matching {
      let units = matching.units.reduce(0) { $0 + $1.count }
      lines += [
        "\(pair.words): hidden neurons matched, as the lineages differ;"
          + " \(matching.moved) of \(units) have another number:",
        "\(pair.words): distance \(Words.short(matching.unmatched.distance)) ->"
          + " \(Words.short(matching.matched.distance)), cosine"
          + " \(Words.short(matching.unmatched.cosine)) -> \(Words.short(matching.matched.cosine))",
      ]
    }
    if let recorded {
      lines.append(
        "\(pair.words): recorded weights differ in \(recorded.changed) of \(recorded.generations)"
          + " generations, from \(recorded.parting) on"
          + (recorded.compared == nil ? "; their files are not in both bundles" : ""))
    }
    return lines
  }
}

extension RunDifference.Tensor.Change {
  /// What changed, the L2 distance, the largest difference and the steps, where they tell how far numbers lie
  /// apart.
  fileprivate var cells: [String] {
    switch self {
    case .added(let shape): ["added \(shape)", "", "", ""]
    case .removed(let shape): ["removed \(shape)", "", "", ""]
    case .shape(let old, let new): ["shape \(old) -> \(new)", "", "", ""]
    case .values(let difference):
      [
        "\(Words.grouped(difference.changed)) of \(Words.grouped(difference.count))",
        Words.short(difference.distance), Words.short(difference.largest),
        difference.changesSign ? "" : difference.ulps.map { Words.grouped(Int($0)) } ?? "none",
      ]
    }
  }
}
