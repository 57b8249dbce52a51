import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import Testing

@Suite("From one champion to the next")
struct ChampionChangeTests {
  @Test("the step of weights and the churn of predictions, computed a second time in plain loops")
  func change() throws {
    for experiment in [
      smallExperiment { $0.iterations = 8 },
      smallExperiment {
        $0.training = Experiment.Training(steps: 5, batch: .fixed(8), learningRate: .fixed(0.2))
      },
    ] {
      let trace = Trace(experiment)
      let data = smallData()
      let champions = trace.generations.map { $0.members[$0.record.champion].weights }
      let predictions = champions.map { $0.evaluation(on: data.validation, threads: 1).predictions }
      #expect(trace.records[0].championChange == nil && trace.records[0].churn == nil)
      for now in 1..<champions.count {
        var (squares, norm) = (0.0, 0.0)
        for layer in 0..<2 {
          for (a, b) in zip(champions[now - 1].matrix(layer), champions[now].matrix(layer)) {
            squares += (Double(b) - Double(a)) * (Double(b) - Double(a))
            norm += Double(a) * Double(a)
          }
        }
        let changed = zip(predictions[now - 1], predictions[now]).count { $0 != $1 }
        let record = trace.records[now]
        let step = try #require(record.championChange)
        #expect((step - (squares / norm).squareRoot()).magnitude < 1e-6)
        #expect(record.churn == Double(changed) / 40)
      }
      #expect(trace.records.contains { ($0.churn ?? 0) > 0 })
    }
  }
}
