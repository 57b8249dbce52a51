import HerdbookBundle
import HerdbookModel

/// A plan like that of the quickstart.
func samplePlan(
  name: String = "quickstart", title: String = "A first look", mutationScale: Double = 0.07,
  origin: Plan.Setting.Origin = .default,
  datasetDigest: String = String(repeating: "ab", count: 32),
  seeds: [UInt64] = [20_171_213]
) -> Plan {
  let experiment = Experiment(
    name: name, title: title, description: nil, seed: seeds[0], iterations: 3,
    dataset: .init(), network: .init(layers: [784, 10]), population: .init(size: 4),
    training: nil, fitness: .init(metric: .crossEntropy), selection: .init(replace: .all),
    crossover: .init(), mutation: .init(scale: .fixed(mutationScale)), record: .init())
  return Plan(
    variants: [
      Plan.Variant(
        experiment: experiment,
        settings: [
          .init(path: "title", value: .text(title), origin: .file),
          .init(path: "dataset.path", value: .null, origin: .default),
          .init(path: "mutation.scale", value: .real(mutationScale), origin: origin),
          .init(
            path: "network.layers", value: .list([.integer(784), .integer(10)]), origin: .file),
          .init(path: "selection.method", value: .text("truncation"), origin: .default),
        ],
        dataset: DatasetIdentity(
          name: "digits", digest: datasetDigest, rows: 28, columns: 28, classes: 10,
          training: 55000, validation: 5000, test: 10000),
        counts: .init(
          evaluations: 16, images: 80000, steps: 0, operations: 1.2544e9, recordedBytes: 0))
    ],
    runs: seeds.enumerated().map { Plan.Run(replicate: $0.offset, seed: $0.element) })
}

/// Processes of which only the current one lives.
func processes(_ current: Int, alive: Set<Int> = []) -> Processes {
  Processes(
    current: Holder(host: "here", boot: "today", process: current, started: UInt64(current))
  ) { process in
    process == current || alive.contains(process) ? .since(UInt64(process)) : .none
  }
}

/// Writes and publishes a small bundle; what it says depends on `mark` alone.
@discardableResult
func publish(
  _ results: Results, _ name: String = "quickstart", mark: Int, plan: Plan = samplePlan()
) throws(BundleError) -> Bundle {
  let writer = try results.begin(name)
  try writer.write(Array("seed: 1\n".utf8), to: "spec/quickstart.yaml")
  try writer.write(Table([.init("mark", .integers([mark]))]), to: "summary.csv")
  try writer.write(
    Safetensors(tensors: [Tensor(name: "layers.1.weight", shape: [1], values: [Float(mark)])]),
    to: "runs/main-0/champion.safetensors")
  try writer.record(
    SafetensorsStream(
      parts: [.init(name: "layers.1.weight", shape: [2], pieces: 2) { [Float(mark + $0)] }]),
    to: "runs/main-0/weights/generation-3.safetensors")
  try writer.seal(plan, resultVersion: 1)
  try writer.write(Array("<p>\(mark)</p>\n".utf8), to: "report.html")
  return try writer.publish()
}

/// The number that `publish` was given, of a bundle that is sound; nil for one that is not.
func mark(of bundle: Bundle) throws(BundleError) -> Int? {
  let check = try bundle.check()
  guard check.isSound, check.foreign.isEmpty, check.absentWeights.isEmpty else { return nil }
  let marks = try bundle.table("summary.csv").integers("mark")
  let page = try bundle.bytes("report.html")
  return page == Array("<p>\(marks[0]!)</p>\n".utf8) ? marks[0] : nil
}
