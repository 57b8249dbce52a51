import HerdbookBundle
import HerdbookData
import HerdbookModel
import HerdbookSpec

extension Project {
  /// The experiment that a bundle was made of, read from the specs that it keeps; what it transfers
  /// from is looked for in the project.
  func recordedExperiment(
    _ name: String, _ bundle: Bundle, _ places: DataPlaces
  ) throws -> LoadedExperiment {
    try bundle.experiment(
      name, called: Path.shown(bundle.folder), library: library, places: places)
  }
}

extension Bundle {
  /// Whether its networks were trained elsewhere.
  var isImported: Bool {
    get throws(BundleError) { try plan().settings["imported"] != nil }
  }

  /// The experiment that it was made of, read from the specs that it keeps.
  ///
  /// - Parameter label: what the bundle is called.
  /// - Parameter outer: has what it transfers from.
  func experiment(
    _ name: String, called label: String, library outer: SpecLibrary, places: DataPlaces
  ) throws -> LoadedExperiment {
    var specs: [String: [UInt8]] = [:]
    for file in try specNames() { specs[file] = try intactBytes("spec/\(file).yaml") }
    let provenance = try provenance()
    let all = specs
    let library = SpecLibrary(
      names: { Array(Set(outer.names() + all.keys)).sorted() },
      load: { file in
        all[file].map { ("\(label)/spec/\(file).yaml", $0) } ?? outer.load(file)
      },
      hasResult: outer.hasResult)
    var problems: SpecProblems?
    // Its own spec has its name, unless it ran under another; then it is the one that inherits the rest.
    for file in [name] + specs.keys.sorted().filter({ $0 != name }) where specs[file] != nil {
      let source = specs[file] ?? []
      let result = readExperiment(
        name: name, path: "\(label)/spec/\(file).yaml", bytes: source,
        overrides: provenance.overrides, library: library,
        shape: { try? datasetShape($0, places: places) })
      switch result {
      case .success(let parsed):
        guard Set(parsed.inherited.map(\.name) + [file]) == Set(specs.keys) else { continue }
        return LoadedExperiment(
          name: name, file: file, source: source, parsed: parsed, places: places)
      case .failure(let found): problems = problems ?? found
      }
    }
    if let problems { throw problems }
    throw BundleError.malformed(
      file: folder, place: "spec", problem: "does not hold the spec of \(name)")
  }
}

extension PlannedExperiment {
  /// Throws where a run of this plan would not be what the bundle holds; recorded weights are not asked for.
  func checkSame(_ run: Plan.Run, in results: Results) throws {
    let recorded = try recordedRuns(in: results, readingFiles: false).state(of: run)
    switch recorded {
    case .fresh, .missing: return
    case .stale, .damaged:
      if recorded == .damaged, try results.open(name)?.check().hasDamagedWeightsAlone == true {
        return
      }
      let reasons = try state(in: results).reasons
      throw Failure(
        .different,
        "error: \(name): \(run.id) cannot be lived again as it was: "
          + (reasons.isEmpty ? "its files have changed" : Words.some(reasons))
          + "; make the result again with: herdbook run \(name)")
    }
  }
}
