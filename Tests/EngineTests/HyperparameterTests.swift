import HerdbookEngine
import HerdbookModel
import HerdbookNumerics
import Testing

@Suite("Hyperparameters")
struct HyperparameterTests {
  private func trained(_ change: (inout Experiment) -> Void = { _ in }) -> Experiment {
    smallExperiment {
      $0.training = Experiment.Training(
        batch: .uniform(8, 40), learningRate: .logUniform(0.001, 1))
      change(&$0)
    }
  }

  /// Kolmogorov and Smirnov's distance from the uniform distribution times sqrt n; above 1.95 once
  /// in a thousand.
  private func deviation(_ values: [Double]) -> Double {
    let n = Double(values.count)
    let distance =
      values.sorted().enumerated().map { rank, value in
        max(value - Double(rank) / n, Double(rank + 1) / n - value)
      }.max() ?? 0
    return distance * n.squareRoot()
  }

  @Test("a log-uniform value is within its range, and uniform in the logarithm")
  func logUniform() {
    let breeder = smallBreeder(trained())
    let rates = (0..<4000).compactMap { breeder.drawn(id: $0).learningRate }
    #expect(rates.count == 4000 && rates.allSatisfy { $0 >= 0.001 && $0 < 1 })
    #expect(deviation(rates.map { 1 + Elementary.log($0) / Elementary.log(1000) }) < 1.95)
  }

  @Test("a uniform value is within its range; a choice is one of its values, each as often")
  func uniform() {
    var stream = RandomStream(seed: 1, purpose: .hyperparameters)
    let values = (0..<4000).map { _ in Drawable.uniform(-2, 3).value(&stream) }
    #expect(values.allSatisfy { $0 >= -2 && $0 < 3 })
    #expect(deviation(values.map { ($0 + 2) / 5 }) < 1.95)
    let choices = (0..<4000).map { _ in Drawable.choice([7, 1, 4, 2]).value(&stream) }
    for value in [7.0, 1, 4, 2] {
      let count = choices.count { $0 == value }
      #expect((Double(count) - 1000).magnitude < binomialBound(4000, 0.25))
    }
  }

  @Test("a narrow range is kept, whatever the logarithm rounds")
  func narrow() {
    let low = 0.1
    let high = low.nextUp.nextUp
    var stream = RandomStream(seed: 1, purpose: .hyperparameters)
    for _ in 0..<200 {
      #expect((low..<high).contains(Drawable.logUniform(low, high).value(&stream)))
      #expect((low..<high).contains(Drawable.uniform(low, high).value(&stream)))
    }
  }

  @Test("perturbation multiplies each drawn value by one of the two factors, as often by either")
  func perturb() throws {
    let breeder = smallBreeder(trained { $0.mutation.scale = .uniform(0.1, 0.2) })
    let parent = Hyperparameters(learningRate: 0.3, batch: 20, mutationScale: 0.15)
    let children = (0..<2000).map { breeder.mutated(parent, iteration: 2, id: $0) }
    var (rateUp, scaleUp, both) = (0, 0, 0)
    for child in children {
      #expect([0.3 * 0.8, 0.3 * 1.2].contains(child.learningRate))
      #expect([16, 24].contains(child.batch))
      #expect([0.15 * 0.8, 0.15 * 1.2].contains(child.mutationScale))
      let (rate, scale) = (try #require(child.learningRate), try #require(child.mutationScale))
      rateUp += rate > 0.3 ? 1 : 0
      scaleUp += scale > 0.15 ? 1 : 0
      both += rate > 0.3 && scale > 0.15 ? 1 : 0
    }
    let error = binomialBound(2000, 0.5)
    #expect((Double(rateUp) - 1000).magnitude < error)
    #expect((Double(scaleUp) - 1000).magnitude < error)
    #expect((Double(both) - 500).magnitude < binomialBound(2000, 0.25))
  }

  @Test("resampling draws anew with its probability, else perturbs")
  func resample() {
    let breeder = smallBreeder(
      trained {
        $0.mutation.hyperparameters = Experiment.HyperparameterMutation(resample: 0.25)
      })
    let parent = Hyperparameters(learningRate: 0.3, batch: 20, mutationScale: 0.1)
    let rates = (0..<4000).compactMap {
      breeder.mutated(parent, iteration: 1, id: $0).learningRate
    }
    let fresh = rates.filter { $0 != 0.3 * 0.8 && $0 != 0.3 * 1.2 }
    #expect((Double(fresh.count) - 1000).magnitude < binomialBound(4000, 0.25))
    #expect(deviation(fresh.map { 1 + Elementary.log($0) / Elementary.log(1000) }) < 1.95)
  }

  @Test("only drawn values change, and none without a rule")
  func onlyDrawn() {
    let parent = Hyperparameters(learningRate: 0.3, batch: 20, mutationScale: 0.1)
    let given = smallBreeder(
      trained {
        $0.training?.learningRate = .fixed(0.3)
        $0.training?.batch = .fixed(20)
        $0.mutation.hyperparameters.resample = 0.5
      })
    let ruleless = smallBreeder(
      trained {
        $0.mutation.scale = .uniform(0.1, 0.2)
        $0.mutation.hyperparameters = Experiment.HyperparameterMutation(
          perturb: nil, resample: nil)
      })
    for id in 0..<200 {
      #expect(given.mutated(parent, iteration: 1, id: id) == parent)
      #expect(ruleless.mutated(parent, iteration: 1, id: id) == parent)
    }
  }

  @Test("without training there is neither learning rate nor batch")
  func untrained() {
    let values = smallBreeder(smallExperiment()).drawn(id: 3)
    #expect(values == Hyperparameters(mutationScale: 0.1))
  }

  @Test("a batch is a whole number from one to the training images")
  func batch() {
    let wide = smallBreeder(trained { $0.training?.batch = .uniform(0.1, 500) })
    let batches = (0..<500).compactMap { wide.drawn(id: $0).batch }
    #expect(batches.count == 500 && batches.allSatisfy { (1...60).contains($0) })
    #expect(batches.contains(60))
    let large = Hyperparameters(learningRate: 0.1, batch: 60, mutationScale: 0)
    for id in 0..<50 {
      #expect([48, 60].contains(wide.mutated(large, iteration: 1, id: id).batch))
    }
  }

  @Test("self-adaptation is log-normal with its deviation")
  func adapt() {
    let breeder = smallBreeder(smallExperiment { $0.mutation.adapt = 0.2 })
    let parent = Hyperparameters(mutationScale: 0.1)
    let logs = (0..<4000).compactMap {
      breeder.mutated(parent, iteration: 1, id: $0).mutationScale.map { Elementary.log($0 / 0.1) }
    }
    let mean = logs.reduce(0, +) / 4000
    let variance = logs.reduce(0) { $0 + $1 * $1 } / 4000
    let (meanBound, varianceBound) = (4.5 * 0.2 / 4000.0.squareRoot(), 4.5 * 0.0005.squareRoot())
    #expect(mean.magnitude < meanBound)
    #expect((variance / 0.04 - 1).magnitude < varianceBound)
  }

  @Test("an adapted scale stays within [1e-3, 2], also when it is drawn and perturbed as well")
  func adaptBounds() {
    for drawable in [Drawable.fixed(1), .uniform(0.001, 2)] {
      let breeder = smallBreeder(
        smallExperiment {
          $0.mutation.scale = drawable
          $0.mutation.adapt = 1
        })
      for start in [0.001, 0.002, 1.5, 2] {
        let scales = (0..<300).compactMap {
          breeder.mutated(Hyperparameters(mutationScale: start), iteration: 1, id: $0)
            .mutationScale
        }
        #expect(scales.allSatisfy { (0.001...2).contains($0) })
        #expect(scales.contains(start < 1 ? 0.001 : 2))
      }
    }
  }

  @Test("a scale of zero does not adapt")
  func adaptZero() {
    let breeder = smallBreeder(smallExperiment { $0.mutation.adapt = 0.2 })
    let child = breeder.mutated(Hyperparameters(mutationScale: 0), iteration: 1, id: 7)
    #expect(child.mutationScale == 0)
  }
}
