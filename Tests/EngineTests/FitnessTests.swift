import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import Testing

@Suite("Fitness and images")
struct FitnessTests {
  private func workspace(_ experiment: Experiment) -> Workspace {
    Workspace(layout: NetworkLayout(experiment.network), capacity: 7)
  }

  @Test(
    "fitness is measured on the first of the validation images",
    arguments: Experiment.Fitness.Metric.allCases)
  func firstImages(metric: Experiment.Fitness.Metric) {
    let data = smallData()
    let experiment = smallExperiment {
      $0.fitness = Experiment.Fitness(metric: metric, images: 10)
    }
    let images = data.validation.selecting(0..<10)
    for generation in Trace(experiment, data: data).generations {
      for member in generation.members {
        let evaluation = workspace(experiment).evaluate(member.weights, on: images)
        #expect(member.evaluation == evaluation)
        #expect(member.fitness == (metric == .accuracy ? evaluation.accuracy : -evaluation.loss))
      }
      let record = generation.record
      let champion = generation.members[record.champion]
      #expect(
        record.validationAccuracy
          == workspace(experiment).evaluate(champion.weights, on: data.validation).accuracy)
    }
  }

  @Test("'direction: lower' makes the worst the champion")
  func lower() {
    for direction in Experiment.Fitness.Direction.allCases {
      for record in Trace(smallExperiment { $0.fitness.direction = direction }).records {
        let best = direction == .higher ? record.fitness.max() : record.fitness.min()
        #expect(record.fitness[record.champion] == best)
      }
    }
  }

  @Test("resampling draws other images each generation, none twice, and evaluates all on them")
  func resampled() {
    let data = smallData()
    let experiment = smallExperiment {
      $0.fitness.images = 10
      $0.fitness.resample = true
    }
    let evolution = Evolution(
      experiment: experiment, seed: experiment.seed, data: data, threads: 1)
    var sets: Set<[Int32]> = []
    for generation in Trace(experiment, data: data).generations {
      let images = evolution.fitnessExamples(generation.record.generation)
      #expect(Set(images.rows).count == 10)
      #expect(Set(images.rows).isSubset(of: data.validation.rows))
      sets.insert(images.rows)
      for member in generation.members {
        #expect(
          member.evaluation == workspace(experiment).evaluate(member.weights, on: images))
      }
    }
    #expect(sets.count == 6)
    // Each of 40 images in a quarter of 2,000 generations, within 4.5 standard errors.
    var counts = [Int32: Int]()
    for generation in 0..<2000 {
      for row in evolution.fitnessExamples(generation).rows { counts[row, default: 0] += 1 }
    }
    for row in data.validation.rows {
      let count = Double(counts[row, default: 0])
      #expect((count - 500).magnitude < binomialBound(2000, 0.25))
    }
  }

  @Test("no generation depends on the test images, with or without a test curve")
  func testImages() {
    for isCurve in [false, true] {
      let experiment = smallExperiment {
        $0.record.testCurve = isCurve
        $0.training = Experiment.Training(steps: 2, batch: .fixed(4))
      }
      var traces = [UInt64(1), 2].map { Trace(experiment, data: smallData(testSeed: $0)) }
      #expect(traces[0].outcome.test != traces[1].outcome.test)
      let curves = traces.map { $0.records.map(\.testAccuracy) }
      #expect((curves[0] == curves[1]) == !isCurve)
      #expect(curves[0].allSatisfy { ($0 != nil) == isCurve })
      traces = traces.map { trace in
        #expect(
          isCurve ? trace.last.testAccuracy == trace.outcome.test.accuracy : true)
        return trace
      }
      for (one, other) in zip(traces[0].generations, traces[1].generations) {
        #expect(one.record.stateDigest == other.record.stateDigest)
        #expect(one.record.fitness == other.record.fitness)
        #expect(one.record.validationAccuracy == other.record.validationAccuracy)
        #expect(one.origins == other.origins)
      }
    }
  }

  @Test("the run's champion is the last generation's fittest, tested and validated")
  func outcome() {
    let data = smallData()
    let experiment = smallExperiment { $0.fitness.images = 10 }
    let trace = Trace(experiment, data: data)
    let champion = trace.outcome.champion
    #expect(champion.id == trace.last.ids[trace.last.champion])
    let workspace = workspace(experiment)
    #expect(trace.outcome.test == workspace.evaluate(champion.weights, on: data.test))
    #expect(trace.outcome.validation == workspace.evaluate(champion.weights, on: data.validation))
  }
}
