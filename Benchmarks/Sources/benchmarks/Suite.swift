/// Benchmarks as they are run: which are wanted, how often each is repeated, and what came out.
struct Suite {
  /// A part of the name of those that are wanted; nil for all.
  let filter: String?
  let repetitions: Int
  private(set) var measurements: [Measurement] = []

  init(filter: String?, repetitions: Int) {
    self.filter = filter
    self.repetitions = repetitions
  }

  func wants(_ benchmark: String) -> Bool { filter.map { benchmark.contains($0) } ?? true }

  mutating func add(
    _ benchmark: String, input: Input? = nil, unit: String, _ values: [Double]
  ) {
    let measurement = Measurement(
      benchmark: benchmark, input: input, unit: unit, values: values)
    say(
      "\(benchmark)\(input.map { ", \($0.rawValue)" } ?? ""): \(measurement.text) \(unit)")
    measurements.append(measurement)
  }

  /// Measures the time of one of `count` equal parts of `body`; `unit` is how many of them make a
  /// second.
  mutating func time(
    _ benchmark: String, input: Input? = nil, _ unit: TimeUnit, parts count: Int = 1,
    _ body: () -> Void
  ) {
    guard wants(benchmark) else { return }
    let seconds = withoutActuallyEscaping(body) {
      interleaved(repetitions: repetitions, [$0])[0]
    }
    add(
      benchmark, input: input, unit: unit.rawValue,
      seconds.map { $0 * unit.perSecond / Double(count) })
  }
}

enum TimeUnit: String {
  case nanoseconds = "ns"
  case microseconds = "µs"
  case milliseconds = "ms"
  case seconds = "s"

  var perSecond: Double {
    switch self {
    case .nanoseconds: 1e9
    case .microseconds: 1e6
    case .milliseconds: 1e3
    case .seconds: 1
    }
  }
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure(body) / .seconds(1)
}

/// The seconds of a call of each body, taken in turn so that a drift of the machine meets all.
///
/// Each is called once to warm up, and then so often that a repetition takes 10 ms at least.
func interleaved(repetitions: Int, _ bodies: [() -> Void]) -> [[Double]] {
  let calls = bodies.map { body in
    body()
    return max(1, Int((0.01 / max(seconds(body), 1e-9)).rounded(.up)))
  }
  var values = bodies.map { _ in [Double]() }
  for _ in 0..<repetitions {
    for (index, body) in bodies.enumerated() {
      let taken = seconds { for _ in 0..<calls[index] { body() } }
      values[index].append(taken / Double(calls[index]))
    }
  }
  return values
}
