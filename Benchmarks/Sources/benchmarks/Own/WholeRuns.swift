import FoundationEssentials

/// A whole run that has ended.
struct Finished {
  let process: Child
  /// Of the champion on the test images.
  let accuracy: Double

  var seconds: Double { process.seconds }
}

/// `herdbook run` as a user starts it, each time in a project of its own.
struct WholeRun {
  /// The path of the program.
  let program: String
  /// The folder of the specs.
  let experiments: String
  let inputs: Inputs

  /// Runs the spec NAME.yaml on an input, after some changes of its text.
  func run(
    _ name: String, on input: Input = .mnist, changing changes: [(String, String)] = []
  ) throws -> Finished {
    var source = try inputs.spec(try readText("\(experiments)/\(name).yaml"), on: input)
    for (old, new) in changes {
      guard source.contains(old) else { throw Failure("\(name).yaml does not have '\(old)'") }
      source = source.replacing(old, with: new)
    }
    return try withTemporaryFolder { folder in
      try makeFolder("\(folder)/Experiments")
      try Data(source.utf8).write(to: URL(filePath: "\(folder)/Experiments/\(name).yaml"))
      let child = try Child.run([
        program, "run", name, "--project", folder, "--quiet", "--threads", "2",
        "--data", inputs.folders[0],
      ])
      guard child.status == 0 else { throw Failure("herdbook run \(name): \(child.err)") }
      let summary = try readText("\(folder)/Results/\(name)/summary.csv")
      return Finished(process: child, accuracy: try testAccuracy(summary))
    }
  }

  private func testAccuracy(_ summary: String) throws -> Double {
    let lines = summary.split(separator: "\n").map { $0.split(separator: ",") }
    guard lines.count == 2, let column = lines[0].firstIndex(of: "test_accuracy"),
      let accuracy = Double(lines[1][column])
    else { throw Failure("summary.csv does not tell the test accuracy of one run: \(summary)") }
    return accuracy
  }
}

extension Suite {
  /// Whole processes: all files and the report are written, the dataset is in the cache. They come
  /// before anything that takes memory in this process, see `Child.peak`.
  mutating func wholeRuns(_ run: WholeRun) throws {
    try coldStart(run)
    try jobA(run)
    try populationSizes(run)
  }

  private mutating func coldStart(_ run: WholeRun) throws {
    let name = "cold start: smallest complete run"
    guard wants(name) else { return }
    _ = try run.run("smallest")
    let runs = try (0..<repetitions).map { _ in try run.run("smallest") }
    add(name, unit: "ms", runs.map { $0.seconds * 1e3 })
  }

  private mutating func jobA(_ run: WholeRun) throws {
    let name = "job A, whole run"
    guard wants(name) else { return }
    _ = try run.run("job-a")
    let runs = try (0..<min(repetitions, 5)).map { _ in try run.run("job-a") }
    add(name, unit: "s", runs.map(\.seconds))
    add("\(name), peak memory", unit: "MB", runs.compactMap(\.process.peak).map { $0 / 1e6 })
  }

  /// The time of a run by the number of networks, and what one more of them costs.
  private mutating func populationSizes(_ run: WholeRun) throws {
    let name = "whole run, population"
    guard wants(name) else { return }
    let sizes = [20, 200, 2000]
    var taken: [[Double]] = []
    for size in sizes {
      let times = try (0..<min(repetitions, 3)).map { _ in
        try run.run("population", changing: [("size: 20", "size: \(size)")]).seconds
      }
      add("\(name) of \(grouped(size))", unit: "s", times)
      taken.append(times)
    }
    var marginal: [Double] = []
    for index in 1..<sizes.count {
      marginal.append(
        (taken[index].median - taken[index - 1].median) / Double(sizes[index] - sizes[index - 1]))
      add(
        "\(name): one network more from \(sizes[index - 1]) to \(grouped(sizes[index]))",
        unit: "ms",
        [marginal[index - 1] * 1e3])
    }
    add("\(name): that cost, later over earlier", unit: "times", [marginal[1] / marginal[0]])
  }
}
