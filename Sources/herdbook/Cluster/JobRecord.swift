import HerdbookBundle
import HerdbookModel

/// A job that was sent to a scheduler for runs of a plan, or to collect them.
struct JobRecord: Sendable, Equatable {
  enum Kind: String, Sendable {
    case units
    case collect
  }
  /// What the scheduler calls it.
  let job: String
  let kind: Kind
  /// Of an array, the numbers of its tasks; what is added to them; and the runs that each takes.
  var tasks = TaskNumbers([])
  var offset = 0
  var pack = 1
  /// What the runs were of when it was sent: see `PlannedExperiment.making`.
  let making: String
  /// Who sent it, on which machine, and when: ISO 8601, in UTC.
  let user: String
  let host: String
  let sent: String
  var isCancelled = false

  /// More than any plan or array has.
  private static let most = 1_000_000_000

  /// The task, as the scheduler calls it.
  func task(_ number: Int) -> String { "\(job)_\(number)" }

  /// The runs that a task of its number takes, by their places in a plan.
  func runs(ofTask number: Int, in plan: Plan) -> Range<Int> {
    let first = min((number + offset) * pack, plan.runs.count)
    return first..<min(first + pack, plan.runs.count)
  }

  var json: JSONValue {
    .object([
      "job": .text(job), "kind": .text(kind.rawValue), "tasks": .text(tasks.text),
      "offset": .integer(offset), "pack": .integer(pack), "user": .text(user), "host": .text(host),
      "sent": .text(sent), "making": .text(making), "cancelled": .boolean(isCancelled),
    ])
  }

  init(
    job: String, kind: Kind, tasks: TaskNumbers = TaskNumbers([]), offset: Int = 0, pack: Int = 1,
    making: String, user: String, host: String, sent: String
  ) {
    self.job = job
    self.kind = kind
    self.tasks = tasks
    self.offset = offset
    self.pack = pack
    self.making = making
    self.user = user
    self.host = host
    self.sent = sent
  }

  /// Nil where it is not one.
  init?(_ value: JSONValue) {
    guard case .object(let members) = value, case .text(let job)? = members["job"],
      case .text(let word)? = members["kind"], let kind = Kind(rawValue: word),
      case .text(let tasks)? = members["tasks"],
      let numbers = tasks.isEmpty ? TaskNumbers([]) : TaskNumbers(tasks),
      !job.isEmpty, job.allSatisfy({ $0.isASCII && $0.isNumber }),
      case .integer(let offset)? = members["offset"], (0...JobRecord.most).contains(offset),
      case .integer(let pack)? = members["pack"], (1...JobRecord.most).contains(pack),
      numbers.ranges.last.map({ $0.upperBound <= JobRecord.most }) ?? true,
      case .text(let making)? = members["making"],
      case .text(let user)? = members["user"], case .text(let host)? = members["host"],
      case .text(let sent)? = members["sent"],
      case .boolean(let isCancelled)? = members["cancelled"]
    else { return nil }
    self.init(
      job: job, kind: kind, tasks: numbers, offset: offset, pack: pack, making: making, user: user,
      host: host, sent: sent)
    self.isCancelled = isCancelled
  }
}

/// The jobs that were sent for the runs of an experiment: the file `sent.jsonl`, a job a line, beside the bundles of its
/// runs.
struct JobFile {
  private let name: String
  private let folder: String
  private let logs: String
  private let disk = Disk()

  init(of name: String, in results: Results) throws(BundleError) {
    self.name = name
    folder = try results.jobs(of: name)
    logs = "\(results.folder)/.log/\(name)"
  }

  private var path: String { "\(folder)/sent.jsonl" }

  /// Whether anything was sent, or was about to be.
  func isBegun() throws(BundleError) -> Bool { try disk.status(folder) != nil }

  /// In the order in which they were sent; none where there is no file.
  func read() throws -> [JobRecord] {
    guard try disk.status(path) != nil else { return [] }
    var records: [JobRecord] = []
    for (number, line) in try disk.read(path).split(separator: UInt8(ascii: "\n")).enumerated() {
      let value = try? JSONValue(parsing: Array(line), file: path)
      guard let record = value.flatMap(JobRecord.init) else {
        throw Failure(
          .different,
          "error: \(Path.shown(path)), line \(number + 1), is not the record of a job; take all jobs of it back with:"
            + " herdbook cancel \(name)")
      }
      records.append(record)
    }
    return records
  }

  /// Replaces what is there, in one step; without records, there is no file.
  func write(_ records: [JobRecord]) throws(BundleError) {
    guard !records.isEmpty else { return try disk.removeTree(folder) }
    try disk.createFolders(folder)
    let text = records.map { "\($0.json.compact)\n" }.joined()
    try disk.writeWhole(Array(text.utf8), to: path)
  }

  /// Forgets jobs that are over, with what their tasks said.
  func forget(_ ended: [JobRecord], of records: [JobRecord]) throws(BundleError) {
    removeLogs(of: ended)
    let jobs = Set(ended.map(\.job))
    let kept = records.filter { !jobs.contains($0.job) }
    try write(kept)
  }

  /// Writes a script that is sent, and gives its path.
  func write(script: String, called name: String) throws(BundleError) -> String {
    try disk.createFolders(folder)
    try disk.writeWhole(Array(script.utf8), to: "\(folder)/\(name)")
    return "\(folder)/\(name)"
  }

  /// Removes a script that was not sent.
  func removeScript(_ path: String) { try? disk.removeFile(path) }

  /// Makes the folder that schedulers write the words of tasks into, which they do not make themselves.
  func createLogs() throws(BundleError) { try disk.createFolders(logs) }

  /// Removes the folder of what tasks say, if nothing is in it.
  func removeEmptyLogs() {
    for folder in [logs, Path.parent(logs)] { try? disk.removeFolder(folder) }
  }

  /// Removes what tasks said whose runs are all there.
  private func removeLogs(of records: [JobRecord]) {
    let tasks = Set(records.filter { $0.kind == .units }.map(\.job))
    for entry in (try? disk.entries(logs)) ?? [] {
      let parts = entry.split(separator: "_")
      if parts.count == 2, tasks.contains(String(parts[0])) {
        try? disk.removeFile("\(logs)/\(entry)")
      }
    }
  }
}
