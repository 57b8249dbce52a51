import HerdbookEngine
import HerdbookModel
import Synchronization

/// How far an experiment is: one line that is written over on a terminal, a line now and then in a log.
final class Progress: Sendable {
  private enum Style {
    case silent
    case live
    case sparse
  }
  private struct State {
    var lastWords = 0.0
    /// Images of each run so far.
    var images: [String: Int] = [:]
    /// Iterations so far.
    var iterations = 0
    var finished = 0
  }
  private let style: Style
  private let name: String
  private let plan: Plan
  /// Iterations of the runs that go on.
  private let iterations: Int
  private let clock = Stopwatch()
  private let state: Mutex<State>

  /// - Parameter runs: those of the plan that go on; the others are finished.
  init(name: String, plan: Plan, runs: [Plan.Run], isQuiet: Bool) {
    style = isQuiet ? .silent : Terminal.isLive ? .live : .sparse
    self.name = name
    self.plan = plan
    iterations = runs.reduce(0) { $0 + plan.variant(of: $1).experiment.iterations }
    state = Mutex(State(finished: plan.runs.count - runs.count))
  }

  func show(_ record: GenerationRecord, of run: Plan.Run) {
    guard style != .silent else { return }
    let experiment = plan.variant(of: run).experiment
    state.withLock { state in
      let now = clock.seconds
      state.images[run.id] = record.images
      state.iterations += record.generation > 0 ? 1 : 0
      let isLast = record.generation == experiment.iterations
      if isLast { state.finished += 1 }
      // The last word on an experiment is always said.
      let isDue =
        isLast && state.finished == plan.runs.count
        || now - state.lastWords >= (style == .live ? 0.1 : 10)
      guard isDue else { return }
      let text = line(record, of: run, experiment, state, after: now)
      if style == .live {
        Terminal.mutter("\r\u{1B}[2K\(text.prefix(max(20, Terminal.width - 1)))")
      } else {
        Terminal.say(text)
      }
      state.lastWords = now
    }
  }

  /// Ends the live line.
  func finish() {
    if case .live = style { Terminal.mutter("\r\u{1B}[2K") }
  }

  private func line(
    _ record: GenerationRecord, of run: Plan.Run, _ experiment: Experiment, _ state: State,
    after seconds: Double
  ) -> String {
    let fitness = record.fitness.filter { !$0.isNaN }
    let mean = fitness.isEmpty ? .nan : fitness.reduce(0, +) / Double(fitness.count)
    let word = experiment.fitness.metric == .accuracy ? "accuracy" : "fitness"
    var parts = [name]
    if plan.runs.count > 1 { parts.append("\(state.finished)/\(plan.runs.count) runs  \(run.id)") }
    parts += [
      "iteration \(record.generation)/\(experiment.iterations)",
      "\(word) best \(Words.fixed(record.fitness[record.champion], 3))"
        + " mean \(Words.fixed(mean, 3))",
    ]
    if record.diverged > 0 { parts.append("\(record.diverged) diverged") }
    if seconds > 0.5 {
      let images = state.images.values.reduce(0, +)
      parts.append("\(Words.rough(Double(images) / seconds)) images/s")
      if state.iterations > 0, state.iterations < iterations {
        let left = seconds / Double(state.iterations) * Double(iterations - state.iterations)
        parts.append("\(Words.duration(left)) left")
      }
    }
    return parts.joined(separator: "  ")
  }
}
