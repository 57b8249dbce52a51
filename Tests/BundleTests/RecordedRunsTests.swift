import HerdbookBundle
import HerdbookModel
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("recorded runs")
struct RecordedRunsTests {
  private let folder = TemporaryFolder()

  private func results(_ files: any FileSystem = Disk(), process: Int = 1) -> Results {
    Results(folder: folder.path, files: files, processes: processes(process))
  }

  /// Writes a bundle in which each run has a table and weights that tell its seed; those that are
  /// fresh are taken over.
  @discardableResult
  private func publish(
    _ plan: Plan, in results: Results, extra: String? = nil, takingOver runs: RecordedRuns? = nil
  ) throws(BundleError) -> Bundle {
    let writer = try results.begin("b")
    if let runs { try writer.takeOver(runs) }
    let open = plan.runs.filter { runs?.state(of: $0) != .fresh }
    for run in open {
      try writer.write(Table([.init("seed", .texts(["\(run.seed)"]))]), to: "runs/\(run.id)/t.csv")
      try writer.record(
        SafetensorsStream(
          parts: [.init(name: "a", shape: [1], pieces: 1) { _ in [Float(run.seed)] }]),
        to: "runs/\(run.id)/weights/generation-1.safetensors")
    }
    var summary = Table([
      .init("run", .texts(open.map(\.id))), .init("seed", .texts(open.map { "\($0.seed)" })),
      .init("score", .reals(open.map { 1 / Double($0.seed) })),
    ])
    if let extra { summary.columns.append(.init(extra, .integers(open.map { _ in 7 }))) }
    try writer.write(runs?.summary(of: plan, with: summary) ?? summary, to: "summary.csv")
    try writer.seal(plan, resultVersion: 1)
    return try writer.publish()
  }

  private func recorded(_ plan: Plan, version: Int = 1) throws(BundleError) -> RecordedRuns {
    try results().recordedRuns(of: "b", plan: plan, resultVersion: version)
  }

  private func states(_ plan: Plan, version: Int = 1) throws(BundleError) -> [RunState] {
    plan.runs.map(try recorded(plan, version: version).state)
  }

  private func plan(_ seeds: UInt64..., scale: Double = 0.07) -> Plan {
    samplePlan(name: "b", mutationScale: scale, seeds: seeds)
  }

  @Test("a run is missing, fresh, stale or damaged, each for itself")
  func oneByOne() throws {
    #expect(try states(plan(1)) == [.missing])
    let bundle = try publish(plan(1, 2, 3), in: results())
    #expect(try states(plan(1, 2, 3)) == [.fresh, .fresh, .fresh])
    #expect(try states(plan(1, 4, 3, 5)) == [.fresh, .stale, .fresh, .missing])
    #expect(try states(plan(1, 2, scale: 0.1)) == [.stale, .stale])
    #expect(try states(plan(1, 2), version: 2) == [.stale, .stale])
    #expect(
      try states(samplePlan(datasetDigest: String(repeating: "cd", count: 32), seeds: [1]))
        == [.stale])
    let disk = Disk()
    try disk.write([1], to: "\(bundle.folder)/runs/main-0/t.csv", how: .append)
    try disk.removeFile("\(bundle.folder)/runs/main-1/weights/generation-1.safetensors")
    #expect(try states(plan(1, 2, 3)) == [.damaged, .missing, .fresh])
    try disk.write(
      [1], to: "\(bundle.folder)/runs/main-2/weights/generation-1.safetensors", how: .append)
    #expect(try states(plan(1, 2, 3)) == [.damaged, .missing, .damaged])
  }

  @Test("a title and a spelled-out default leave a run fresh, and so does another seed's absence")
  func withoutEffect() throws {
    try publish(plan(1, 2), in: results())
    let plan = samplePlan(name: "other", title: "Another", origin: .file, seeds: [1])
    #expect(try states(plan) == [.fresh])
  }

  @Test("what is transferred must be there and the same")
  func transfers() throws {
    func plan(_ digest: String?) -> Plan {
      var plan = self.plan(1)
      plan.variants[0].settings.append(
        .init(path: "transfer.from", value: .text("source"), origin: .file))
      plan.transfers = digest.map { ["source": $0, "beside": "ff"] } ?? [:]
      return plan
    }
    try publish(plan("aa"), in: results())
    #expect(try states(plan("aa")) == [.fresh])
    #expect(try states(plan("bb")) == [.stale])
    #expect(try states(plan(nil)) == [.stale])
    try publish(plan(nil), in: results())
    #expect(try states(plan(nil)) == [.stale])
  }

  @Test(
    "nothing is taken over where a file that tells of all runs is damaged or gone",
    arguments: [
      "summary.csv", "plan.json", "provenance.json", "WEIGHTS.sha256", "MANIFEST.sha256",
    ], [true, false])
  func documents(path: String, isGone: Bool) throws {
    let bundle = try publish(plan(1, 2), in: results())
    if isGone {
      try Disk().removeFile("\(bundle.folder)/\(path)")
    } else {
      try Disk().write([1], to: "\(bundle.folder)/\(path)", how: .append)
    }
    #expect(try states(plan(1, 2)) == [.damaged, .damaged])
  }

  @Test(
    "with runs taken over, a bundle is what it would be without, to the byte",
    arguments: [true, false])
  func sameBytes(canLink: Bool) throws {
    let few = plan(1, 2)
    let many = plan(1, 5, 3)
    let alone = TemporaryFolder()
    let whole = try publish(
      many, in: Results(folder: alone.path, processes: processes(1)), extra: nil)
    try publish(few, in: results(), extra: "target")
    let files = FaultyDisk(canLink: canLink)
    let bundle = try publish(many, in: results(files), takingOver: try recorded(many))
    #expect(try bundle.manifest() == whole.manifest())
    #expect(try bundle.check() == BundleCheck())
    #expect(files.log.contains { $0.hasPrefix("link ") } == canLink)
    #expect(try Disk().entries("\(folder.path)/.partial") == [])
  }

  @Test("a column that an earlier bundle lacks is empty for its runs")
  func columns() throws {
    try publish(plan(1, 2), in: results())
    let more = plan(1, 2, 4)
    let bundle = try publish(more, in: results(), extra: "target", takingOver: try recorded(more))
    let summary = try bundle.table("summary.csv")
    #expect(try summary.integers("target") == [nil, nil, 7])
    #expect(try summary.reals("score") == [1, 0.5, 0.25])
    #expect(try summary.texts("run") == ["main-0", "main-1", "main-2"])
  }

  @Test("a bundle that was replaced after it was looked at is not taken from")
  func replaced() throws {
    try publish(plan(1, 2), in: results())
    let runs = try recorded(plan(1))
    try publish(plan(3), in: results())
    let writer = try results().begin("b")
    let error = #expect(throws: BundleError.self) { try writer.takeOver(runs) }
    #expect(error?.description.contains("was replaced meanwhile") == true)
  }

  @Test("a file of more than one piece is copied whole")
  func largeFile() throws {
    let bytes = (0..<(2 << 20) + 3).map { UInt8(truncatingIfNeeded: $0 >> 8 ^ $0) }
    let writer = try results().begin("b")
    try writer.write(bytes, to: "runs/main-0/t.csv")
    try writer.write(Table([.init("run", .texts(["main-0"]))]), to: "summary.csv")
    try writer.seal(plan(1), resultVersion: 1)
    _ = try writer.publish()
    let copier = try results(FaultyDisk(canLink: false)).begin("b")
    try copier.takeOver(recorded(plan(1)))
    #expect(try copier.bundle.bytes("runs/main-0/t.csv") == bytes)
  }

  @Test(
    "killed at any change, the old bundle or the new one is whole, and the next run works",
    arguments: [true, false])
  func killed(canExchange: Bool) throws {
    let (old, new) = (plan(1, 2), plan(1, 2, 3))
    var step = 0
    var counts: [Int] = []
    while true {
      step += 1
      let folder = TemporaryFolder()
      let before = Results(folder: folder.path, processes: processes(1))
      try publish(old, in: before)
      let files = FaultyDisk(.killed(at: step), canExchange: canExchange)
      let isWhole: Bool
      do throws(BundleError) {
        try publish(
          new, in: Results(folder: folder.path, files: files, processes: processes(1)),
          takingOver: before.recordedRuns(of: "b", plan: new, resultVersion: 1))
        isWhole = files.changes < step
      } catch { isWhole = false }
      let next = Results(
        folder: folder.path, files: FaultyDisk(canExchange: canExchange), processes: processes(2))
      let found = try #require(try next.open("b"))
      #expect(try found.check() == BundleCheck(), "step \(step)")
      counts.append(try found.runs().count)
      let runs = try next.recordedRuns(of: "b", plan: new, resultVersion: 1)
      let bundle = try publish(new, in: next, takingOver: runs)
      #expect(try bundle.check() == BundleCheck() && bundle.runs() == new.runs, "step \(step)")
      #expect(try Disk().entries("\(folder.path)/.partial") == [], "step \(step)")
      if isWhole { break }
    }
    let turn = try #require(counts.firstIndex(of: 3))
    #expect(turn > 10 && turn < counts.count - 1)
    #expect(counts[..<turn].allSatisfy { $0 == 2 } && counts[turn...].allSatisfy { $0 == 3 })
  }
}
