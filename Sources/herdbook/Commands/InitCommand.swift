import ArgumentParser
import HerdbookBundle

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a project: Experiments with a schema for editors, Results and .gitignore.",
    discussion: """
      What is there already stays as it is, but for Experiments/.schema.json, the schema \
      for editors, which is renewed.

      EXAMPLES:
        herdbook init                 in this folder
        herdbook init ~/studies/drift
      """)

  @Argument(help: "The folder; this one unless given.") var folder = "."

  private static let ignored = [
    "/Results/.partial/", "/Results/.log/", "/Results/*/runs/*/weights/", "/Data/",
  ]

  func run() throws {
    let root = Path.absolute(folder)
    let files = Disk()
    try files.createFolders("\(root)/Experiments")
    try files.createFolders("\(root)/Results")
    let path = "\(root)/.gitignore"
    let old =
      Path.isFile(path)
      ? String(decoding: try files.read(path, limit: 1 << 20), as: UTF8.self) : ""
    let lines = Set(old.split(separator: "\n").map(String.init))
    let missing = InitCommand.ignored.filter { !lines.contains($0) }
    if !missing.isEmpty {
      let start = old.isEmpty || old.hasSuffix("\n") ? old : old + "\n"
      let text = start + missing.map { "\($0)\n" }.joined()
      try files.write(Array(text.utf8), to: path, how: .replace)
    }
    _ = try Project(root: root).renewEditorSchema()
    let place = folder == "." ? "" : " -C \(folder)"
    Terminal.say("\(Path.shown(root)) is a project; begin with: herdbook new NAME\(place)")
  }
}
