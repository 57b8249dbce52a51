#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Paths as text, and what stands at them.
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

  /// Without symbolic links; as it is where nothing stands there.
  static func resolved(_ path: String) -> String {
    guard let found = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(found) }
    return unsafe String(cString: found)
  }

  /// This program, as it was started: where that was by its name alone, the first of `PATH`.
  static var ofProgram: String {
    let name = CommandLine.arguments.first ?? ""
    if name.contains("/") { return absolute(name) }
    let folders = (Environment.value("PATH") ?? "").split(separator: ":")
    let places = folders.map { absolute("\($0)/\(name)") }
    return places.first { unsafe access($0, X_OK) == 0 && isFile($0) } ?? name
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
