import HerdbookModel
import HerdbookSpec

/// Bytes that someone may give us for a spec.
private struct HostileSpec {
  let name: String
  let bytes: [UInt8]

  static let all = [
    HostileSpec(name: "100 kB of nested brackets", repeated("[", to: 100_000)),
    HostileSpec(name: "100 kB of nested lists in lines", repeated("- ", to: 100_000)),
    HostileSpec(name: "100 kB of nested maps", repeated("{a: ", to: 100_000)),
    HostileSpec(name: "an alias bomb of 100 kB", aliasBomb(levels: 2000)),
    HostileSpec(
      name: "100 kB of aliases of one value", "a: &a 1\nb: [" + repeated("*a,", to: 100_000)),
    HostileSpec(name: "1 MiB of random bytes", noise(from: 0, to: 255)),
    HostileSpec(name: "1 MiB of random printable characters", noise(from: 32, to: 126)),
    HostileSpec(name: "1 MiB of control characters", noise(from: 1, to: 8)),
    HostileSpec(name: "1 MiB of one letter", repeated("x", to: mebibyte)),
    HostileSpec(name: "1 MiB of an open quote", "title: \"" + repeated("x ", to: mebibyte - 9)),
    HostileSpec(name: "1 MiB of unknown keys", unknownKeys()),
    HostileSpec(name: "1 MiB of elements that are no numbers", elements()),
    HostileSpec(name: "a file above 1 MiB", [UInt8](repeating: 120, count: mebibyte + 1)),
  ]

  init(name: String, _ bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  init(name: String, _ text: String) { self.init(name: name, Array(text.utf8)) }

  private static let mebibyte = 1 << 20

  private static func repeated(_ part: String, to count: Int) -> String {
    String(repeating: part, count: count / part.utf8.count)
  }

  private static func aliasBomb(levels: Int) -> String {
    (0..<levels).map { level in
      let inner = level == 0 ? "1" : "*a\(level - 1)"
      return "a\(level): &a\(level) [\(repeatElement(inner, count: 9).joined(separator: ","))]\n"
    }.joined()
  }

  private static func noise(from low: UInt8, to high: UInt8) -> [UInt8] {
    var state: UInt64 = 1
    return (0..<mebibyte).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return low + UInt8((state >> 33) % (UInt64(high - low) + 1))
    }
  }

  private static func unknownKeys() -> String {
    String((0..<100_000).map { "key\($0): 1\n" }.joined().prefix(mebibyte))
  }

  private static func elements() -> String {
    "iterations: 1\npopulation: {size: 1}\nnetwork: {layers: ["
      + repeated("x,", to: mebibyte - 100) + "]}\n"
  }
}

extension Suite {
  /// Reading specs: one that is right, one of many variants with its plan, and those that are refused.
  mutating func specs() throws {
    let digits = DatasetShape(
      rows: 28, columns: 28, classes: 10, trainingImages: 60_000, testImages: 10_000)
    func read(_ bytes: [UInt8]) -> Result<ParsedExperiment, SpecProblems> {
      readExperiment(name: "spec", path: "spec.yaml", bytes: bytes) { _ in digits }
    }
    let required = "iterations: 40\nnetwork: {layers: [784, 32, 10]}\npopulation: {size: 20}\n"
    let short = Array((required + "training: {learning-rate: {log-uniform: [0.01, 1]}}\n").utf8)
    guard case .success = read(short) else { throw Failure("the short spec is refused") }
    time("reading a short spec", .microseconds) { _ = read(short) }

    let axes = (1...4).map { axis in
      let path = ["seed", "mutation.scale", "selection.elites", "mutation.rate", "mutation.decay"][
        axis]
      let values = (1...10).map { axis == 2 ? "\($0)" : "0.0\($0)1" }
      return "    \(path): [\(values.joined(separator: ", "))]\n"
    }
    let many = Array((required + "variants:\n  matrix:\n" + axes.joined()).utf8)
    guard case .success(let parsed) = read(many), parsed.variants.count == 10_000 else {
      throw Failure("the spec of 10,000 variants is refused")
    }
    let identity = DatasetIdentity(
      name: "digits", digest: "", rows: 28, columns: 28, classes: 10, training: 55_000,
      validation: 5_000, test: 10_000)
    time("reading and planning 10,000 variants", .milliseconds) {
      guard case .success(let parsed) = read(many) else { return }
      _ = makePlan(parsed) { _ in identity }
    }
    for spec in HostileSpec.all {
      guard case .failure = read(spec.bytes) else { throw Failure("\(spec.name) is not refused") }
      // With its text, which is what the command shows.
      time("refusing \(spec.name)", .milliseconds) {
        guard case .failure(let problems) = read(spec.bytes) else { return }
        _ = problems.rendered
      }
    }
  }
}
