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
      let last = path.split(separator: "/").last.map(String.init) ?? ""
      let name = last.hasSuffix(".yaml") ? String(last.dropLast(5)) : last
      guard Path.isFile(path) else {
        throw Failure(.noInput, "error: there is no file \(argument)")
      }
      try checkExperimentName(name)
      return ExperimentFile(name: name, path: path)
    }
    try checkExperimentName(argument)
    let path = "\(experiments)/\(argument).yaml"
    guard Path.isFile(path) else {
      let near = nearestName(to: argument, among: try names())
      throw Failure(
        .noInput,
        "error: there is no experiment '\(argument)' (\(Path.shown(path)))"
          + (near.map { "; did you mean '\($0)'?" } ?? "; herdbook list shows what there is"))
    }
    return ExperimentFile(name: argument, path: path)
  }

  /// The experiments that were named; all of them where none was.
  func files(_ arguments: [String]) throws -> [ExperimentFile] {
    try (arguments.isEmpty ? names() : arguments).map { try file($0) }
  }

  func places(data: String?) -> DataPlaces {
    DataPlaces(
      folders: Path.dataFolders(option: data, project: root), project: root, cache: Path.userCache)
  }
}

/// A spec file of a project.
struct ExperimentFile {
  let name: String
  /// Absolute.
  let path: String

  func bytes() throws -> [UInt8] { try Disk().read(path, limit: 1 << 21) }
}

/// Paths as text.
enum Path {
  static func absolute(_ path: String) -> String {
    var parts: [Substring] = []
    let whole = path.hasPrefix("/") ? path : "\(Environment.currentFolder)/\(path)"
    for part in whole.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  static func parent(_ path: String) -> String {
    let parts = path.split(separator: "/").dropLast()
    return "/" + parts.joined(separator: "/")
  }

  /// As people read it: relative where it lies below the current folder.
  static func shown(_ path: String) -> String {
    let here = Environment.currentFolder
    return path.hasPrefix(here + "/") ? String(path.dropFirst(here.count + 1)) : path
  }

  static func isFolder(_ path: String) -> Bool { kind(path) == S_IFDIR }
  static func isFile(_ path: String) -> Bool { kind(path) == S_IFREG }
  static func exists(_ path: String) -> Bool { kind(path) != nil }

  private static func kind(_ path: String) -> mode_t? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return status.st_mode & S_IFMT
  }

  /// Where datasets are looked for: the folder of the option alone, else `HERDBOOK_DATA`, `Data/` in
  /// the project and the user's data folder, in this order.
  static func dataFolders(option: String?, project: String?) -> [String] {
    if let option { return [absolute(option)] }
    return [
      Environment.folder("HERDBOOK_DATA").map { absolute($0) }, project.map { "\($0)/Data" },
      userData,
    ].compactMap { $0 }
  }

  /// The user's folder for data of this program; nil where there is no home.
  static var userData: String? {
    if let folder = Environment.folder("XDG_DATA_HOME") { return "\(folder)/herdbook" }
    #if canImport(Darwin)
      return Environment.folder("HOME").map { "\($0)/Library/Application Support/herdbook" }
    #else
      return Environment.folder("HOME").map { "\($0)/.local/share/herdbook" }
    #endif
  }

  /// The user's folder for what can be made again; nil where there is no home.
  static var userCache: String? {
    if let folder = Environment.folder("XDG_CACHE_HOME") { return "\(folder)/herdbook" }
    #if canImport(Darwin)
      return Environment.folder("HOME").map { "\($0)/Library/Caches/herdbook" }
    #else
      return Environment.folder("HOME").map { "\($0)/.cache/herdbook" }
    #endif
  }
}
