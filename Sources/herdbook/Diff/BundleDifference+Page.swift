import HerdbookAnalysis
import HerdbookBundle
import HerdbookModel
import HerdbookReport

extension BundleDifference {
  /// The difference as a page, with pictures of both bundles on joint scales.
  ///
  /// - Parameter before: the bundle that `first` is of.
  func page(
    _ before: RecordedBundle, _ after: RecordedBundle, threads: Int
  ) throws -> String {
    let scope = DifferenceScope.all
    let runs = runs
    return try ComparisonPage(
      Comparison(
        first: .init(name: first.name, contents: BundleContents(before.bundle)),
        second: .init(name: second.name, contents: BundleContents(after.bundle)),
        isSame: isSame(scope), verdict: verdictWords(scope),
        contenders: (
          try before.bundle.contenders(called: "A"), try after.bundle.contenders(called: "B")
        ),
        outcomes: outcome,
        pairs: runs.map(\.pair).filter(\.isOfOneSeed).map { ($0.first, $0.second) },
        aspects: Aspect.allCases.map { Comparison.Aspect(section($0)) },
        champions: { mine, theirs in
          guard let a = try before.champion(of: mine), let b = try after.champion(of: theirs) else {
            return nil
          }
          let pair = runs.first { $0.first.id == mine.id && $0.second.id == theirs.id }
          if let pair, pair.isOfOneLineage { return .ofOneLineage }
          guard let matching = NeuronMatching(a, b),
            let control = NeuronMatching.ofShuffled(a, b, seed: mine.seed)
          else { return nil }
          return .matched(matching, control: control)
        },
        alignments: champions.tests.map { test in
          .init(
            runs: (test.match.pair.first, test.match.pair.second), layers: test.alignment,
            untrained: test.untrained)
        })
    ).html(threads: threads)
  }
}

extension Comparison.Aspect {
  /// Tables of a page fold, and may be longer than those of a text.
  fileprivate init(_ section: DifferenceSection) {
    let cut = section.cut(rows: 200, lines: 40)
    self.init(
      name: section.aspect.rawValue, header: cut.header, rows: cut.rows, lines: cut.lines)
  }
}
