import HerdbookBundle
import HerdbookEngine
import HerdbookModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is known of a bundle once its files were read, and perhaps its experiment was run again.
struct Verification {
  enum Verdict: String {
    /// Every file is as it was written, and so is all that it was made of.
    case intact
    /// And running it again gave the same bytes.
    case proved
    case damaged
    /// It could not be shown.
    case unproved
    /// The same cause gave other bits.
    case notReproducible = "not-reproducible"
    case missing
  }

  let name: String
  var verdict = Verdict.intact
  /// Files that were compared with their digests.
  var files = 0
  var resultDigest: String?
  /// Why it is not verified.
  var faults: [String] = []
  /// What is worth knowing and no fault.
  var notes: [String] = []
  var partings: [Parting] = []

  mutating func fail(_ verdict: Verdict, _ faults: [String]) {
    if self.verdict == .intact { self.verdict = verdict }
    self.faults += faults
  }
}

extension Project {
  /// Reads every file of a bundle and of those that it transfers from, and compares digests.
  ///
  /// - Parameter known: verifications of other bundles, by their names, so that each is read once.
  func verify(_ name: String, known: inout [String: Verification]) throws -> Verification {
    if let verification = known[name] { return verification }
    var verification = Verification(name: name)
    // Against circles, which no run makes.
    known[name] = verification
    guard let bundle = try results.open(name) else {
      verification.fail(.missing, ["there is no bundle; make it with: herdbook run \(name)"])
      known[name] = verification
      return verification
    }
    do throws(BundleError) {
      try verification.read(bundle)
    } catch {
      guard error.isOfContent else { throw error }
      verification.fail(.damaged, [error.description])
    }
    if verification.verdict == .intact {
      try followChain(of: bundle, &verification, &known)
    }
    known[name] = verification
    return verification
  }

  /// Looks at what a bundle was made of: that it is still what was transferred, and intact itself.
  private func followChain(
    of bundle: Bundle, _ verification: inout Verification, _ known: inout [String: Verification]
  ) throws {
    for (source, digest) in try bundle.provenance().transfers.sorted(by: { $0.key < $1.key }) {
      if source.hasSuffix(".safetensors") {
        let now = try transferDigest(of: .file(source), in: results)
        guard let now else {
          verification.notes.append("\(source), which was transferred, is not here")
          continue
        }
        if now != digest {
          verification.fail(.unproved, ["\(source), which was transferred, has changed since"])
        }
        continue
      }
      let experiment = String(source.split(separator: "/")[0])
      let link = try verify(experiment, known: &known)
      switch link.verdict {
      case .missing:
        verification.notes.append("\(experiment), which it transfers from, has no bundle here")
      case .damaged, .unproved, .notReproducible:
        verification.fail(
          .unproved, ["\(experiment), which it transfers from, is \(link.verdict.rawValue)"])
      case .intact, .proved:
        if let now = link.resultDigest, now != digest {
          verification.fail(
            .unproved,
            [
              "\(experiment), which it transfers from, has another result since:"
                + " \(digest.prefix(12)) was taken, \(now.prefix(12)) is there"
            ])
        }
      }
    }
  }
}

extension Verification {
  /// Compares every file with its digest, and what tells of the whole with each other.
  fileprivate mutating func read(_ bundle: Bundle) throws(BundleError) {
    let manifest = try bundle.manifest()
    let check = try bundle.check()
    files = manifest.entries.count - check.missing.count
    resultDigest = manifest.resultDigest
    fail(check)
    guard check.isSound else { return }
    let provenance = try bundle.provenance()
    let plan = try bundle.plan()
    if provenance.resultDigest != manifest.resultDigest {
      fail(
        .damaged,
        [
          "provenance.json tells of the result \(provenance.resultDigest.prefix(12)), its files are"
            + " \(manifest.resultDigest.prefix(12))"
        ])
    }
    if provenance.transfers != plan.transfers {
      fail(.damaged, ["provenance.json and plan.json tell of other transfers"])
    }
    if !Set(provenance.datasets.values).isSuperset(of: plan.datasetDigests) {
      fail(.damaged, ["provenance.json and plan.json tell of other datasets"])
    }
    if provenance.experiment != name {
      notes.append("was made as \(provenance.experiment), and lies under another name")
    }
    if provenance.resultVersion != Evolution.resultVersion {
      notes.append(
        "is of result version \(provenance.resultVersion); this engine has"
          + " \(Evolution.resultVersion) and cannot run it again")
    }
  }

  private mutating func fail(_ check: BundleCheck) {
    let faults =
      check.changed.map { "\($0) has changed" } + check.missing.map { "\($0) is missing" }
    if !faults.isEmpty { fail(.damaged, faults) }
    if !check.foreign.isEmpty {
      notes.append("no run wrote \(Words.some(check.foreign))")
    }
    if !check.absentWeights.isEmpty {
      notes.append(
        "\(Words.count(check.absentWeights.count, "file")) of recorded weights, which git does not carry,"
          + " \(check.absentWeights.count == 1 ? "is" : "are") not here")
    }
  }
}

extension BundleError {
  /// Whether it tells of what a file holds, and not of what the system refused.
  fileprivate var isOfContent: Bool {
    switch self {
    case .malformed, .path: true
    // A file that ought to be there.
    case .file(let fault): fault.code == ENOENT
    case .locked, .lost, .foreign: false
    }
  }
}
