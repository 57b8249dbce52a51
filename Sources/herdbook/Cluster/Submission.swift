import HerdbookBundle
import HerdbookModel

/// What a person asks of a submission; the rest follows from the plan.
struct SubmissionWishes: Sendable {
  /// Runs of a task.
  var pack = 1
  var processors: Int?
  var memory: String?
  var time: String?
  var partition: String?
  var account: String?
}

/// What a cluster allows.
struct ClusterLimits: Sendable {
  /// The numbers of an array's tasks are below this.
  var arraySize: Int
  /// Of all jobs at once; nil where that is not known.
  var tasks: Int?
  /// Of the smallest node.
  var processors: Int
}

/// The part of a submission that is of one experiment: arrays of tasks for the runs that are missing, and a job that
/// collects all of them.
struct Submission {
  let planned: PlannedExperiment
  /// What names the experiment to `run` and `collect`.
  let words: [String]
  let standings: [UnitStanding]
  let jobs: UnitJobs
  /// None where all that is missing is under way.
  let chunks: [ArrayChunk]
  let pack: Int
  /// What a task asks for, and what the job that collects does.
  let resources: Resources
  let collecting: Resources
  /// Seconds that a task is expected to take.
  let seconds: Double

  var name: String { planned.name }

  /// Whether there is something to send: runs, or what collects those that are under way or done.
  var isNeeded: Bool { !chunks.isEmpty || jobs.live(.collect).isEmpty }

  init(
    _ planned: PlannedExperiment, called words: [String], _ standings: [UnitStanding],
    _ jobs: UnitJobs,
    _ wishes: SubmissionWishes, _ limits: ClusterLimits, calibration: inout Calibration?
  ) throws {
    self.planned = planned
    self.words = words
    self.standings = standings
    self.jobs = jobs
    pack = wishes.pack
    let places = standings.indices.filter {
      standings[$0].state != .done && !standings[$0].state.isUnderWay
    }
    chunks = ArrayChunk.chunks(ofRuns: places, pack: pack, arraySize: limits.arraySize)
    // Runs of the fullest task.
    let most = max(1, min(pack, places.isEmpty ? planned.plan.runs.count : places.count))
    let processors = wishes.processors ?? min(most, limits.processors)
    let together = min(most, processors)
    let runs = places.isEmpty ? planned.plan.runs : places.map { standings[$0].run }
    let estimates = try planned.estimates(
      of: runs, threads: max(1, processors / together), &calibration)
    let slowest = estimates.map(\.seconds).max() ?? 0
    let rounds = (most + together - 1) / together
    seconds = slowest * Double(rounds)
    let memory = estimates.map(\.memory).max() ?? 0
    resources = Resources(
      processors: processors,
      memory: wishes.memory ?? "\(Submission.mebibytes(memory, together: together))M",
      time: wishes.time ?? String(Submission.minutes(seconds)),
      partition: wishes.partition, account: wishes.account)
    collecting = Resources(
      processors: 1,
      memory: wishes.memory ?? "\(max(1000, Submission.mebibytes(memory, together: 1)))M",
      time: wishes.time ?? "30", partition: wishes.partition, account: wishes.account)
  }

  /// Asked for so many runs at once that need so many bytes each: a quarter more, in hundreds.
  private static func mebibytes(_ bytes: Int, together: Int) -> Int {
    let needed = Double(bytes) * Double(together) * 1.25 / Double(1 << 20) + 64
    return Int((needed / 100).rounded(.up)) * 100
  }

  /// Asked for what is expected to take so many seconds: twice that and five minutes, at least a quarter of an hour. Who
  /// needs longer keeps a state and is queued again.
  private static func minutes(_ seconds: Double) -> Int {
    max(15, Int((seconds * 2 / 60).rounded(.up)) + 5)
  }

  /// Tasks in all.
  var taskCount: Int { chunks.reduce(0) { $0 + $1.tasks.count } }
}
