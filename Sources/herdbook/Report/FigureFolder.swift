import HerdbookBundle
import HerdbookReport

/// Where the figures of a bundle go, an SVG file each.
struct FigureFolder {
  let path: String

  /// - Parameter argument: a folder, which need not be there.
  init(_ argument: String, in project: Project) throws(Failure) {
    path = Path.absolute(argument)
    let results = project.results.folder
    guard path != results, !path.hasPrefix("\(results)/") else {
      throw Failure(
        .usage,
        "error: \(Path.shown(results)) has room for bundles alone; name another folder with --figures"
      )
    }
    guard !Path.exists(path) || Path.isFolder(path) else {
      throw Failure(
        .inputOutput, "error: \(Path.shown(path)) is no folder, so that no figures can go into it")
    }
  }

  init(_ name: String, of folder: FigureFolder) { path = "\(folder.path)/\(name)" }

  /// Writes all of them, each at once, or none where a name is taken by a file that is no such figure.
  ///
  /// - Returns: their paths.
  func write(_ figures: [FigureFile]) throws -> [String] {
    let disk = Disk()
    let paths = figures.map { "\(path)/\($0.name)" }
    for (figure, path) in zip(figures, paths) where Path.exists(path) {
      guard Path.isFile(path), figure.isSucceeding(try disk.read(path)) else {
        throw Failure(
          .different,
          "error: \(Path.shown(path)) is there and is no figure of a report; move it away, or name another"
            + " folder with --figures")
      }
    }
    try disk.createFolders(path)
    for (figure, path) in zip(figures, paths) { try disk.writeWhole(figure.bytes, to: path) }
    return paths
  }
}
