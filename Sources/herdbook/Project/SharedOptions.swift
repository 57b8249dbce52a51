import ArgumentParser
import HerdbookData

/// Where the project is; every command that works on one has it.
struct ProjectOptions: ParsableArguments {
  @Option(
    name: [.customLong("project"), .customShort("C")],
    help: ArgumentHelp(
      "The project's folder; else the nearest parent of this one that has Experiments.",
      valueName: "dir"))
  var folder: String?

  func project() throws(Failure) -> Project { try Project.find(folder) }
}

/// Where datasets are.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder that holds a folder for each dataset; else HERDBOOK_DATA, Data in the project, and the user's data folder.",
      valueName: "dir"))
  var data: String?
}

/// How many threads work; the number never changes a result.
struct ThreadOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Threads to work with; all processors unless given.", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads); it is from 1 to 1024")
    }
  }

  var count: Int { threads ?? Environment.processors }
}

/// What is laid over a spec for one command.
struct OverrideOptions: ParsableArguments {
  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Lay a value over the spec, as section.key=value, or take one away, as ~section.key; may be repeated.",
      valueName: "key=value"))
  var assignments: [String] = []
  @Option(
    help: ArgumentHelp("Run under as many seeds as this, whatever the spec says.", valueName: "n"))
  var replicates: Int?

  func validate() throws {
    if let replicates, !(1...10_000).contains(replicates) {
      throw ValidationError("--replicates is \(replicates); it is from 1 to 10000")
    }
  }

  /// Throws where what `--set` gives has no name of its own, or several experiments would have one.
  func check(alias: String?, names: [String]) throws {
    if !assignments.isEmpty && alias == nil {
      throw ValidationError(
        "what --set gives is not what the spec says: name its bundle with --as NAME")
    }
    if alias != nil && names.count != 1 {
      let quotes =
        assignments.isEmpty || names.count < 2
        ? "" : " (a value of --set with spaces stands in quotes: --set 'network.layers=[784, 10]')"
      throw ValidationError("--as gives one experiment another name; name that one\(quotes)")
    }
  }

  var overrides: [String] { assignments + (replicates.map { ["replicates=\($0)"] } ?? []) }
}
