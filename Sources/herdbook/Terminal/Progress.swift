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
    /// Images of each run so far, and those that it had passed before.
    var images: [String: Int] = [:]
    var passed: [String: Int] = [:]
    /// Iterations so far.
    var iterations = 0
    /// Iterations of the runs that go on, without those that they had behind them.
    var planned: Int
    var finished: Int

    var work: Int { images.reduce(0) { $0 + $1.value - passed[$1.key, default: 0] } }
  }
  private let style: Style
  private let name: String
  private let plan: Plan
  private let clock = Stopwatch()
  private let state: Mutex<State>

  /// - Parameter runs: those of the plan that go on; the others are finished.
  init(name: String, plan: Plan, runs: [Plan.Run], isQuiet: Bool) {
    style = isQuiet ? .silent : Terminal.isLive ? .live : .sparse
    self.name = name
    self.plan = plan
    state = Mutex(
      State(
        planned: runs.reduce(0) { $0 + plan.variant(of: $1).experiment.iterations },
        finished: plan.runs.count - runs.count))
  }

  /// Images passed through networks since this began.
  var images: Int { state.withLock(\.work) }

  /// Takes note of a generation that a run had come to before.
  func pass(_ record: GenerationRecord, isLast: Bool, of run: Plan.Run) {
    let iterations = plan.variant(of: run).experiment.iterations
    state.withLock { state in
      state.images[run.id] = record.images
      state.passed[run.id] = record.images
      state.planned -= isLast ? iterations : record.generation
      if isLast { state.finished += 1 }
    }
  }

  func show(_ record: GenerationRecord, isLast: Bool, of run: Plan.Run) {
    let experiment = plan.variant(of: run).experiment
    state.withLock { state in
      let now = clock.seconds
      state.images[run.id] = record.images
      state.iterations += record.generation > 0 ? 1 : 0
      if isLast {
        state.finished += 1
        // Of a run that ends early, the rest is not to come.
        state.planned -= experiment.iterations - record.generation
      }
      guard style != .silent else { return }
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
      parts.append("\(Words.rough(Double(state.work) / seconds)) images/s")
      if state.iterations > 0, state.iterations < state.planned {
        let left = seconds / Double(state.iterations) * Double(state.planned - state.iterations)
        parts.append("\(Words.duration(left)) left")
      }
    }
    return parts.joined(separator: "  ")
  }
}
