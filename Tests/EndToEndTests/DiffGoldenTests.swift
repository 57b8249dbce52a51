import TestSupport
import Testing

/// All that `herdbook diff` says of pairs of bundles, in each format, to the letter.
///
/// The pairs run on drawn digits, whose bits and those of all runs are the same on every machine.
@Suite("diff, to the letter")
struct DiffGoldenTests {
  /// How the second bundle comes to differ.
  enum Pair: String, CaseIterable {
    case same, otherSeed, otherSpec, otherEngine, otherDataset, oneStep, missingRuns, otherParent
  }

  private let project = Project()
  private static let study = smallSpec(
    iterations: 3,
    more: """
      replicates: 3
      record: {champions: all}
      variants: [{name: x}, {name: y, set: {training.steps: 5}}]
      """)

  /// Makes the bundles of a pair, and tells how they are named.
  private func make(_ pair: Pair) throws -> (String, String) {
    switch pair {
    case .same:
      project.run("a", of: smallSpec())
      project.copy("a", as: "b")
      return ("a", "copies/b")
    case .otherSeed:
      project.run("a", of: smallSpec(seed: 0))
      project.run("b", of: smallSpec(seed: 1))
    case .otherSpec:
      project.run("a", of: smallSpec(iterations: 4))
      project.run(
        "b",
        of: smallSpec(iterations: 4, more: "mutation: {scale: 0.02}")
          .replacing("batch: 16", with: "batch: 32"))
    case .otherEngine:
      project.run("a", of: smallSpec())
      project.copy("a", as: "b")
      try project.raiseResultVersion(of: "b")
      project.stepOneWeight(of: "b")
      return ("a", "copies/b")
    case .otherDataset:
      project.run("a", of: smallSpec())
      project.run("b", of: smallSpec().replacing("{name: digits,", with: "{name: digits, seed: 5,"))
    case .oneStep:
      project.run("a", of: smallSpec())
      project.copy("a", as: "b")
      project.stepOneWeight(of: "b")
      return ("a", "copies/b")
    case .missingRuns:
      project.run("a", of: Self.study)
      project.run("b", of: Self.study.replacing("replicates: 3", with: "replicates: 1"))
    case .otherParent:
      let heir = smallSpec(seed: 5, more: "transfer: {from: source}")
      project.run("source", of: smallSpec())
      project.run("a", of: heir)
      project.copy("a", as: "old")
      project.run("source", of: smallSpec(seed: 3))
      project.run("a", of: heir)
      return ("copies/old", "a")
    }
    return ("a", "b")
  }

  @Test("of each pair as text, JSON and Markdown", arguments: Pair.allCases)
  func pair(_ pair: Pair) throws {
    let (first, second) = try make(pair)
    for format in ["text", "json", "md"] {
      let diff = project.run("diff", first, second, "--format", format)
      #expect(diff.status == (pair == .same ? 0 : 1), "\(diff.err)")
      try expectGolden(diff.out, "diff/\(pair.rawValue).\(format == "text" ? "txt" : format)")
    }
  }

  @Test("of a commit and the next, as git has them")
  func revisions() throws {
    project.run("a", of: smallSpec(seed: 0))
    project.shell(
      """
      git init -q . && git config user.email a@b.c && git config user.name a
      git add -A && git commit -qm one
      """)
    project.run("a", of: smallSpec(seed: 0, iterations: 3))
    project.shell("git add -A && git commit -qm two")
    let diff = project.run("diff", "a@HEAD~1", "a@HEAD")
    try expectGolden(diff.out, "diff/revisions.txt")
  }
}
