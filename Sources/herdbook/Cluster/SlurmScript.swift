/// What a task of an experiment asks of a cluster.
struct Resources: Sendable, Equatable {
  var processors: Int
  /// In MiB, as Slurm counts; or as it was given.
  var memory: String
  /// In minutes, or as it was given.
  var time: String
  /// Passed through.
  var partition: String?
  var account: String?

  /// What `time` is in seconds, as sbatch reads it: `minutes`, `minutes:seconds`, `hours:minutes:seconds`, `days-hours`, and
  /// so on with minutes and seconds; nil where it is none of these.
  var seconds: Double? {
    let halves = time.split(separator: "-", omittingEmptySubsequences: false)
    let parts = (halves.last ?? "").split(separator: ":", omittingEmptySubsequences: false)
      .map { Double($0) }
    let numbers = parts.compactMap(\.self)
    guard halves.count <= 2, numbers.count == parts.count, (1...3).contains(numbers.count) else {
      return nil
    }
    if halves.count == 2 {
      guard let days = Double(halves[0]) else { return nil }
      return zip([3600, 60, 1], numbers).reduce(days * 86_400) { $0 + $1.0 * $1.1 }
    }
    let units: [Double] = numbers.count == 3 ? [3600, 60, 1] : [60, 1]
    return zip(units, numbers).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

/// The text of a job for Slurm.
struct SlurmScript: Sendable, Equatable {
  /// How jobs of an experiment are called in the queue, by which they are found there.
  static func name(unitsOf experiment: String) -> String { "herdbook-\(experiment)" }
  static func name(collectOf experiment: String) -> String { "herdbook-\(experiment)-collect" }

  /// Seconds before its time is up at which a task is told, so that it keeps a state and is queued again.
  static let warning = 120
  /// Seconds for which folders are looked at again, as other machines see them late.
  static let latency = 60

  let text: String

  /// - Parameters:
  ///   - log: where what it says goes, in the folder of logs.
  ///   - data: the folder of datasets that the environment names.
  ///   - command: as a shell reads it.
  init(log: String, _ resources: Resources, data: String?, command: String) {
    var options = [
      "--output=Results/.log/\(log)", "--open-mode=append", "--nodes=1", "--ntasks=1",
      "--cpus-per-task=\(resources.processors)", "--mem=\(resources.memory)",
      "--time=\(resources.time)", "--requeue", "--signal=B:USR1@\(SlurmScript.warning)",
    ]
    if let partition = resources.partition { options.append("--partition=\(partition)") }
    if let account = resources.account { options.append("--account=\(account)") }
    text =
      (["#!/bin/bash"] + options.map { "#SBATCH \($0)" }
      + (data.map { ["export HERDBOOK_DATA=\(Words.quoted([$0]))"] } ?? [])
      + ["exec \(command)", ""]).joined(separator: "\n")
  }
}
