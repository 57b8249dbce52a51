import HerdbookBundle
import HerdbookModel
import Testing

@Suite("state")
struct StateTests {
  private let folder = TemporaryFolder()
  private var results: Results { Results(folder: folder.path, processes: processes(1)) }

  private func state(_ plan: Plan = samplePlan(), version: Int = 1) throws -> BundleState {
    try results.state(
      of: "quickstart", plan: plan, specs: ["quickstart": Array("seed: 1\n".utf8)],
      resultVersion: version)
  }

  @Test("a bundle is missing, then fresh, then stale for a reason in plain words")
  func reasons() throws {
    #expect(try state() == .missing)
    try publish(results, mark: 1)
    #expect(try state() == .fresh)
    #expect(
      try state(samplePlan(mutationScale: 0.1)) == .stale(["spec: mutation.scale 0.07 -> 0.1"]))
    #expect(
      try state(samplePlan(datasetDigest: "cd")) == .stale(["dataset digits: digest differs"]))
    #expect(try state(version: 2) == .stale(["engine: result version 1 -> 2"]))
    #expect(try state(samplePlan(seeds: [20_171_213, 1 << 60])) == .stale(["plan: runs 1 -> 2"]))
    var plan = samplePlan()
    plan.variants[0].settings.removeAll { $0.path == "selection.method" }
    plan.variants[0].settings.append(
      .init(path: "fitness.target", value: .real(0.9), origin: .file))
    #expect(
      try state(plan)
        == .stale([
          "spec: fitness.target added: 0.9", "spec: selection.method removed: truncation",
        ]))
    plan = samplePlan()
    plan.variants[0].counts.images += 1
    #expect(try state(plan) == .stale(["plan: counts differ"]))
  }

  @Test("another comparison makes a bundle of several runs stale, and leaves that of one as it is")
  func comparison() throws {
    var plan = samplePlan(seeds: [1, 2])
    let compare = Experiment.Compare(
      primary: .fitness, metrics: [.init(metric: .steps, better: .lower, tolerance: 0.125)])
    let bundle = try publish(results, mark: 1, plan: plan)
    #expect(try state(plan) == .fresh)
    #expect(try bundle.plan().comparison == plan.comparison && plan.comparison != nil)
    plan.variants[0].experiment.compare = compare
    #expect(try state(plan) == .stale(["compare: baseline, metrics or tolerances differ"]))
    let other = try publish(results, mark: 1, plan: plan)
    #expect(try state(plan) == .fresh)
    #expect(try other.plan().comparison?.rules.map(\.metric) == [.fitness, .steps])
    #expect(try other.plan().comparison == plan.comparison)
    // Of a single run.
    var alone = samplePlan()
    try publish(results, mark: 1, plan: alone)
    alone.variants[0].experiment.compare = compare
    #expect(try state(alone) == .fresh)
  }

  @Test("title, description, name and spelling out a default make only the pages outdated")
  func withoutEffect() throws {
    let digest = try publish(results, mark: 1).manifest().resultDigest
    var plan = samplePlan(name: "other", title: "Another title", origin: .file)
    plan.variants[0].experiment.description = "More words"
    plan.variants[0].settings[1].value = .text("elsewhere")
    #expect(
      try state(plan)
        == .outdatedPages([
          "name: quickstart -> other", "title: A first look -> Another title",
          "description differs",
        ]))
    #expect(
      try state(samplePlan(origin: .file))
        == .outdatedPages(["spec: its text differs, its values do not"]))
    let bundle = try publish(results, "other", mark: 1, plan: plan)
    #expect(try bundle.manifest().resultDigest == digest)
    #expect(try bundle.provenance().title == "Another title")
    #expect(try bundle.provenance().description == "More words")
    #expect(try bundle.provenance().origins["mutation.scale"] == "file")
  }

  @Test("a changed or missing file, or manifest, is damage; a foreign file is none")
  func damage() throws {
    let bundle = try publish(results, mark: 1)
    let disk = Disk()
    try disk.write([1], to: "\(bundle.folder)/notes.md", how: .create)
    try disk.removeFile("\(bundle.folder)/runs/main-0/weights/generation-3.safetensors")
    #expect(try state() == .fresh)
    try disk.write([1], to: "\(bundle.folder)/summary.csv", how: .append)
    try disk.removeFile("\(bundle.folder)/report.html")
    #expect(try state() == .damaged(["report.html is missing", "summary.csv has changed"]))
    #expect(
      try bundle.check()
        == BundleCheck(
          missing: ["report.html"], changed: ["summary.csv"], foreign: ["notes.md"],
          absentWeights: ["runs/main-0/weights/generation-3.safetensors"]))
    try disk.write(Array("x\n".utf8), to: "\(bundle.folder)/MANIFEST.sha256", how: .replace)
    guard case .damaged(let lines) = try state() else { throw BundleError.path("", problem: "") }
    #expect(lines.count == 1 && lines[0].hasPrefix("MANIFEST.sha256, line 1: "))
    try disk.removeFile("\(bundle.folder)/MANIFEST.sha256")
    #expect(try state() == .damaged(["MANIFEST.sha256 is missing"]))
  }

  @Test("a page or a spec that is missing, and a comment, are mended without a run")
  func retelling() throws {
    let bundle = try publish(results, mark: 1)
    let whole = try bundle.manifest()
    let path = "\(bundle.folder)/spec/quickstart.yaml"
    try Disk().removeFile(path)
    #expect(try state() == .outdatedPages(["spec/quickstart.yaml is missing"]))
    let writer = try results.revise("quickstart")
    try writer.retell(samplePlan(), specs: ["quickstart": Array("seed: 1\n".utf8)])
    try writer.write(Array("<p>1</p>\n".utf8), to: "report.html")
    #expect(try writer.publish().manifest() == whole)
    #expect(try state() == .fresh)
    let commented = Array("seed: 1 # one\n".utf8)
    #expect(
      try results.state(
        of: "quickstart", plan: samplePlan(), specs: ["quickstart": commented], resultVersion: 1)
        == .outdatedPages(["spec: its text differs, its values do not"]))
  }

  @Test("pages are not made again from damaged tables")
  func damagedTables() throws {
    let bundle = try publish(results, mark: 1)
    let disk = Disk()
    try disk.removeFile("\(bundle.folder)/report.html")
    try results.checkTables(of: bundle)
    try disk.write([1], to: "\(bundle.folder)/summary.csv", how: .append)
    let error = #expect(throws: BundleError.self) { try results.checkTables(of: bundle) }
    #expect(error?.description == "\(bundle.folder): is damaged: summary.csv has changed")
  }

  @Test("what a run that was cut short left is seen until the next one")
  func unfinished() throws {
    #expect(try !results.isUnfinished("quickstart"))
    let writer = try results.begin("quickstart")
    #expect(try results.isUnfinished("quickstart"))
    writer.abandon()
    #expect(try !results.isUnfinished("quickstart"))
  }

  @Test("changed weights are seen where they lie")
  func weights() throws {
    let bundle = try publish(results, mark: 1)
    let path = "runs/main-0/weights/generation-3.safetensors"
    try Disk().write([1], to: "\(bundle.folder)/\(path)", how: .append)
    #expect(try bundle.check() == BundleCheck(changed: [path]))
  }

  @Test("plan and provenance come back from their files, seeds to the last bit")
  func documents() throws {
    let plan = samplePlan(seeds: [.max, 3])
    let bundle = try publish(results, mark: 1, plan: plan)
    #expect(try bundle.runs() == plan.runs)
    #expect(try bundle.plan().dataset == plan.variants[0].dataset)
    #expect(try bundle.plan().counts == plan.counts)
    #expect(try bundle.plan().settings["mutation.scale"] == .real(0.07))
    #expect(try bundle.plan().settings["title"] == nil)
    let provenance = try bundle.provenance()
    #expect(provenance.experiment == "quickstart" && provenance.description == nil)
    #expect(provenance.datasets == ["digits": plan.variants[0].dataset.digest])
    #expect(try provenance.resultDigest == bundle.manifest().resultDigest)
    let text = String(decoding: try bundle.bytes("plan.json"), as: UTF8.self)
    #expect(text.contains("\n      \"seed\": \"18446744073709551615\",\n"))
    #expect(text.contains("\n    \"network.layers\": [784, 10],\n"))
  }

  @Test("the result digest covers tables and weights' digests, and neither pages nor spec")
  func resultDigest() throws {
    func digest(_ change: (BundleWriter) throws -> Void) throws -> String {
      let writer = try results.begin("b")
      defer { writer.abandon() }
      try change(writer)
      return try writer.seal(samplePlan(), resultVersion: 1)
    }
    let plain = try digest { _ in }
    #expect(try digest { try $0.write([1], to: "spec/b.yaml") } == plain)
    #expect(try digest { try $0.write([1], to: "cover.svg") } == plain)
    #expect(try digest { try $0.write([1], to: "report.html") } == plain)
    #expect(try digest { try $0.write([1], to: "summary.csv") } != plain)
    let weights = SafetensorsStream(parts: [])
    #expect(try digest { try $0.record(weights, to: "runs/main-0/weights/g") } != plain)
  }

  @Test(
    "a manifest that leads out of the bundle or is cut is refused",
    arguments: [
      "\(String(repeating: "a", count: 64))  ../x\n",
      "\(String(repeating: "a", count: 64))  /etc/x\n",
      "\(String(repeating: "a", count: 63))  x\n", "\(String(repeating: "A", count: 64))  x\n",
      "\(String(repeating: "a", count: 64)) x\n", "\(String(repeating: "a", count: 64))  x",
      "\(String(repeating: "a", count: 64))  x\n\(String(repeating: "b", count: 64))  x\n",
    ])
  func manifests(text: String) {
    #expect(throws: BundleError.self) {
      _ = try Manifest(parsing: Array(text.utf8), file: "MANIFEST.sha256")
    }
  }
}
