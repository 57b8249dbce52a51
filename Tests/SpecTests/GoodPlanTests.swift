import HerdbookModel
import HerdbookSpec
import Testing

/// The folder of specs that are right, each `NAME.yaml` with its plan in `NAME.plan` and perhaps
/// overrides in `NAME.overrides`.
private let goodFolder = folder("Good")

/// What the experiments that are shipped inherit from: each other.
private let shippedLibrary = SpecLibrary(
  names: { GoodSpec.shipped.map(\.name) },
  load: { name in
    readBytes("\(folder("../../Experiments"))/\(name).yaml").map { ("\(name).yaml", $0) }
  },
  hasResult: { _ in true })

/// A right spec: a file of the folder, or one of the experiments that are shipped.
struct GoodSpec: CustomTestStringConvertible {
  let name: String
  let folder: String
  var testDescription: String { name }

  static let recorded = specNames(in: goodFolder).map { GoodSpec(name: $0, folder: goodFolder) }
  static let shipped = {
    let folder = folder("../../Experiments")
    return specNames(in: folder).map { GoodSpec(name: $0, folder: folder) }
  }()

  func parsed() throws -> ParsedExperiment {
    let bytes = try #require(readBytes("\(folder)/\(name).yaml"))
    let overrides = readBytes("\(folder)/\(name).overrides") ?? []
    let reading = read(
      bytes, name: name,
      overrides: String(decoding: overrides, as: UTF8.self).split(separator: "\n").map(String.init),
      library: folder == goodFolder ? bases : shippedLibrary)
    switch reading {
    case .success(let parsed): return parsed
    case .failure(let problems): throw Refused(description: problems.rendered)
    }
  }
}

/// The diagnostics of a spec that should have none.
private struct Refused: Error, CustomStringConvertible {
  let description: String
}

@Suite("Right specs and their plans")
struct GoodPlanTests {
  @Test("each gets its plan to the letter", arguments: GoodSpec.recorded)
  func plan(spec: GoodSpec) throws {
    let text = planText(try spec.parsed())
    let path = "\(spec.folder)/\(spec.name).plan"
    if isRecording { record(text, at: path) }
    let expected = try #require(readBytes(path))
    #expect(text == String(decoding: expected, as: UTF8.self))
  }

  @Test("there are specs to be read, recorded and shipped ones")
  func specs() {
    #expect(GoodSpec.recorded.count >= 30)
    #expect(GoodSpec.shipped.count >= 5)
  }

  @Test("every key of the language is given by one of them")
  func everyKey() throws {
    var given: Set<String> = []
    for spec in GoodSpec.recorded {
      for variant in try spec.parsed().variants { given.formUnion(variant.given.paths) }
    }
    #expect(Set(referencePaths()).subtracting(given) == [])
  }

  @Test(
    "each variant, written as a spec, reads back as the same plan",
    arguments: GoodSpec.recorded + GoodSpec.shipped)
  func formatting(spec: GoodSpec) throws {
    let parsed = try spec.parsed()
    for variant in parsed.variants {
      let text = formatted(variant.keys) { "\($0.origin); \($0.meaning)" }
      guard case .success(let again) = read(Array(text.utf8), name: spec.name) else {
        Issue.record("\(variant.name) does not read back: \(text)")
        continue
      }
      #expect(again.variants.count == 1)
      #expect(again.experiment == variant.alone, "\(text)")
      #expect(again.settings.map(\.path) == variant.settings.map(\.path), "\(text)")
      #expect(again.settings.map(\.value) == variant.settings.map(\.value), "\(text)")
      let (plan, planAgain) = (
        identifiedPlan(of: parsed, variant.alone), identifiedPlan(of: again, variant.alone)
      )
      #expect(plan == planAgain)
    }
  }

  /// What a plan of one variant has besides origins: counts and seeds of its runs.
  private func identifiedPlan(of parsed: ParsedExperiment, _ experiment: Experiment) -> [String] {
    let plan = testPlan(parsed)
    let variant = plan.variants.first {
      var alone = $0.experiment
      alone.compare?.baseline = experiment.compare?.baseline
      return alone == experiment
    }
    return ["\(variant?.counts as Any)"]
      + plan.runs.filter { $0.variant == variant?.name }.map { "\($0.replicate) \($0.seed)" }
  }
}

/// The plan on the datasets that the tests know.
private func testPlan(_ parsed: ParsedExperiment) -> Plan {
  makePlan(parsed) { dataset in
    let shape = testShape(dataset)
    let training = dataset.train?.count ?? (shape?.trainingImages ?? 6000) - dataset.validation
    return DatasetIdentity(
      name: dataset.name.rawValue, digest: "", rows: shape?.rows ?? 3, columns: shape?.columns ?? 4,
      classes: dataset.classes?.count ?? shape?.classes ?? 2, training: training,
      validation: dataset.validation, test: dataset.test ?? shape?.testImages ?? 1000)
  }
}

/// A plan as text: what it was read from, the keys of the first variant with their values and where each
/// comes from, of the others those that differ, and the runs.
private func planText(_ parsed: ParsedExperiment) -> String {
  var lines: [String] = []
  if !parsed.inherited.isEmpty {
    lines.append("inherits \(parsed.inherited.map(\.name).joined(separator: ", "))")
  }
  let plan = testPlan(parsed)
  var first: [String] = []
  for (variant, planned) in zip(parsed.variants, plan.variants) {
    let keys = variant.keys.map { key in
      let place = key.place.map { " \(parsed.sources[$0.source]):\($0.line):\($0.column)" } ?? ""
      return "  \(key.path): \(key.value.flow)  # \(key.origin)\(place)"
    }
    let counts = planned.counts
    let cost =
      "  \(counts.evaluations) evaluations, \(counts.images) images, \(counts.steps) steps, "
      + "\(counts.recordedBytes) bytes"
    let axes = variant.axes.isEmpty ? "" : ", sets \(variant.axes.joined(separator: ", "))"
    lines.append("variant \(variant.name)\(axes)")
    if first.isEmpty {
      first = keys + [cost]
      lines += first
    } else {
      lines += (keys + [cost]).filter { !first.contains($0) }
      let paths = Set(variant.keys.map(\.path))
      lines += parsed.variants[0].keys.filter { !paths.contains($0.path) }
        .map { "  without \($0.path)" }
    }
  }
  lines.append("runs")
  lines += plan.runs.map { "  \($0.id) with the seed \($0.seed)" }
  return lines.joined(separator: "\n") + "\n"
}

/// The paths of all keys, as the generated reference has them.
private func referencePaths() -> [String] {
  var section = ""
  return keyReference().split(separator: "\n").compactMap { line in
    if line.hasPrefix("### ") {
      section = line.hasPrefix("### `") ? line.dropFirst(5).dropLast() + "." : ""
    }
    guard line.hasPrefix("| `") else { return nil }
    let name = line.dropFirst(3).prefix { $0 != "`" }
    return section + name
  }
}
