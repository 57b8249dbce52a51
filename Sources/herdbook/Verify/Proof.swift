import HerdbookBundle
import HerdbookEngine
import HerdbookModel

/// An experiment that is run again from its bundle alone, aside, to be compared with it.
struct Proof {
  let project: Project
  let data: String?
  let threads: Int
  let isQuiet: Bool

  /// Runs the experiment of an intact bundle again and compares all that it computes, byte for byte.
  func prove(_ verification: inout Verification) throws {
    let name = verification.name
    guard let bundle = try project.results.open(name) else { return }
    let version = try bundle.provenance().resultVersion
    guard version == Evolution.resultVersion else {
      verification.fail(
        .unproved,
        [
          "is of result version \(version) and cannot be proved by this engine, which has"
            + " \(Evolution.resultVersion)"
        ])
      verification.notes = []
      return
    }
    guard try !bundle.isImported else {
      verification.fail(.unproved, ["was imported: there is nothing to run again"])
      return
    }
    let planned = try project.recordedExperiment(name, bundle, project.places(data: data))
      .plan(in: project.results, threads: threads)
    let reasons = try bundle.reasons(against: planned.plan)
    guard reasons.isEmpty else {
      verification.fail(.unproved, reasons.map { "cannot be run again as it was: \($0)" })
      return
    }
    let scratch = project.results.scratch
    let execution = Execution(
      planned: planned, threads: threads, isQuiet: isQuiet, library: project.results)
    let again: Bundle
    do {
      again = try execution.run(in: scratch, isForced: true)
    } catch let error as BundleError where error.isLocked {
      // Another process proves it, and what is there is its own.
      throw error
    } catch {
      scratch.discard(name)
      throw error
    }
    defer { scratch.discard(name) }
    verification.partings = try bundle.partings(from: again)
    if verification.partings.isEmpty {
      verification.verdict = .proved
      if try bundle.bytes("report.html") != again.bytes("report.html") {
        verification.notes.append(
          "its pages are of another version; herdbook report \(name) makes them again")
      }
      return
    }
    let count = verification.partings.reduce(0) { $0 + $1.files.count }
    verification.fail(
      .notReproducible,
      ["\(Words.count(count, "file")) came out with other bytes"]
        + verification.partings.flatMap(\.lines))
  }
}

extension BundleError {
  fileprivate var isLocked: Bool { if case .locked = self { true } else { false } }
}

extension Parting {
  /// What differs first, for people.
  var lines: [String] {
    var lines: [String] = []
    let subject = run.map { "\($0): " } ?? ""
    if let generation {
      lines.append(
        generation == 0
          ? "\(subject)populations differ from generation 0 on"
          : "\(subject)populations are the same through generation \(generation - 1) and differ from \(generation) on"
      )
    } else {
      lines.append("\(subject)\(Words.some(files))")
    }
    if let cell {
      lines.append(
        "  \(cell.file), row \(cell.row) (\(cell.subject)), \(cell.column): \(cell.before) in the bundle, \(cell.after)"
          + " again")
    }
    if let weight {
      let whose =
        weight.individual.map {
          "individual \($0)" + (weight.generation.map { " in generation \($0)" } ?? "")
        }
      let far = weight.ulps.map { ", \(Words.count(Int($0), "ULP")) apart" } ?? ""
      lines.append(
        "  \(weight.file)\(whose.map { ", \($0)" } ?? ""), \(weight.tensor)\(weight.index): \(weight.before) in the"
          + " bundle, \(weight.after) again\(far)")
    }
    if let unreadable { lines.append("  \(unreadable)") }
    return lines
  }

  var json: JSONValue {
    var members: [String: JSONValue] = ["files": .list(files.map { .text($0) })]
    members["run"] = run.map { .text($0) }
    members["unreadable"] = unreadable.map { .text($0) }
    members["generation"] = generation.map { .integer($0) }
    members["cell"] = cell.map { cell in
      .object([
        "file": .text(cell.file), "row": .integer(cell.row), "subject": .text(cell.subject),
        "column": .text(cell.column), "recorded": .text(cell.before), "again": .text(cell.after),
      ])
    }
    members["weight"] = weight.map { weight in
      var members: [String: JSONValue] = [
        "file": .text(weight.file), "tensor": .text(weight.tensor),
        "index": .list(weight.index.map { .integer($0) }), "recorded": .real(Double(weight.before)),
        "again": .real(Double(weight.after)),
      ]
      members["generation"] = weight.generation.map { .integer($0) }
      members["individual"] = weight.individual.map { .integer($0) }
      members["ulps"] = weight.ulps.map { .integer(Int($0)) }
      return .object(members)
    }
    return .object(members)
  }
}
