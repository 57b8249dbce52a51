import HerdbookBundle
import HerdbookModel

extension Bundle {
  /// The herd book of a run, as far as a replay asks for it: hyperparameters are not read.
  func herdBook(of run: String) throws(BundleError) -> [Individual] {
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
        deaths[row] == "inf" || Int(deaths[row]) != nil
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
  func stateDigests(of run: String) throws(BundleError) -> [String] {
    try intactTable("runs/\(run)/generations.csv").texts("state_digest")
  }
}
