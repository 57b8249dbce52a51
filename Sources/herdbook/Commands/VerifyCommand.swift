import ArgumentParser
import HerdbookBundle
import HerdbookModel

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that bundles are as they were written, or prove them by running them again.",
    discussion: """
      Every file is read and compared with its digest, and so is what the bundle transfers \
      from. With --rerun the experiment is executed again, aside, from the bundle alone, and \
      all that it computes is compared byte for byte; where it parts, the first generation, \
      individual, layer and weight are named.

      Exit status: 0 verified, 1 damaged or not verified, 3 the same cause gave other bits.

      EXAMPLES:
        herdbook verify quickstart
        herdbook verify --all
        herdbook verify quickstart --rerun
      """)

  @Argument(
    help: ArgumentHelp("Experiments by name.", valueName: "name"), completion: .experiments)
  var names: [String] = []
  @Flag(help: "Verify every bundle.") var all = false
  @Flag(help: "Run again and compare byte for byte.") var rerun = false
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Say nothing but what was found.") var quiet = false
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var threadOptions: ThreadOptions

  func validate() throws {
    if names.isEmpty != all { throw ValidationError("name the bundles to verify, or pass --all") }
  }

  func run() throws {
    let project = try projectOptions.project()
    let chosen = all ? try project.results.names() : names
    if chosen.isEmpty && !json {
      return Terminal.say("no bundles yet; make one with: herdbook run NAME")
    }
    for name in chosen { _ = try project.bundle(name) }
    let proof = Proof(
      project: project, data: dataOptions.data, threads: threadOptions.count, isQuiet: quiet)
    if rerun { Interruption.heed(isQuiet: quiet) }
    var known: [String: Verification] = [:]
    var found: [Verification] = []
    for name in chosen {
      var verification = try project.verify(name, known: &known)
      if rerun, verification.verdict == .intact {
        do {
          try proof.prove(&verification)
        } catch is Interrupted {
          throw Failure(.stopped, "\(name): stopped; nothing was kept of what was run again")
        } catch let error as BundleError {
          guard case .malformed = error else { throw error }
          verification.fail(.unproved, [error.description])
        }
      }
      found.append(verification)
      if !json { try tell(verification) }
    }
    if json { try Terminal.tell(.list(found.map(\.json))) }
    if found.contains(where: { $0.verdict == .notReproducible }) {
      throw Failure(
        .notReproducible,
        "error: \(count(found) { $0.verdict == .notReproducible }) not reproducible: the same cause gave other"
          + " bits")
    }
    if found.contains(where: { !$0.faults.isEmpty }) {
      throw Failure(.different, "error: \(count(found) { !$0.faults.isEmpty }) not verified")
    }
  }

  private func count(_ found: [Verification], _ isMeant: (Verification) -> Bool) -> String {
    "\(found.count(where: isMeant)) of \(Words.count(found.count, "bundle"))"
  }

  private func tell(_ verification: Verification) throws {
    let digest = verification.resultDigest.map { ", result \($0.prefix(12))" } ?? ""
    let files = "\(Words.count(verification.files, "file"))\(digest)"
    let words =
      switch verification.verdict {
      case .intact: "intact: \(files)"
      case .proved: "proved: run again, the same bytes; \(files)"
      case .damaged: "damaged"
      case .unproved: "not verified"
      case .notReproducible: "not reproducible"
      case .missing: "missing"
      }
    try Terminal.tell("\(verification.name): \(words)")
    for line in verification.faults { try Terminal.tell("  \(line)") }
    for line in verification.notes { try Terminal.tell("  note: \(line)") }
  }
}

extension Verification {
  fileprivate var json: JSONValue {
    var members: [String: JSONValue] = [
      "name": .text(name), "verdict": .text(verdict.rawValue), "files": .integer(files),
      "faults": .list(faults.map { .text($0) }), "notes": .list(notes.map { .text($0) }),
      "partings": .list(partings.map(\.json)),
    ]
    members["result_digest"] = resultDigest.map { .text($0) }
    return .object(members)
  }
}
