import HerdbookBundle
import HerdbookModel

extension Bundle {
  /// The herd book of a run, as far as a replay asks for it: hyperparameters are not read.
  ///
  /// - Parameter last: the generation that the run ended with; births and deaths lie within.
  func herdBook(of run: String, through last: Int) throws(BundleError) -> [Individual] {
    let path = "runs/\(run)/phylogeny.csv"
    let file = "\(folder)/\(path)"
    let table = try intactTable(path)
    let ancestors = try table.texts("ancestor_list")
    let births = try table.integers("origin_time")
    let deaths = try table.texts("destruction_time")
    let operators = try table.texts("operator")
    let shares = try table.reals("main_share")
    let fitness = try table.reals("fitness")
    var individuals: [Individual] = []
    for (row, id) in try table.integers("id").enumerated() {
      let parents = parents(ancestors[row])
      guard id == row, let parents, let birth = births[row],
        let way = Individual.Operator(rawValue: operators[row]),
        (0...last).contains(birth),
        deaths[row] == "inf" || Int(deaths[row]).map({ birth < $0 && $0 <= last }) == true
      else {
        throw .malformed(file: file, place: "row \(row + 1)", problem: "tells of no individual")
      }
      var individual = Individual(
        id: row, parents: parents, mainShare: shares[row], birth: birth, operator: way,
        hyperparameters: Hyperparameters())
      individual.death = Int(deaths[row])
      individual.fitness = fitness[row]
      individuals.append(individual)
    }
    guard !individuals.isEmpty else {
      throw .malformed(file: file, place: "", problem: "has no rows")
    }
    return individuals
  }

  /// The ids of `[none]`, `[3]` or `[3,4]`; nil of anything else.
  private func parents(_ list: String) -> [Int]? {
    guard list != "[none]" else { return [] }
    guard list.hasPrefix("["), list.hasSuffix("]") else { return nil }
    let ids = list.dropFirst().dropLast().split(separator: ",").map { Int($0) }
    return ids.contains(nil) ? nil : ids.compactMap(\.self)
  }

  /// The digest of a run's population at each generation.
  ///
  /// - Parameter iterations: those of its plan, which it may have ended before.
  func stateDigests(of run: String, iterations: Int) throws(BundleError) -> [String] {
    let path = "runs/\(run)/generations.csv"
    let digests = try intactTable(path).texts("state_digest")
    guard (1...iterations + 1).contains(digests.count) else {
      throw .malformed(
        file: "\(folder)/\(path)", place: "",
        problem:
          "tells of \(digests.count) generations; a run of \(iterations) iterations has 1 to \(iterations + 1)"
      )
    }
    return digests
  }
}
