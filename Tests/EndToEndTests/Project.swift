/// A temporary project, with a home of its own so that nobody's cache or data is touched.
final class Project: Sendable {
  private let folder = TemporaryFolder()
  /// The project's folder.
  let path: String
  let home: String

  init() {
    path = "\(folder.path)/project"
    home = "\(folder.path)/home"
    shell("mkdir -p project/Experiments project/Results home bin", in: folder.path)
  }

  /// What the program sees and nothing else.
  func environment(_ more: [String: String] = [:]) -> [String: String] {
    [
      "HOME": home, "XDG_CACHE_HOME": "\(home)/cache", "XDG_DATA_HOME": "\(home)/data",
      "PATH": "\(folder.path)/bin:/usr/bin:/bin", "USER": "ondine-vantongeren",
      "LOGNAME": "ondine-vantongeren",
    ].merging(more) { $1 }
  }

  /// Runs the program with arguments, in a folder of the project, after `preparation` in the shell.
  @discardableResult
  func run(
    _ arguments: String..., in subfolder: String = "", environment: [String: String] = [:],
    after preparation: String = ""
  ) -> Outcome {
    start(arguments, in: subfolder, environment: environment, after: preparation).wait()
  }

  /// Starts the program; the process is the program's own.
  func start(
    _ arguments: [String], in subfolder: String = "", environment: [String: String] = [:],
    after preparation: String = ""
  ) -> RunningShell {
    let command = ([Program.path] + arguments).map(quoted).joined(separator: " ")
    let before = preparation.isEmpty ? "" : "\(preparation); "
    return RunningShell(
      "\(before)exec \(command)", in: subfolder.hasPrefix("/") ? subfolder : "\(path)/\(subfolder)",
      environment: self.environment(environment))
  }

  /// A line of shell in the project; `outside` with the environment of the tests.
  @discardableResult
  func shell(_ line: String, in folder: String? = nil, outside: Bool = false) -> Outcome {
    RunningShell(line, in: folder ?? path, environment: outside ? nil : environment()).wait()
  }

  func spec(_ name: String, _ text: String) { spec(name, Array(text.utf8)) }
  func spec(_ name: String, _ bytes: [UInt8]) {
    write(bytes, to: "\(path)/Experiments/\(name).yaml")
  }

  /// An executable that is found before the system's.
  func standIn(_ name: String, _ script: String) {
    write(Array("#!/bin/sh\n\(script)\n".utf8), to: "\(folder.path)/bin/\(name)")
    shell("chmod +x \(quoted("\(folder.path)/bin/\(name)"))")
  }

  func manifest(_ name: String) -> String { text("\(path)/Results/\(name)/MANIFEST.sha256") }

  /// Every path with the digest of its file, to tell whether anything was touched.
  var listing: String {
    shell("find . | LC_ALL=C sort; find . -type f -exec sha256sum {} + | LC_ALL=C sort").out
  }
}

/// A spec that runs in a moment.
func smallSpec(
  title: String? = nil, seed: Int = 0, iterations: Int = 2, dataset: String = "digits",
  more: String = ""
) -> String {
  """
  \(title.map { "title: \($0)" } ?? "# no title")
  seed: \(seed)
  iterations: \(iterations)
  dataset: {name: \(dataset), train: {from: 0, count: 300}, validation: 100, test: 100}
  network: {layers: [784, 8, 10]}
  population: {size: 4}
  training: {steps: 3, batch: 16}
  \(more)

  """
}
