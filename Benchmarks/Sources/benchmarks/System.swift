import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The variables of this process.
struct Environment {
  let variables = ProcessInfo.processInfo.environment

  subscript(name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

  private var home: String { self["HOME"] ?? "/tmp" }
  /// Where Herdbook looks for datasets when nothing is said.
  var userData: String { (self["XDG_DATA_HOME"] ?? "\(home)/.local/share") + "/herdbook" }
  var userCache: String { (self["XDG_CACHE_HOME"] ?? "\(home)/.cache") + "/herdbook" }
  /// Where the environments of the rivals are.
  var peers: String { self["PEERS"] ?? "\(home)/.cache/herdbook-peers" }
}

func absolute(_ path: String) -> String {
  path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
}

func isFile(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

func makeFolder(_ path: String) throws {
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
}

func readText(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

/// A folder that is gone after `body`.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.path + "/herdbook-\(UUID().uuidString)"
  try makeFolder(folder)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// Talk goes to stderr.
func say(_ text: String) { put(text, to: STDERR_FILENO) }

/// Tables and JSON alone go to stdout, at once, so that a long run that is cut short leaves some.
func tell(_ text: String) { put(text, to: STDOUT_FILENO) }

private func put(_ text: String, to file: Int32) {
  var bytes = Array((text + "\n").utf8)[...]
  while !bytes.isEmpty {
    let written = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
    guard written > 0 else { return }
    bytes = bytes.dropFirst(written)
  }
}

/// What is wrong with what was asked for or with where it runs.
struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// The machine as a line of text, with what it was busy with before.
func machine() -> String {
  let processors = ProcessInfo.processInfo.activeProcessorCount
  return "\(processor()), \(processors) processors, load \(figure(load()))"
}

/// Processes that ran or wanted to, on average over the last minute.
func load() -> Double {
  var load = [Double](repeating: 0, count: 1)
  unsafe getloadavg(&load, 1)
  return load[0]
}

private func processor() -> String {
  #if os(Linux)
    let lines = ((try? readText("/proc/cpuinfo")) ?? "").split(separator: "\n")
    let name = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
    return name.map { String($0.drop { $0 == " " }) } ?? "unknown processor"
  #else
    var size = 256
    var name = [CChar](repeating: 0, count: size)
    unsafe sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0)
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  #endif
}
