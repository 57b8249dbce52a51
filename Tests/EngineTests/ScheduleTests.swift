import HerdbookEngine
import HerdbookModel
import Testing

@Suite("Learning-rate schedules")
struct ScheduleTests {
  private func rates(_ schedule: Experiment.Training.Schedule) -> [Double] {
    let training = Experiment.Training(steps: 4, schedule: schedule)
    return (1...3).flatMap { training.rates(from: 0.5, iteration: $0, of: 3) }
  }

  @Test("constant stays, steps fall after every so many, cosine ends near zero")
  func values() {
    #expect(rates(.constant) == [Double](repeating: 0.5, count: 12))
    #expect(
      rates(.step(every: 5, factor: 0.5))
        == [Double](repeating: 0.5, count: 5) + [Double](repeating: 0.25, count: 5) + [
          0.125, 0.125,
        ])
    let cosine = rates(.cosine)
    // 0.25 (1 + cos(pi t / 12)): by the values of the cosine at multiples of 15 degrees.
    let expected = [
      0.5, 0.491_481_456_572_267, 0.466_506_350_946_11, 0.426_776_695_296_637, 0.375,
      0.314_704_761_275_63, 0.25, 0.185_295_238_724_37, 0.125, 0.073_223_304_703_363,
      0.033_493_649_053_89, 0.008_518_543_427_733,
    ]
    for (rate, value) in zip(cosine, expected) { #expect(abs(rate - value) < 1e-12) }
  }

  @Test("a schedule and weight decay change a run, and threads do not change it")
  func runs() {
    func experiment(_ schedule: Experiment.Training.Schedule, _ decay: Double) -> Experiment {
      smallExperiment {
        $0.training = Experiment.Training(
          steps: 5, batch: .fixed(6), learningRate: .fixed(0.2), schedule: schedule,
          weightDecay: decay)
        $0.mutation = Experiment.Mutation(scale: .fixed(0))
      }
    }
    let plain = Trace(experiment(.constant, 0))
    var seen = [plain.outcome.champion.weights]
    for (schedule, decay) in [
      (.cosine, 0), (.step(every: 7, factor: 0.5), 0), (.constant, 0.1),
    ] as [(Experiment.Training.Schedule, Double)] {
      let trace = Trace(experiment(schedule, decay))
      #expect(!seen.contains(trace.outcome.champion.weights))
      #expect(Trace(experiment(schedule, decay), threads: 3).essence == trace.essence)
      seen.append(trace.outcome.champion.weights)
    }
    #expect(Trace(experiment(.step(every: 100, factor: 0.5), 0)).essence == plain.essence)
  }
}
