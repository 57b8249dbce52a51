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
}

/// The text of a job for Slurm.
struct SlurmScript: Sendable, Equatable {
  /// How jobs of an experiment are called in the queue.
  static func name(unitsOf experiment: String) -> String { "herdbook-\(experiment)" }
  static func name(collectOf experiment: String) -> String { "herdbook-\(experiment)-collect" }

  /// Seconds before its time is up at which a task is told, so that it keeps a state and is queued again.
  static let warning = 120
  /// Seconds for which folders are looked at again, as other machines see them late.
  static let latency = 60

  let text: String

  /// The tasks of an array, each some runs of a plan; its first argument is added to the number of the task.
  ///
  /// - Parameter command: that runs them, as words, without what `--offset` is.
  init(unitsOf experiment: String, _ resources: Resources, data: String?, command: [String]) {
    text = SlurmScript.text(
      name: SlurmScript.name(unitsOf: experiment), log: "\(experiment)/%A_%a.log", resources,
      more: ["--requeue", "--signal=B:USR1@\(SlurmScript.warning)"], data: data,
      command: "\(Words.quoted(command)) --offset \"$1\"")
  }

  /// What joins all runs at the end.
  init(collectOf experiment: String, _ resources: Resources, data: String?, command: [String]) {
    text = SlurmScript.text(
      name: SlurmScript.name(collectOf: experiment), log: "\(experiment)/%j.log", resources,
      more: ["--requeue"], data: data, command: Words.quoted(command))
  }

  private static func text(
    name: String, log: String, _ resources: Resources, more: [String], data: String?,
    command: String
  ) -> String {
    var options = [
      "--job-name=\(name)", "--output=Results/.log/\(log)", "--open-mode=append", "--nodes=1",
      "--ntasks=1", "--cpus-per-task=\(resources.processors)", "--mem=\(resources.memory)",
      "--time=\(resources.time)",
    ]
    options += more
    if let partition = resources.partition { options.append("--partition=\(partition)") }
    if let account = resources.account { options.append("--account=\(account)") }
    return
      (["#!/bin/bash"] + options.map { "#SBATCH \($0)" }
      + (data.map { ["export HERDBOOK_DATA=\(Words.quoted([$0]))"] } ?? [])
      + ["exec \(command)", ""]).joined(separator: "\n")
  }
}
