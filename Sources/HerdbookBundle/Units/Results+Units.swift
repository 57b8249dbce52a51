package import HerdbookModel

/// The runs of a bundle that are executed one by one, on one machine or many, until they are collected:
///
/// - `.partial/.units/NAME/ID/`: the bundle of the run with this id;
/// - `.partial/.units/NAME/.failed/ID.json`: why its last attempt failed;
/// - `.partial/.units/NAME/.jobs/`: the jobs that were sent to a scheduler for them.
extension Results {
  /// The folders of all names that have such runs.
  package var allUnits: Results {
    Results(folder: "\(folder)/.partial/.units", files: files, processes: processes)
  }

  /// The bundles of the runs of a name, by the id of the run.
  package func units(of name: String) throws(BundleError) -> Results {
    try BundlePath.check(name: name)
    return Results(folder: "\(allUnits.folder)/\(name)", files: files, processes: processes)
  }

  /// The folder with what is known of the jobs of a name.
  package func jobs(of name: String) throws(BundleError) -> String {
    "\(try units(of: name).folder)/.jobs"
  }

  /// Whether anything is known of runs of a name that are executed one by one.
  package func hasUnits(of name: String) throws(BundleError) -> Bool {
    try files.status(units(of: name).folder) != nil
  }

  /// Removes the bundles that runs of a name have for themselves, but for those that a process is at.
  package func discardUnits(_ runs: [Plan.Run], of name: String) throws(BundleError) {
    let units = try units(of: name)
    guard try hasUnits(of: name) else { return }
    for run in runs {
      if case .underWay = try units.work(on: run.id, [:]) { continue }
      units.discard(run.id)
    }
    try? files.removeTree(units.failures)
    removeEmpty(units.folder)
  }

  /// Throws where the folder of a bundle holds files that none of its manifests lists, and no new one can take its place.
  package func checkForeignFiles(of name: String) throws(BundleError) {
    guard let bundle = try open(name) else { return }
    let foreign = try bundle.foreignFiles()
    guard foreign.isEmpty else { throw .foreign(folder: bundle.folder, files: foreign) }
  }

  /// Calls `body` while no other process does so for the same name.
  ///
  /// Throws `locked` where one does. What `body` leaves empty is removed.
  package func whileHoldingUnits<Value>(
    of name: String, _ body: () throws -> Value
  ) throws -> Value {
    let units = try units(of: name)
    let claim = try Claim(
      Workplace(name: name, results: allUnits.folder, files: files), as: processes)
    defer {
      claim.release()
      removeEmpty(units.folder)
    }
    return try body()
  }

  /// Removes folders of units as far as nothing is in them.
  private func removeEmpty(_ units: String) {
    for path in [units, "\(allUnits.folder)/.partial", allUnits.folder, "\(folder)/.partial"] {
      try? files.removeFolder(path)
    }
  }

  /// Makes a shared file system ask its server what is in the folders that tell of the runs of a name.
  ///
  /// Clients of network file systems keep for a while what they saw in a folder, and what they did not find. Who changes
  /// a folder looks again: a file is made and removed in each that is there.
  package func lookAgain(atUnitsOf name: String) throws(BundleError) {
    let units = try units(of: name)
    for place in [folder, "\(folder)/.partial", allUnits.folder, units.folder] {
      guard try files.status(place) != nil else { return }
      files.lookAgain(at: place)
    }
  }
}

extension FileSystem {
  /// Makes a shared file system ask its server what is in a folder; nothing where it cannot be written.
  func lookAgain(at folder: String) {
    let probe = "\(folder)/.\(String(UInt64.random(in: 0 ... .max), radix: 16)).probe"
    try? write([], to: probe, how: .create)
    try? removeFile(probe)
  }
}
