import HerdbookBundle
import HerdbookModel
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("checkpoints")
struct CheckpointTests {
  private let folder = TemporaryFolder()
  private var path: String { "\(folder.path)/Results" }
  private var checkpoint: String { "\(path)/.partial/quickstart/checkpoints/main-0" }

  private func results(_ files: any FileSystem = Disk(), process: Int = 1) -> Results {
    Results(folder: path, files: files, processes: processes(process))
  }

  private func header(
    _ generation: Int, run: String = "main-0", key: String = "key", isFinished: Bool = false
  ) -> CheckpointHeader {
    CheckpointHeader(run: run, key: key, generation: generation, isFinished: isFinished)
  }

  /// Begins a run that records weights, and keeps it after each of some generations.
  private func keep(
    _ generations: [Int], run: String = "main-0", in writer: BundleWriter
  ) throws(BundleError) {
    for generation in generations {
      try record(generation, run: run, in: writer)
      try writer.keep(["state \(generation)"], header(generation, run: run))
    }
  }

  private func record(
    _ generation: Int, run: String = "main-0", in writer: BundleWriter
  ) throws(BundleError) {
    try writer.record(
      SafetensorsStream(
        parts: [.init(name: "layers.1.weight", shape: [1], pieces: 1) { _ in [Float(generation)] }]
      ),
      to: "runs/\(run)/weights/generation-\(generation).safetensors")
  }

  private func goOn(
    _ results: Results, key: String = "key"
  ) throws(BundleError) -> (BundleWriter, Continuation<[String]>) {
    let writer = try results.begin("quickstart", goingOn: ["main-0": key])
    return (writer, try writer.goOn([String].self, run: "main-0", key: key))
  }

  @Test("what was kept last is there after the writer went, with the files of its time")
  func kept() throws {
    try keep([0, 1, 2], in: results().begin("quickstart"))
    #expect(
      try results().work(on: "quickstart", ["main-0": "key"])
        == .interrupted(["main-0": header(2)]))
    // What is there need not be written again.
    let weights = "\(path)/.partial/quickstart/bundle/runs/main-0/weights"
    let size = try #require(try Disk().status("\(weights)/generation-0.safetensors")).size
    let states = try ["", ".previous"].map { try #require(try Disk().status(checkpoint + $0)).size }
      .reduce(0, +)
    #expect(try results().unfinishedBytes(of: "quickstart") == 3 * size + states)
    // What has a name elsewhere, too, gives no room when it goes.
    try Disk().link("\(weights)/generation-0.safetensors", to: "\(path)/elsewhere")
    #expect(try results().unfinishedBytes(of: "quickstart") == 2 * size + states)
    try Disk().removeFile("\(path)/elsewhere")
    let (writer, kept) = try goOn(results())
    #expect(kept.state == ["state 2"] && kept.generation == 2 && kept.faults.isEmpty)
    try record(3, in: writer)
    try writer.write(Table([.init("mark", .integers([1]))]), to: "summary.csv")
    try writer.seal(samplePlan(), resultVersion: 1)
    let bundle = try writer.publish()
    #expect(
      try bundle.weights().entries.map(\.path)
        == (0...3).map { "runs/main-0/weights/generation-\($0).safetensors" })
    #expect(try bundle.check() == BundleCheck())
    #expect(try Disk().entries("\(path)/.partial") == [])
    #expect(try results().unfinishedBytes(of: "quickstart") == 0)
  }

  @Test("without a state that was kept, nothing of a run is left")
  func nothingKept() throws {
    try record(0, in: results().begin("quickstart"))
    #expect(try Disk().entries("\(path)/.partial") == [])
  }

  @Test("a state under another key is passed over, and removed with its files")
  func key() throws {
    try keep([0, 1], in: results().begin("quickstart"))
    #expect(try results().work(on: "quickstart", ["main-0": "other"]) == .none)
    #expect(try results().work(on: "quickstart", ["main-1": "key"]) == .none)
    let (writer, kept) = try goOn(results(), key: "other")
    #expect(kept.state == nil && kept.faults.isEmpty)
    #expect(try Disk().entries("\(path)/.partial/quickstart") == ["bundle", "lock"])
    #expect(try Disk().entries("\(path)/.partial/quickstart/bundle") == [])
    writer.abandon()
    #expect(try Disk().entries("\(path)/.partial") == [])
  }

  @Test("of several runs those that may go on are kept, and files that belong to none are removed")
  func several() throws {
    let writer = try results().begin("quickstart")
    for run in ["a-0", "b-0", "c-0"] { try keep([0], run: run, in: writer) }
    try record(0, run: "d-0", in: writer)
    try writer.write([1], to: "summary.csv")
    writer.abandon()
    let partial = "\(path)/.partial/quickstart"
    let next = try results().begin(
      "quickstart", goingOn: ["a-0": "key", "b-0": "other", "d-0": "key"])
    #expect(try Disk().entries("\(partial)/bundle") == ["runs"])
    #expect(try Disk().entries("\(partial)/bundle/runs") == ["a-0"])
    #expect(try Disk().entries("\(partial)/checkpoints") == ["a-0"])
    #expect(try next.goOn([String].self, run: "a-0", key: "key").state == ["state 0"])
    #expect(try next.goOn([String].self, run: "d-0", key: "key").state == nil)
  }

  @Test("a flipped bit anywhere in the newest state gives the one before it, with the reason")
  func flipped() throws {
    try keep([0, 1], in: results().begin("quickstart"))
    let whole = try Disk().read(checkpoint)
    for place in whole.indices {
      var bytes = whole
      bytes[place] ^= 1 << UInt8(place % 8)
      try Disk().write(bytes, to: checkpoint, how: .replace)
      let (writer, kept) = try goOn(results())
      #expect(kept.state == ["state 0"] && kept.generation == 0, "\(place)")
      writer.abandon()
    }
    for count in [0, 1, whole.count / 2, whole.count - 1] {
      try Disk().write(Array(whole.prefix(count)), to: checkpoint, how: .replace)
      let (writer, kept) = try goOn(results())
      #expect(kept.state == ["state 0"] && kept.faults.count == 1, "\(count)")
      writer.abandon()
    }
  }

  @Test("where every state is damaged there is none, and the run's files go, too")
  func damaged() throws {
    try keep([0, 1], in: results().begin("quickstart"))
    for file in [checkpoint, "\(checkpoint).previous"] {
      var bytes = try Disk().read(file)
      bytes[bytes.count - 40] ^= 1
      try Disk().write(bytes, to: file, how: .replace)
    }
    let (writer, kept) = try goOn(results())
    #expect(kept.state == nil && kept.faults.count == 2)
    #expect(kept.faults[0].description == "\(checkpoint): is not as it was written")
    #expect(try Disk().entries("\(path)/.partial/quickstart/bundle/runs") == [])
    writer.abandon()
    #expect(try Disk().entries("\(path)/.partial") == [])
  }

  @Test("a state whose files have changed or are gone is passed over", arguments: [true, false])
  func files(isRemoved: Bool) throws {
    try keep([0, 1], in: results().begin("quickstart"))
    let file =
      "\(path)/.partial/quickstart/bundle/runs/main-0/weights/generation-1.safetensors"
    if isRemoved {
      try Disk().removeFile(file)
    } else {
      try Disk().write([1], to: file, how: .append)
    }
    let (_, kept) = try goOn(results())
    #expect(kept.state == ["state 0"])
    #expect(kept.faults.map(\.description) == ["\(file): is not as the run wrote it"])
  }

  @Test("killed at any change while a state is kept, the new one is there or the old one")
  func killed() throws {
    let files = FaultyDisk()
    try keep([0, 1], in: results(files).begin("quickstart"))
    let calm = files.changes
    var seen: Set<Int> = []
    for number in 1...calm {
      _ = shell("rm -rf '\(path)'")
      try? keep([0, 1], in: results(FaultyDisk(.killed(at: number))).begin("quickstart"))
      let (writer, kept) = try goOn(results(process: 2))
      #expect(kept.faults.isEmpty, "\(number): \(files.log[number - 1])")
      seen.insert(kept.generation ?? -1)
      try keep([(kept.generation ?? -1) + 1], in: writer)
    }
    #expect(seen == [-1, 0, 1])
  }

  @Test("on a full disk the last state stays, and no half of a new one")
  func full() throws {
    let writer = try results().begin("quickstart")
    try keep([0], in: writer)
    writer.abandon()
    let files = FaultyDisk(.full(from: 1, code: ENOSPC))
    let resumed = results(files, process: 1)
    // Its lock cannot be written either.
    #expect(throws: BundleError.self) {
      _ = try resumed.begin("quickstart", goingOn: ["main-0": "key"])
    }
    #expect(try Disk().entries("\(path)/.partial/quickstart/checkpoints") == ["main-0"])
    let (_, kept) = try goOn(results())
    #expect(kept.state == ["state 0"])
  }

  @Test("pages that are made anew leave an interrupted run as it is")
  func revision() throws {
    try publish(results(), mark: 1)
    try keep([0, 1], in: results().begin("quickstart"))
    let writer = try results().revise("quickstart")
    try writer.write(Array("<p>1</p>\n".utf8), to: "report.html")
    #expect(try mark(of: writer.publish()) == 1)
    // A revision that is cut short, too.
    _ = try results().revise("quickstart")
    let (_, kept) = try goOn(results())
    #expect(kept.state == ["state 1"] && kept.faults.isEmpty)
  }

  @Test("a process that is at it is told of, one that is gone is not")
  func work() throws {
    let writer = try results(process: 7).begin("quickstart")
    try keep([0], in: writer)
    let seen = Results(folder: path, processes: processes(1, alive: [7]))
    let holder = processes(7).current
    #expect(try seen.work(on: "quickstart", ["main-0": "key"]) == .underWay(holder))
    #expect(
      try results().work(on: "quickstart", ["main-0": "key"])
        == .interrupted(["main-0": header(0)]))
    writer.abandon()
    #expect(try results().work(on: "elsewhere", [:]) == .none)
  }

  @Test("a key tells values, seeds, data, sources and programs apart, and not what tells of a run")
  func keys() {
    func key(_ plan: Plan, version: String = "1") -> String {
      RecordedPlan(plan).key(of: plan.runs[0], version: version)
    }
    let plain = key(samplePlan())
    #expect(plain == key(samplePlan(title: "Another title", origin: .file)))
    #expect(plain == key(samplePlan(seeds: [20_171_213, 5])))
    var kept = samplePlan()
    kept.variants[0].settings.append(
      .init(path: "record.checkpoint", value: .integer(5), origin: .file))
    #expect(plain == key(kept))
    var transfer = samplePlan()
    transfer.variants[0].settings.append(
      .init(path: "transfer.from", value: .text("source"), origin: .file))
    var transferred = transfer
    transferred.transfers = ["source": "d"]
    var otherSource = transfer
    otherSource.transfers = ["source": "e"]
    let others = [
      key(samplePlan(mutationScale: 0.08)), key(samplePlan(seeds: [1])),
      key(samplePlan(datasetDigest: "cd")), key(samplePlan(), version: "2"), key(transferred),
      key(otherSource),
    ]
    #expect(Set(others + [plain]).count == 7)
  }
}
