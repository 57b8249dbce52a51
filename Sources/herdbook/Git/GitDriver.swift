/// A diff driver of ours: what git asks Herdbook how to show.
enum GitDriver: String, CaseIterable {
  case weights
  case manifest
  case table

  /// Its name in `.gitattributes` and in git's configuration.
  var name: String { "herdbook-\(rawValue)" }

  /// Where git keeps texts that it was given, since `cachetextconv` is set.
  var cache: String { "refs/notes/textconv/\(name)" }

  /// The keys of its section, with their values for a program at a path.
  func settings(program: String) -> [(key: String, value: String)] {
    var settings = [
      (key: "diff.\(name).textconv", value: command("show", program)),
      (key: "diff.\(name).cachetextconv", value: "true"),
    ]
    // Of a table the text says it all.
    if self != .table { settings.append(("diff.\(name).command", command("diff", program))) }
    return settings
  }

  /// Whether a value of the configuration was written by `git-setup`, of this version or another.
  static func isOurs(key: String, value: String) -> Bool {
    key.hasSuffix(".cachetextconv") || value.contains(" git-driver ")
  }

  /// A line for git's shell, which puts the arguments behind it. A program that is gone, or that fails, must
  /// not end the whole diff, as git would have it.
  private func command(_ verb: String, _ program: String) -> String {
    let word = "'\(program.replacing("'", with: "'\\''"))'"
    return "herdbook() { \(word) git-driver \(verb) \(rawValue) \"$@\""
      + " || echo \"cannot be shown; renew the drivers with: herdbook git-setup\"; }; herdbook"
  }
}
