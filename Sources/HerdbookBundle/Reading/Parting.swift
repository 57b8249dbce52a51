import HerdbookNumerics

/// Where two results that ought to be the same part: the first differences of one run, or of what tells of all runs.
package struct Parting: Sendable, Equatable {
  /// A cell of a table.
  package struct Cell: Sendable, Equatable {
    package var file: String
    /// From 1 below the header.
    package var row: Int
    package var column: String
    /// The first cell of the row: a generation, an individual, a run.
    package var subject: String
    package var before: String
    package var after: String
  }
  /// A weight or a bias.
  package struct Weight: Sendable, Equatable {
    package var file: String
    package var generation: Int?
    package var individual: Int?
    package var tensor: String
    /// Its place in the network's tensor.
    package var index: [Int]
    package var before: Float
    package var after: Float
    /// nil where one of them is NaN.
    package var ulps: UInt32?
  }

  /// nil of what tells of all runs.
  package var run: String?
  /// The files that differ or that only one has, sorted by bytes.
  package var files: [String]
  /// The first generation whose populations differ.
  package var generation: Int?
  /// The first difference in the herd book, or else in another table.
  package var cell: Cell?
  package var weight: Weight?
  /// Why a file could not be compared further: one of the two does not hold what it should.
  package var unreadable: String?
}

extension Bundle {
  /// Compares what two bundles hold, byte for byte, but for what is made again without a run (pages and the texts of
  /// specs); empty where all is the same. Recorded weights are compared by their digests, where both have them.
  package func partings(from other: Bundle) throws(BundleError) -> [Parting] {
    let (before, after) = (try digests(), try other.digests())
    var paths = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    // It tells the digest of all others.
    if paths.count > 1 { paths.removeAll { $0 == Provenance.path } }
    var groups: [(run: String?, files: [String])] = []
    for path in paths {
      let parts = path.split(separator: "/")
      let run = parts.count > 2 && parts[0] == "runs" ? String(parts[1]) : nil
      if let place = groups.firstIndex(where: { $0.run == run }) {
        groups[place].files.append(path)
      } else {
        groups.append((run, [path]))
      }
    }
    var partings: [Parting] = []
    for (run, files) in groups {
      var parting = Parting(run: run, files: files)
      let common = files.filter { before[$0] != nil && after[$0] != nil }
      do throws(BundleError) {
        parting.generation = try firstGeneration(common, other)
        parting.cell = try firstCell(common, other)
        parting.weight = try firstWeight(common, other)
      } catch {
        guard case .malformed = error else { throw error }
        parting.unreadable = error.description
      }
      partings.append(parting)
    }
    return partings
  }

  /// By path, of all that a run computes.
  private func digests() throws(BundleError) -> [String: String] {
    var digests: [String: String] = [:]
    for entry in try manifest().entries + weights().entries where !Manifest.isRetold(entry.path) {
      digests[entry.path] = entry.digest
    }
    return digests
  }

  private func firstGeneration(_ files: [String], _ other: Bundle) throws(BundleError) -> Int? {
    guard let path = files.first(where: { $0.isTable("generations.csv") }) else { return nil }
    let name = path.withoutGzip
    return try PopulationDivergence(table(name), other.table(name)).first
  }

  /// The herd book first, then generations, then the rest.
  private func firstCell(_ files: [String], _ other: Bundle) throws(BundleError) -> Parting.Cell? {
    func rank(_ path: String) -> Int {
      path.isTable("phylogeny.csv") ? 0 : path.isTable("generations.csv") ? 1 : 2
    }
    for path in files.sorted(by: { (rank($0), $0) < (rank($1), $1) })
    where path.withoutGzip.hasSuffix(".csv") {
      let (before, after) = (try table(path.withoutGzip), try other.table(path.withoutGzip))
      var first: Parting.Cell?
      for column in before.columns where after.has(column) {
        let (old, new) = (try before.texts(column), try after.texts(column))
        guard let row = (0..<min(old.count, new.count)).first(where: { old[$0] != new[$0] }),
          row + 1 < first?.row ?? .max
        else { continue }
        first = Parting.Cell(
          file: path, row: row + 1, column: column,
          subject: try before.texts(before.columns[0])[row],
          before: old[row], after: new[row])
      }
      if let first { return first }
    }
    return nil
  }

  private func firstWeight(_ files: [String], _ other: Bundle) throws(BundleError) -> Parting
    .Weight?
  {
    // Generations in their order, then the champion of the last.
    let recorded = files.filter(BundlePath.isWeights) + files.filter { !BundlePath.isWeights($0) }
    for path in recorded where path.hasSuffix(".safetensors") {
      // Git does not carry recorded weights.
      guard try has(path), try other.has(path) else { continue }
      let (before, after) = (try tensors(path), try other.tensors(path))
      let ids = before.metadata["individuals"]?.split(separator: ",").map { Int($0) } ?? []
      let individuals = max(ids.count, 1)
      for individual in 0..<individuals {
        for tensor in before.tensors.sorted(by: { $0.name < $1.name }) {
          guard let twin = after.tensors.first(where: { $0.name == tensor.name }),
            twin.shape == tensor.shape
          else { continue }
          let isStacked = tensor.shape.count > (tensor.name.hasSuffix(".bias") ? 1 : 2)
          let size = isStacked ? tensor.values.count / max(tensor.shape[0], 1) : tensor.values.count
          let start = isStacked ? individual * size : 0
          guard isStacked || individual == 0, start + size <= tensor.values.count,
            let place = (start..<start + size).first(where: {
              tensor.values[$0].bitPattern != twin.values[$0].bitPattern
            })
          else { continue }
          let (old, new) = (tensor.values[place], twin.values[place])
          return Parting.Weight(
            file: path, generation: before.metadata["generation"].flatMap { Int($0) },
            individual: ids.indices.contains(individual) ? ids[individual] : nil,
            tensor: tensor.name,
            index: Array(tensor.indices(of: place).dropFirst(isStacked ? 1 : 0)),
            before: old, after: new, ulps: ulps(old, new))
        }
      }
    }
    return nil
  }
}

extension String {
  fileprivate var withoutGzip: String { hasSuffix(".gz") ? String(dropLast(3)) : self }

  /// Whether it is the path of a table of this name, compressed or not.
  fileprivate func isTable(_ name: String) -> Bool { withoutGzip.hasSuffix("/\(name)") }
}
