import HerdbookBundle

/// A bundle that was named, or given as the path of its folder.
struct NamedBundle {
  /// Its name, or the path where it lies elsewhere than in the project's results.
  let label: String
  let bundle: Bundle

  /// - Parameter project: asked for where a name is to be found in it.
  init(_ argument: String, in projectAround: () throws(Failure) -> Project) throws {
    guard argument.contains("/") || argument == "." || argument == ".." else {
      (label, bundle) = (argument, try projectAround().bundle(argument))
      return
    }
    let folder = Path.absolute(argument)
    guard Path.isFile("\(folder)/\(Manifest.path)") else {
      throw Failure(
        .noInput,
        Path.isFolder(folder)
          ? "error: \(argument) is no bundle: it has no \(Manifest.path)"
          : "error: there is no folder \(argument)")
    }
    let results = (try? projectAround())?.results.folder
    let name = folder.split(separator: "/").last.map(String.init) ?? folder
    label = results == Path.parent(folder) ? name : Path.shown(folder)
    bundle = Bundle(folder: folder)
  }
}
