package import HerdbookModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How a run of a plan stands to what a bundle holds of it.
package enum RunState: String, Sendable {
  /// Running it now would give what the bundle holds.
  case fresh
  /// A value, an input or the engine differs.
  case stale
  /// It is not there, or its recorded weights, which git does not carry, are not.
  case missing
  /// A file of it, or one that tells of all runs, is not as it was written.
  case damaged
}

/// What bundles hold of the runs of a plan: those that are fresh need not run again, and can be
/// taken over into a new bundle.
package struct RecordedRuns: Sendable {
  /// By id, of every run of the plan.
  private var states: [String: RunState]
  private var sources: [Source] = []
  /// In which of the sources a run is, by its id.
  private var places: [String: Int] = [:]

  /// The bundle that fresh runs come from, as it was read.
  struct Source: Sendable {
    let bundle: Bundle
    /// The bytes of its manifest, which tell whether it was replaced meanwhile.
    let manifest: [UInt8]
    let summary: CSVTable
    /// The files of each run by its id, recorded weights among them.
    var files: [String: [Manifest.Entry]] = [:]
  }

  /// The same of every run of a plan, with nothing to take over.
  fileprivate init(_ plan: Plan, all state: RunState) {
    states = Dictionary(plan.runs.map { ($0.id, state) }) { first, _ in first }
  }

  package func state(of run: Plan.Run) -> RunState { states[run.id] ?? .missing }

  /// Adds what another bundle holds of one run: where that is fresh and was not so far, it comes from there.
  package mutating func add(_ other: RecordedRuns, of run: Plan.Run) {
    guard states[run.id] != .fresh, let state = other.states[run.id] else { return }
    // That a run is in neither says less than how it stands in one of them.
    if state != .missing { states[run.id] = state }
    guard state == .fresh, let place = other.places[run.id] else { return }
    places[run.id] = sources.count
    sources.append(other.sources[place])
  }

  /// Says of fresh runs that they are run anew all the same.
  package mutating func renew(_ runs: Set<String>) {
    for run in runs where states[run] == .fresh { states[run] = .stale }
  }
}

extension Results {
  /// Compares each run of a plan with what the bundle of a name holds of it: the values of its
  /// variant, seed, dataset, what it transfers and the engine's version; where all are the same,
  /// each of its files is read and compared with its digest.
  ///
  /// - Parameter readingFiles: false where runs are only counted, and none is taken over.
  package func recordedRuns(
    of name: String, plan: Plan, resultVersion: Int, readingFiles: Bool = true
  ) throws(BundleError) -> RecordedRuns {
    guard let bundle = try open(name) else { return RecordedRuns(plan, all: .missing) }
    do {
      return try RecordedRuns(
        plan, in: bundle, resultVersion: resultVersion, readingFiles: readingFiles)
    } catch .malformed {
      return RecordedRuns(plan, all: .damaged)
    } catch .file(let fault) where fault.code == ENOENT {
      return RecordedRuns(plan, all: .damaged)
    }
  }
}

extension RecordedRuns {
  fileprivate init(
    _ plan: Plan, in bundle: Bundle, resultVersion: Int, readingFiles: Bool
  ) throws(BundleError) {
    let manifest = try bundle.manifest()
    func bytes(_ path: String) throws(BundleError) -> (bytes: [UInt8], file: String) {
      (try bundle.intactBytes(path, listedIn: manifest), "\(bundle.folder)/\(path)")
    }
    self.init(plan, all: .stale)
    let provenance = try bytes(Provenance.path)
    guard
      try Provenance(parsing: provenance.bytes, file: provenance.file).resultVersion
        == resultVersion
    else { return }
    let document = try bytes(RecordedPlan.path)
    let table = try bytes("summary.csv")
    var source = Source(
      bundle: bundle, manifest: try bundle.bytes(Manifest.path),
      summary: try CSVTable(parsing: table.bytes, file: table.file))
    try source.collectFiles(listedIn: manifest)
    let older = try RecordedPlan(parsing: document.bytes, file: document.file)
    let (now, before) = (RecordedPlan(plan).makings, older.makings)
    let recorded = Dictionary(older.runs.map { ($0.id, $0) }) { first, _ in first }
    let rows = Set(try source.summary.texts("run"))
    for run in plan.runs {
      guard let old = recorded[run.id], rows.contains(run.id) else {
        states[run.id] = .missing
        continue
      }
      if old == run, now[run.variant]?.isSame(as: before[run.variant]) == true {
        states[run.id] = try source.stateOfFiles(of: run.id, reading: readingFiles)
      }
    }
    if older.keptChampions != .all {
      let fresh = plan.runs.filter { states[$0.id] == .fresh }
      for run in try source.runsWithoutChampion(of: plan, fresh: fresh) { states[run] = .missing }
    }
    sources = [source]
    for run in plan.runs where rows.contains(run.id) { places[run.id] = 0 }
  }
}

extension Plan {
  /// The runs whose champions are kept where not all are: the run of each variant that is best on validation
  /// images, or the one that is best of all; the first of equals.
  ///
  /// - Parameter table: `summary.csv`, of these runs at least.
  package func bestRuns(among runs: [Run], in table: CSVTable) throws(BundleError) -> Set<String> {
    let isOne = keptChampions == .one
    let accuracy = Dictionary(
      zip(try table.texts("run"), try table.reals("validation_accuracy"))
    ) { first, _ in first }
    var best: [String: (run: String, accuracy: Double)] = [:]
    for run in runs {
      let own = accuracy[run.id] ?? .nan
      let group = isOne ? "" : run.variant
      if let other = best[group], !(own > other.accuracy) { continue }
      best[group] = (run.id, own)
    }
    return Set(best.values.map(\.run))
  }
}

extension RecordedRuns.Source {
  /// Fresh runs of which the plan keeps what the bundle did not keep.
  fileprivate func runsWithoutChampion(
    of plan: Plan, fresh: [Plan.Run]
  ) throws(BundleError) -> [String] {
    let wanted =
      plan.keptChampions == .all
      ? Set(fresh.map(\.id)) : try plan.bestRuns(among: fresh, in: summary)
    return wanted.filter { run in
      !(files[run] ?? []).contains { $0.path == BundlePath.champion(of: run) }
    }
  }

  fileprivate mutating func collectFiles(listedIn manifest: Manifest) throws(BundleError) {
    for entry in try manifest.entries + bundle.intactWeights(listedIn: manifest).entries {
      let parts = entry.path.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 2)
      guard parts.count == 3, parts[0].elementsEqual("runs".utf8) else { continue }
      files[String(Substring(parts[1])), default: []].append(entry)
    }
  }

  fileprivate func stateOfFiles(of run: String, reading: Bool) throws(BundleError) -> RunState {
    var (changed, missing): ([String], [String]) = ([], [])
    guard let files = files[run] else { return .missing }
    guard reading else { return .fresh }
    for entry in files { try bundle.compare(entry, changed: &changed, missing: &missing) }
    guard changed.isEmpty else { return .damaged }
    if missing.isEmpty { return .fresh }
    return missing.allSatisfy(BundlePath.isWeights) ? .missing : .damaged
  }
}

/// What the runs of a variant are made of, but for their seeds.
private struct Making {
  let settings: [String: JSONValue]
  let dataset: DatasetIdentity
  let transfers: Bool
  /// Of what is transferred; nil also where it is not there.
  let digest: String?

  func isSame(as other: Making?) -> Bool {
    guard let other, dataset == other.dataset, digest == other.digest, !transfers || digest != nil,
      settings.count == other.settings.count
    else { return false }
    return settings.allSatisfy { key, value in
      // As JSON, which is all that is kept of a value.
      other.settings[key].map { $0 == value || $0.compact == value.compact } ?? false
    }
  }
}

extension RecordedPlan {
  /// By the name of the variant.
  fileprivate var makings: [String: Making] {
    var makings: [String: Making] = [:]
    for variant in variants.isEmpty
      ? [Variant(name: "main", settings: [:], dataset: dataset)] : variants
    {
      let settings = settings.merging(variant.settings) { $1 }
      var digest: String?
      if case .text(let source)? = settings["transfer.from"] { digest = transfers[source] }
      makings[variant.name] = Making(
        settings: settings, dataset: variant.dataset,
        transfers: settings["transfer.from"] != nil, digest: digest)
    }
    return makings
  }
}

extension RecordedRuns {
  /// The files of the fresh runs, by the bundle that they lie in.
  var fresh: [(source: Source, files: [Manifest.Entry])] {
    sources.enumerated().compactMap { place, source in
      let files = source.files.sorted { $0.key < $1.key }
        .flatMap { states[$0.key] == .fresh && places[$0.key] == place ? $0.value : [] }
      return files.isEmpty ? nil : (source, files)
    }
  }

  /// The summary of a plan, in the order of its runs: fresh ones as their bundles have them, the others
  /// from a table that has them. A column that a bundle lacks is empty.
  package func summary(of plan: Plan, with executed: Table) throws(BundleError) -> Table {
    guard !sources.isEmpty else { return executed }
    let table = try CSVTable(parsing: executed.csv, file: "summary.csv")
    func rows(_ table: CSVTable) throws(BundleError) -> [String: Int] {
      Dictionary(try table.texts("run").enumerated().map { ($1, $0) }) { first, _ in first }
    }
    let newRows = try rows(table)
    var oldRows: [[String: Int]] = []
    for source in sources { oldRows.append(try rows(source.summary)) }
    var columns: [Table.Column] = []
    for name in table.columns {
      let new = try table.texts(name)
      var before: [[String]?] = []
      for source in sources {
        before.append(source.summary.has(name) ? try source.summary.texts(name) : nil)
      }
      let cells = plan.runs.map { run in
        if let row = newRows[run.id] { return new[row] }
        return places[run.id].flatMap { place in
          oldRows[place][run.id].flatMap { before[place]?[$0] }
        } ?? ""
      }
      columns.append(Table.Column(name, .texts(cells)))
    }
    return Table(columns)
  }
}
