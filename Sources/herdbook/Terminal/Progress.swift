import HerdbookEngine
import HerdbookModel

/// How far a run is: one line that is written over on a terminal, a line now and then in a log.
struct Progress {
  private enum Style {
    case silent
    case live
    case sparse
  }
  private let style: Style
  private let name: String
  private let iterations: Int
  private let metric: Experiment.Fitness.Metric
  private let clock = Stopwatch()
  private var lastWords = 0.0

  init(name: String, experiment: Experiment, isQuiet: Bool) {
    style = isQuiet ? .silent : Terminal.isLive ? .live : .sparse
    self.name = name
    iterations = experiment.iterations
    metric = experiment.fitness.metric
  }

  mutating func show(_ record: GenerationRecord) {
    let now = clock.seconds
    let isLast = record.generation == iterations
    switch style {
    case .silent: return
    case .live where isLast || now - lastWords >= 0.1:
      let text = line(record, after: now)
      Terminal.mutter("\r\u{1B}[2K\(text.prefix(max(20, Terminal.width - 1)))")
    case .sparse where isLast || now - lastWords >= 10:
      Terminal.say(line(record, after: now))
    default: return
    }
    lastWords = now
  }

  /// Ends the live line.
  func finish() {
    if case .live = style { Terminal.mutter("\r\u{1B}[2K") }
  }

  private func line(_ record: GenerationRecord, after seconds: Double) -> String {
    let fitness = record.fitness.filter { !$0.isNaN }
    let mean = fitness.isEmpty ? .nan : fitness.reduce(0, +) / Double(fitness.count)
    let word = metric == .accuracy ? "accuracy" : "fitness"
    var parts = [
      "\(name)  iteration \(record.generation)/\(iterations)",
      "\(word) best \(Words.fixed(record.fitness[record.champion], 3))"
        + " mean \(Words.fixed(mean, 3))",
    ]
    if record.diverged > 0 { parts.append("\(record.diverged) diverged") }
    if seconds > 0.5 {
      parts.append("\(Words.rough(Double(record.images) / seconds)) images/s")
      if record.generation > 0, record.generation < iterations {
        let left = seconds / Double(record.generation) * Double(iterations - record.generation)
        parts.append("\(Words.duration(left)) left")
      }
    }
    return parts.joined(separator: "  ")
  }
}
