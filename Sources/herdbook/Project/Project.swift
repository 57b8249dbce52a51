import HerdbookBundle
import HerdbookData
import HerdbookModel
import HerdbookSpec

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder with `Experiments/` and what belongs to it.
struct Project {
  /// What to say where there is no experiment.
  static let isEmpty = "no experiments yet; begin with: herdbook new NAME"

  /// Absolute.
  let root: String

  var experiments: String { "\(root)/Experiments" }
  var results: Results {
    Results(folder: "\(root)/Results", processes: .system(process: Int(getpid())))
  }

  /// The nearest parent of a folder that has `Experiments/`, or the folder that was named.
  static func find(_ named: String?, from folder: String = Environment.currentFolder)
    throws(Failure) -> Project
  {
    if let named {
      let root = Path.absolute(named)
      guard Path.isFolder("\(root)/Experiments") else {
        throw Failure(
          .noInput,
          "error: \(named) is no project: it has no folder Experiments; make one with:"
            + " herdbook init \(named)")
      }
      return Project(root: root)
    }
    var place = folder
    while true {
      if Path.isFolder("\(place)/Experiments") { return Project(root: place) }
      guard place != "/", !place.isEmpty else { break }
      place = Path.parent(place)
    }
    throw Failure(
      .noInput,
      "error: neither \(folder) nor a folder above it has Experiments; make a project with:"
        + " herdbook init")
  }

  /// The names of all experiments, sorted.
  func names() throws -> [String] {
    try Disk().entries(experiments).filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
      .map { String($0.dropLast(5)) }.sorted()
  }

  /// The file of an experiment that was named, or given as a path.
  func file(_ argument: String) throws -> ExperimentFile {
    if argument.contains("/") || argument.hasSuffix(".yaml") {
      let path = Path.absolute(argument)
      guard Path.isFile(path) else {
        throw Failure(
          .noInput,
          Path.isFolder(path)
            ? "error: \(argument) is a folder; name experiments, or their files"
            : "error: there is no file \(Path.shown(path))\(try nameAdvice(argument))")
      }
      let last = path.split(separator: "/").last.map(String.init) ?? ""
      return try ExperimentFile(
        name: last.hasSuffix(".yaml") ? String(last.dropLast(5)) : last, path: path)
    }
    try checkExperimentName(argument)
    let path = "\(experiments)/\(argument).yaml"
    guard Path.isFile(path) else { throw noExperiment(argument, path, near: try names()) }
    if let fault = fault(ofLink: path) {
      throw Failure(.invalid, "\(Path.shown(path)): error: \(fault)")
    }
    return try ExperimentFile(name: argument, path: path)
  }

  /// Why a link to a spec is not followed; nil where it can be.
  private func fault(ofLink path: String) -> String? {
    let (target, home) = (Path.resolved(path), Path.resolved(root))
    if target.hasPrefix(home + "/") { return nil }
    return "is a symbolic link out of the project, to \(target); copy the file, so that the"
      + " project stays complete"
  }

  /// What to say where the file of an experiment was given in place of its name.
  private func nameAdvice(_ argument: String) throws -> String {
    let last = argument.split(separator: "/").last.map(String.init) ?? ""
    let name = last.hasSuffix(".yaml") ? String(last.dropLast(5)) : last
    return try names().contains(name) ? "; the experiment is called '\(name)'" : ""
  }

  private func noExperiment(_ name: String, _ path: String, near names: [String]) -> Failure {
    let advice =
      if Path.isFile("\(experiments)/\(name).yml") {
        "; \(name).yml is there: rename it to \(name).yaml"
      } else if let near = nearestName(to: name, among: names) {
        "; did you mean '\(near)'?"
      } else {
        "; herdbook list shows what there is"
      }
    return Failure(
      .noInput, "error: there is no experiment '\(name)' (\(Path.shown(path)))\(advice)")
  }

  /// Throws where a name for another bundle is that of an experiment, whose own bundle it would replace.
  func checkAlias(_ alias: String) throws {
    try checkExperimentName(alias)
    guard try names().contains(alias) else { return }
    throw Failure(
      .usage,
      "error: '\(alias)' is an experiment of this project, and its bundle is its own; choose another"
        + " name for --as")
  }

  /// The bundle of a name.
  func bundle(_ name: String) throws -> Bundle {
    guard let bundle = try results.open(name) else {
      let near = nearestName(to: name, among: try results.names())
      let advice =
        try names().contains(name)
        ? "; make it with: herdbook run \(name)"
        : near.map { "; did you mean '\($0)'?" } ?? ", and no experiment of that name"
      throw Failure(.noInput, "error: there is no bundle of '\(name)'\(advice)")
    }
    return bundle
  }

  /// The experiments that others may inherit and transfer from.
  var library: SpecLibrary {
    SpecLibrary(
      names: { (try? names()) ?? [] },
      load: { name in
        guard let file = try? file(name), let bytes = try? file.bytes() else { return nil }
        return (Path.shown(file.path), bytes)
      },
      hasResult: { name in ((try? results.open(name)) ?? nil) != nil })
  }

  /// The page of a bundle, as people read its path.
  func shownReport(_ name: String) -> String { Path.shown("\(root)/Results/\(name)/report.html") }

  /// The experiments that were named, each once; all of them where none was.
  func files(_ arguments: [String]) throws -> [ExperimentFile] {
    var files: [ExperimentFile] = []
    if arguments.isEmpty { return try listed() }
    for argument in arguments {
      let file = try self.file(argument)
      if let same = files.first(where: { $0.name == file.name }) {
        guard same.path != file.path else { continue }
        throw Failure(
          .usage,
          "error: \(Path.shown(same.path)) and \(Path.shown(file.path)) have one name and would"
            + " write one bundle; run one of them, or rename it")
      }
      files.append(file)
    }
    return files
  }

  /// The specs in the folder of experiments; those that cannot be read have a fault.
  private func listed() throws -> [ExperimentFile] {
    try Disk().entries(experiments).sorted().compactMap { entry -> ExperimentFile? in
      let path = "\(experiments)/\(entry)"
      if entry.hasPrefix(".") { return nil }
      if entry.hasSuffix(".yml") {
        let name = String(entry.dropLast(4))
        return ExperimentFile(
          name: name, path: path, fault: "a spec is called NAME.yaml: rename this to \(name).yaml")
      }
      guard entry.hasSuffix(".yaml") else { return nil }
      let name = String(entry.dropLast(5))
      let fault =
        if Path.isFolder(path) { "is a folder, and no spec" } else if !Path.isFile(path) {
          "is a link to nothing"
        } else { fault(ofLink: path) }
      if let fault { return ExperimentFile(name: name, path: path, fault: fault) }
      do throws(ExperimentNameError) {
        return try ExperimentFile(name: name, path: path)
      } catch {
        return ExperimentFile(name: name, path: path, fault: "\(error.message); rename the file")
      }
    }
  }

  func places(data: String?) -> DataPlaces {
    DataPlaces(
      folders: Path.dataFolders(option: data, project: root), project: root, cache: Path.userCache)
  }
}
