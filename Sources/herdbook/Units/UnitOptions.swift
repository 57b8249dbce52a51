import ArgumentParser
import HerdbookModel
import HerdbookSpec

/// Which runs of a plan a process takes, of those that other processes take as well: the units of a study.
struct UnitOptions: ParsableArguments {
  /// The I-th of N shares, counted from 0.
  struct Shard: ExpressibleByArgument {
    let place: Int
    let count: Int

    init?(argument: String) {
      let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        .map { Int($0) }
      guard parts.count == 2, let place = parts[0], let count = parts[1], count > 0,
        (0..<count).contains(place)
      else { return nil }
      self.place = place
      self.count = count
    }
  }

  @Option(
    name: .customLong("unit"),
    help: ArgumentHelp(
      "Run this run of the plan alone, into a bundle of its own that collect joins with others; may be repeated.",
      valueName: "id"))
  var ids: [String] = []
  @Option(
    help: ArgumentHelp(
      "The same for every N-th run from the I-th on, counted from 0.", valueName: "i/n"))
  var shard: Shard?
  @Flag(
    help: "The same for the run whose number the scheduler gives to this task of a job array.")
  var array = false
  @Option(help: ArgumentHelp("Add this to the number of --array.", valueName: "k"))
  var offset: Int?
  @Option(
    help: ArgumentHelp(
      "With --array, take this many runs a task, side by side over the threads.", valueName: "n"))
  var pack: Int?
  @Flag(
    help:
      "In a job of Slurm, when SIGUSR1 says that its time is nearly up: keep the state, put the job back into the queue, and end with status 85."
  )
  var requeue = false

  /// Whether some runs are asked for.
  var isGiven: Bool { !ids.isEmpty || shard != nil || array }

  func validate() throws {
    if [!ids.isEmpty, shard != nil, array].count(where: { $0 }) > 1 {
      throw ValidationError("--unit, --shard and --array each say which runs; give one of them")
    }
    if let offset {
      guard array else { throw ValidationError("--offset is added to the number of --array") }
      guard offset >= 0 else { throw ValidationError("--offset is \(offset); it is not below 0") }
    }
    if let pack {
      guard array else { throw ValidationError("--pack is of the tasks of --array") }
      guard pack >= 1 else { throw ValidationError("--pack is \(pack); it is at least 1") }
    }
    if requeue && !isGiven {
      throw ValidationError("--requeue goes with --unit, --shard and --array")
    }
  }

  /// The runs that are asked for, in the order of the plan.
  func runs(of plan: Plan, called name: String) throws -> [Plan.Run] {
    if let shard {
      return plan.runs.enumerated().filter { $0.offset % shard.count == shard.place }.map(\.element)
    }
    if array {
      let task = try ArrayTask.current(Environment.value)
      let (number, isBeyond) = task.number.addingReportingOverflow(offset ?? 0)
      let (product, isFurther) = number.multipliedReportingOverflow(by: pack ?? 1)
      let first = isBeyond || isFurther ? Int.max : product
      guard plan.runs.indices.contains(first) else {
        throw Failure(
          .usage,
          "error: \(name): \(task.variable)=\(task.value)"
            + (offset.map { " and --offset \($0)" } ?? "")
            + (pack.map { " with --pack \($0)" } ?? "")
            + " ask for run \(first), counted from 0; the plan has"
            + " \(Words.count(plan.runs.count, "run"))")
      }
      return Array(plan.runs[first...].prefix(pack ?? 1))
    }
    let known = Set(plan.runs.map(\.id))
    for id in ids where !known.contains(id) {
      let near = nearestName(to: id, among: plan.runs.map(\.id))
      throw Failure(
        .noInput,
        "error: \(name) has no run '\(id)'"
          + (near.map { "; did you mean '\($0)'?" } ?? "; herdbook plan \(name) names them"))
    }
    return plan.runs.filter { ids.contains($0.id) }
  }
}

/// The number that a scheduler gives to a task of a job array.
package struct ArrayTask: Equatable {
  package let variable: String
  /// As the scheduler says it.
  package let value: String
  /// Counted from 0.
  package let number: Int

  package init(variable: String, value: String, number: Int) {
    self.variable = variable
    self.value = value
    self.number = number
  }

  /// What each scheduler calls it, and from what it counts where nobody says otherwise.
  private static let variables: [(name: String, scheduler: String, first: Int)] = [
    ("SLURM_ARRAY_TASK_ID", "Slurm", 0), ("PBS_ARRAY_INDEX", "PBS", 0),
    ("SGE_TASK_ID", "Grid Engine", 1), ("LSB_JOBINDEX", "LSF", 1),
    ("JOB_COMPLETION_INDEX", "Kubernetes", 0), ("PARALLEL_SEQ", "GNU Parallel", 1),
    ("HERDBOOK_ARRAY_INDEX", "Herdbook", 0),
  ]

  /// What of the environment tells.
  ///
  /// - Parameter value: of a variable; nil where it is not set.
  package static func current(_ value: (String) -> String?) throws -> ArrayTask {
    var found: [ArrayTask] = []
    for (name, scheduler, first) in variables {
      guard let value = value(name), !value.isEmpty else { continue }
      // Outside of arrays Grid Engine says so, and LSF counts nothing.
      if (name, value) == ("SGE_TASK_ID", "undefined") || (name, value) == ("LSB_JOBINDEX", "0") {
        continue
      }
      guard let number = Int(value), number >= first else {
        throw Failure(
          .usage,
          "error: --array: \(name) is '\(value)'; \(scheduler) counts tasks from \(first)")
      }
      found.append(ArrayTask(variable: name, value: value, number: number - first))
    }
    guard let task = found.first else {
      throw Failure(
        .usage,
        "error: --array: this is no task of a job array, as none of"
          + " \(variables.map(\.name).joined(separator: ", ")) is set; name a run with --unit")
    }
    guard found.count == 1 else {
      throw Failure(
        .usage,
        "error: --array: \(found.map { "\($0.variable)=\($0.value)" }.joined(separator: " and "))"
          + " are both set; name the run with --unit")
    }
    return task
  }
}
