import HerdbookBundle
import HerdbookModel
import Testing

/// Two machines on one folder, of which one sees late what the other writes.
@Suite("delayed visibility")
struct DelayedVisibilityTests {
  private let folder = TemporaryFolder()
  private let plan = samplePlan(name: "b", seeds: [1, 2])

  private func results(_ files: any FileSystem = Disk()) -> Results {
    Results(folder: "\(folder.path)/Results", files: files, processes: processes(1))
  }

  /// Makes the bundle that a run has for itself.
  private func publish(_ run: Plan.Run, in results: Results) throws {
    let writer = try results.units(of: "b").begin(run.id)
    try writer.write(
      Table([.init("seed", .texts(["\(run.seed)"]))]), to: "runs/\(run.id)/champion.safetensors")
    try writer.write(
      Table([
        .init("run", .texts([run.id])), .init("validation_accuracy", .reals([0.5])),
      ]), to: "summary.csv")
    try writer.seal(Plan(variants: plan.variants, runs: [run]), resultVersion: 1)
    _ = try writer.publish()
  }

  private func state(_ run: Plan.Run, in results: Results) throws -> RunState {
    try results.units(of: "b").recordedRuns(
      of: run.id, plan: Plan(variants: plan.variants, runs: [run]), resultVersion: 1
    ).state(of: run)
  }

  @Test(
    "the bundle of a run that another machine wrote is seen after looking again", arguments: 0...4)
  func units(depth: Int) throws {
    let (here, there) = (results(DelayedDisk()), results())
    // What this machine had seen before: of how many of the folders on the way.
    let places = ["", "/Results", "/Results/.partial", "/Results/.partial/.units"]
    for place in places.prefix(depth) { try Disk().createFolders(folder.path + place) }
    if depth == 4 { try publish(plan.runs[0], in: there) }
    #expect(try state(plan.runs[1], in: here) == .missing)
    #expect(try here.hasUnits(of: "b") == (depth == 4))
    try publish(plan.runs[1], in: there)
    #expect(try state(plan.runs[1], in: there) == .fresh)
    #expect(try state(plan.runs[1], in: here) == .missing, "the double delays")
    if depth == 0 {
      // Not even the folder of results: nothing can be made in it.
      try here.lookAgain(atUnitsOf: "b")
    } else {
      try here.lookAgain(atUnitsOf: "b")
      #expect(try state(plan.runs[1], in: here) == .fresh)
    }
    for place in places + ["/Results/.partial/.units/b"] {
      #expect(try Disk().entries(folder.path + place).allSatisfy { !$0.hasSuffix(".probe") })
    }
  }

  @Test("a run goes on from what another machine kept, whatever was seen before")
  func checkpoints() throws {
    let (here, there) = (results(DelayedDisk()), results())
    let keys = ["main-0": "key", "main-1": "key"]
    func header(_ run: String, _ generation: Int) -> CheckpointHeader {
      CheckpointHeader(run: run, key: "key", generation: generation, isFinished: false)
    }
    func keep(_ run: String, _ generation: Int, in results: Results) throws {
      let writer = try results.begin("b", goingOn: keys)
      _ = try writer.goOn([String].self, run: run, key: "key")
      try writer.write(
        Table([.init("generation", .integers([generation]))]),
        to: "runs/\(run)/generation-\(generation).csv")
      try writer.keep(["\(run) \(generation)"], header(run, generation))
    }
    try keep("main-0", 1, in: here)
    #expect(try here.work(on: "b", keys) == .interrupted(["main-0": header("main-0", 1)]))
    try keep("main-1", 5, in: there)
    let writer = try here.begin("b", goingOn: keys)
    let found = try writer.goOn([String].self, run: "main-1", key: "key")
    #expect(found.state == ["main-1 5"])
    #expect(found.generation == 5)
  }
}
