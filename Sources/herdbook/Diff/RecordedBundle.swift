import HerdbookBundle
import HerdbookModel

/// A bundle whose files are as they were written, and what is read of it at once.
struct RecordedBundle: Sendable {
  /// A file of a run.
  struct File: Sendable, Equatable {
    /// In the bundle; of a table without what tells that it is compressed.
    let path: String
    let isCompressed: Bool
    let digest: String
  }

  let bundle: Bundle
  /// As it was named on the command line.
  let name: String
  let plan: RecordedPlan
  let provenance: Provenance
  let manifest: Manifest
  let summary: CSVTable
  /// By the id of the run and the path in its folder.
  let runFiles: [String: [String: File]]
  /// Files of no run, with their digests.
  let otherFiles: [String: String]
  /// Digests of recorded weights, by the id of the run and the generation; their files may be absent.
  let weights: [String: [Int: Manifest.Entry]]
  /// Rows of the summary by the id of the run, and columns of it that are asked for run by run.
  let rows: [String: Int]
  let lastGenerations: [Double]
  let champions: [Int?]
  let championBirths: [Double]

  /// Reads and checks every file of the manifest.
  init(_ bundle: Bundle, named name: String) throws(BundleError) {
    manifest = try bundle.manifest()
    try bundle.checkWhole()
    self.bundle = bundle
    self.name = name
    plan = try bundle.plan()
    provenance = try bundle.provenance()
    summary = try bundle.table("summary.csv")
    var (runFiles, otherFiles): ([String: [String: File]], [String: String]) = ([:], [:])
    for entry in manifest.entries {
      let parts = entry.path.split(separator: "/", maxSplits: 2).map(String.init)
      guard parts.count == 3, parts[0] == "runs" else {
        otherFiles[entry.path] = entry.digest
        continue
      }
      let isCompressed = parts[2].hasSuffix(".csv.gz")
      let suffix = isCompressed ? ".gz".count : 0
      runFiles[parts[1], default: [:]][String(parts[2].dropLast(suffix))] = File(
        path: String(entry.path.dropLast(suffix)), isCompressed: isCompressed,
        digest: entry.digest)
    }
    self.runFiles = runFiles
    self.otherFiles = otherFiles
    var weights: [String: [Int: Manifest.Entry]] = [:]
    for entry in try bundle.weights().entries {
      guard let place = entry.recordedGeneration else { continue }
      weights[place.run, default: [:]][place.generation] = entry
    }
    self.weights = weights
    lastGenerations = try summary.reals("generation")
    champions = try summary.integers("champion")
    championBirths = try summary.reals("champion_birth")
    rows = Dictionary(try summary.texts("run").enumerated().map { ($1, $0) }) { first, _ in first }
  }

  func file(_ name: String, of run: Plan.Run) -> File? { runFiles[run.id]?[name] }
}

/// Runs of two bundles that are held against each other.
struct RunPair: Sendable {
  let first: Plan.Run
  let second: Plan.Run

  /// Whether they are of one variant under one seed.
  var isOfOneSeed: Bool { first.variant == second.variant && first.seed == second.seed }

  /// The runs that two plans have: of one variant under one seed, then of what is left those of one
  /// variant and replicate; in the order of the first plan.
  static func all(_ first: [Plan.Run], _ second: [Plan.Run]) -> [RunPair] {
    struct Key: Hashable {
      let variant: String
      let number: UInt64
    }
    func bySeed(_ run: Plan.Run) -> Key { Key(variant: run.variant, number: run.seed) }
    func byReplicate(_ run: Plan.Run) -> Key {
      Key(variant: run.variant, number: UInt64(run.replicate))
    }
    var partners: [String: Plan.Run] = [:]
    var taken: Set<String> = []
    for key in [bySeed, byReplicate] {
      var free: [Key: Plan.Run] = [:]
      for run in second where !taken.contains(run.id) { free[key(run)] = run }
      for run in first where partners[run.id] == nil {
        guard let partner = free.removeValue(forKey: key(run)) else { continue }
        partners[run.id] = partner
        taken.insert(partner.id)
      }
    }
    return first.compactMap { run in
      partners[run.id].map { RunPair(first: run, second: $0) }
    }
  }
}
