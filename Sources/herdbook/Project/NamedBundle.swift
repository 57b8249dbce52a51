import HerdbookBundle
import HerdbookSpec

/// A bundle that was named, or given as the path of its folder.
struct NamedBundle {
  /// Its name, or the path where it lies elsewhere than in the project's results.
  let label: String
  let bundle: Bundle

  /// - Parameter project: asked for where a name is to be found in it.
  init(_ argument: String, in projectAround: () throws(Failure) -> Project) throws {
    guard argument.contains("/") || argument == "." || argument == ".." else {
      let project = try projectAround()
      guard let found = try project.results.open(argument) else {
        let near = nearestName(to: argument, among: try project.results.names())
        throw Failure(
          .noInput,
          "error: there is no bundle of '\(argument)'"
            + (near.map { "; did you mean '\($0)'?" }
              ?? "; make it with: herdbook run \(argument)"))
      }
      (label, bundle) = (argument, found)
      return
    }
    let folder = Path.absolute(argument)
    guard Path.isFile("\(folder)/\(Manifest.path)") else {
      throw Failure(
        .noInput, "error: \(Path.shown(folder)) is no bundle: it has no \(Manifest.path)")
    }
    let results = (try? projectAround())?.results.folder
    let name = folder.split(separator: "/").last.map(String.init) ?? folder
    label = results == Path.parent(folder) ? name : Path.shown(folder)
    bundle = Bundle(folder: folder)
  }
}
