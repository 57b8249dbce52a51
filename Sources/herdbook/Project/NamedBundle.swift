import HerdbookBundle

/// A bundle that was named, or given as the path of its folder, and has a manifest.
struct NamedBundle {
  /// Its name, or the path where it lies elsewhere than in the project's results.
  let label: String
  let bundle: Bundle

  /// - Parameter project: asked for where a name is to be found in it.
  init(_ argument: String, in projectAround: () throws(Failure) -> Project) throws {
    guard argument.contains("/") || argument == "." || argument == ".." else {
      (label, bundle) = (argument, try projectAround().bundle(argument))
      try bundle.checkIsBundle(argument)
      return
    }
    let folder = Path.absolute(argument)
    guard Path.isFolder(folder) else {
      throw Failure(.noInput, "error: there is no folder \(argument)")
    }
    try Bundle(folder: folder).checkIsBundle(argument)
    let results = (try? projectAround())?.results.folder
    let name = folder.split(separator: "/").last.map(String.init) ?? folder
    label = results == Path.parent(folder) ? name : Path.shown(folder)
    bundle = Bundle(folder: folder)
  }
}

extension Bundle {
  /// Throws where the folder has no manifest.
  func checkIsBundle(_ label: String) throws {
    guard try has(Manifest.path) else {
      throw Failure(.noInput, "error: \(label) is no bundle: it has no \(Manifest.path)")
    }
  }
}

extension Failure {
  /// The same, with a bundle called by a label in place of the path of its folder.
  func calling(_ bundle: Bundle, _ label: String) -> Failure {
    let short = label.hasSuffix("/") ? String(label.dropLast()) : label
    return Failure(
      status,
      message.replacing("\(bundle.folder)/", with: "\(short)/")
        .replacing("\(bundle.folder):", with: "\(short):"))
  }
}
