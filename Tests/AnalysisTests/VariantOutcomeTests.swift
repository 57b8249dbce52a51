import HerdbookAnalysis
import HerdbookModel
import Testing

@Suite("Variants against the baseline")
struct VariantOutcomeTests {
  /// A plan of variants under some seeds.
  private func plan(
    _ names: [String] = ["a", "b"], replicates: Int, compare: Experiment.Compare? = nil,
    target: [String: Double] = [:]
  ) -> Plan {
    let identity = DatasetIdentity(
      name: "digits", digest: "0", rows: 1, columns: 2, classes: 2, training: 1, validation: 1,
      test: 1)
    return Plan(
      variants: names.map { name in
        Plan.Variant(
          name: name,
          experiment: experiment {
            $0.compare = compare
            $0.fitness.target = target[name]
          }, settings: [], dataset: identity,
          counts: .init(evaluations: 1, images: 1, steps: 0, operations: 1, recordedBytes: 0))
      },
      runs: (0..<replicates).flatMap { replicate in
        names.map { Plan.Run(variant: $0, replicate: replicate, seed: UInt64(replicate)) }
      })
  }

  /// Outcomes where each metric has the given values by variant.
  private func outcomes(
    _ plan: Plan, threads: Int = 1,
    _ values: [Experiment.Compare.Metric: [String: [Double]]]
  ) -> [VariantOutcome] {
    compareVariants(of: plan, threads: threads) { metric in
      plan.runs.map { values[metric]?[$0.variant]?[$0.replicate] ?? .nan }
    }
  }

  private let low = [0.90, 0.91, 0.92, 0.90, 0.93, 0.91]
  private let high = [0.95, 0.955, 0.96, 0.945, 0.97, 0.965]

  @Test("a variant that is higher under every seed is better, one that is lower worse")
  func verdicts() throws {
    let up = outcomes(plan(replicates: 6), [.testAccuracy: ["a": low, "b": high]])
    #expect(up.map(\.variant) == ["a", "b"] && up[0].difference == nil)
    let difference = try #require(up[1].difference)
    #expect(difference.pairs == 6 && difference.p == 0.03125 && difference.corrected == 0.03125)
    #expect((difference.median - 0.045).magnitude < 1e-12)
    #expect(difference.verdict == .better)
    let down = outcomes(plan(replicates: 6), [.testAccuracy: ["a": high, "b": low]])
    #expect(down[1].difference?.verdict == .worse)
    let baseline = Experiment.Compare(baseline: "b")
    let turned = outcomes(
      plan(replicates: 6, compare: baseline), [.testAccuracy: ["a": low, "b": high]])
    #expect(turned[0].difference?.verdict == .worse && turned[1].difference == nil)
  }

  @Test("which way is better, and what counts as a difference, is the rule's")
  func rules() {
    func verdict(_ rule: Experiment.Compare.Rule) -> VariantOutcome.Verdict? {
      outcomes(
        plan(replicates: 6, compare: .init(metrics: [rule])),
        [.testAccuracy: ["a": low, "b": high]])[1].difference?.verdict
    }
    #expect(verdict(.init(metric: .testAccuracy, better: .lower, tolerance: 0)) == .worse)
    #expect(verdict(.init(metric: .testAccuracy, better: .higher, tolerance: 0.04)) == .better)
    #expect(
      verdict(.init(metric: .testAccuracy, better: .higher, tolerance: 0.05)) == .noDifference)
  }

  @Test("below five pairs nothing is compared", arguments: 1...5)
  func fewest(replicates: Int) {
    let plan = plan(replicates: replicates)
    let outcomes = outcomes(plan, [.testAccuracy: ["a": low, "b": high]])
    let difference = outcomes[1].difference
    #expect(difference?.pairs == replicates)
    #expect(difference?.p.isNaN == (replicates < 5))
    #expect(difference?.corrected.isNaN == (replicates < 5))
    // Of five pairs p is at least 1/16.
    #expect(difference?.verdict == (replicates < 5 ? nil : .noDifference))
    #expect((difference?.interval == nil) == (replicates < 5))
    #expect((outcomes[0].interval == nil) == (replicates < 5))
  }

  @Test("a plan of one run compares nothing")
  func single() {
    #expect(outcomes(plan(["main"], replicates: 1), [.testAccuracy: ["main": [1]]]).isEmpty)
  }

  @Test("the correction is over all variants and metrics, the primary one first")
  func family() {
    let compare = Experiment.Compare(
      metrics: [
        .init(metric: .validationAccuracy, better: .higher, tolerance: 0),
        .init(metric: .testAccuracy, better: .higher, tolerance: 0),
      ])
    let values = ["a": low, "b": high, "c": low]
    let outcomes = outcomes(
      plan(["a", "b", "c"], replicates: 6, compare: compare),
      [.testAccuracy: values, .validationAccuracy: values])
    #expect(outcomes.map(\.variant) == ["a", "a", "b", "b", "c", "c"])
    #expect(
      outcomes.prefix(2).map(\.rule.metric) == [.testAccuracy, .validationAccuracy])
    #expect(outcomes.map { $0.difference?.corrected ?? -1 } == [-1, -1, 0.125, 0.125, 1, 1])
    #expect(outcomes[2].difference?.verdict == .noDifference)
  }

  @Test(
    "a target that was not reached is reached at infinity; where a variant has none, it is left out"
  )
  func target() throws {
    let compare = Experiment.Compare(primary: .targetSteps)
    let never = [Double](repeating: .nan, count: 6)
    let plan = plan(
      ["a", "b", "c"], replicates: 6, compare: compare, target: ["a": 0.9, "b": 0.9])
    let outcomes = outcomes(
      plan, [.targetSteps: ["a": never, "b": [40, 50, 60, 40, .nan, 50], "c": never]])
    #expect(outcomes[0].runs == 6 && outcomes[0].median == .infinity && outcomes[0].mean.isNaN)
    #expect(outcomes[1].runs == 6 && outcomes[1].median == 50)
    let difference = try #require(outcomes[1].difference)
    // Both of a pair unreached are a tie: five signs are left.
    #expect(difference.pairs == 6 && difference.median == -.infinity && difference.p == 0.0625)
    #expect(outcomes[2].runs == 0 && outcomes[2].median.isNaN)
    #expect(outcomes[2].difference?.pairs == 0 && outcomes[2].difference?.verdict == nil)
  }

  @Test("a run that diverged has the lowest fitness; what does not exist is left out with its pair")
  func missing() {
    let compare = Experiment.Compare(
      primary: .fitness,
      metrics: [.init(metric: .relativeDiversity, better: .higher, tolerance: 0)])
    let values = ["a": low, "b": [.nan, 0.95, 0.96, 0.945, 0.97, 0.965]]
    let outcomes = outcomes(
      plan(replicates: 6, compare: compare), [.fitness: values, .relativeDiversity: values])
    #expect(outcomes[2].runs == 6 && outcomes[2].difference?.pairs == 6)
    #expect(outcomes[2].mean.isNaN && outcomes[2].difference?.p == 0.21875)
    #expect(outcomes[3].runs == 5 && outcomes[3].difference?.pairs == 5)
  }

  @Test("a median against its mean is no verdict")
  func torn() {
    // Seven of thirteen are a little higher, six are far lower: p is 2 / 64.
    let differences = [Double](repeating: 0.001, count: 7) + [Double](repeating: -0.5, count: 6)
    let level = [Double](repeating: 0.9, count: 13)
    let outcomes = outcomes(
      plan(replicates: 13),
      [.testAccuracy: ["a": level, "b": zip(level, differences).map { $0 + $1 }]])
    #expect(outcomes[1].difference.map { $0.corrected < 0.05 && $0.median > 0 } == true)
    #expect(outcomes[1].difference?.verdict == .noDifference)
  }

  @Test("the outcomes are the same on any number of threads, and the table has them")
  func table() {
    let plan = plan(["a", "b"], replicates: 6)
    let values = [Experiment.Compare.Metric.testAccuracy: ["a": low, "b": high]]
    let one = outcomes(plan, threads: 1, values)
    let three = outcomes(plan, threads: 3, values)
    let table = variantsTable(one, baseline: "a")
    #expect(one == three)
    #expect(
      table.names == [
        "variant", "metric", "better", "tolerance", "runs", "mean", "sd", "median", "low", "high",
        "baseline", "pairs", "difference", "difference_low", "difference_high", "p", "p_holm",
        "verdict",
      ])
    #expect(table.texts("metric") == ["test-accuracy", "test-accuracy"])
    #expect(table.texts("baseline") == ["", "a"] && table.texts("verdict") == ["", "better"])
    #expect(table.integers("pairs") == [nil, 6] && table.integers("runs") == [6, 6])
    #expect(table.reals("p")?[0].isNaN == true && table.reals("p")?[1] == 0.03125)
  }
}
