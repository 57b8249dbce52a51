import ArgumentParser
import HerdbookBundle

struct GitSetupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "git-setup",
    abstract: "Let git show bundles: what changed in weights, manifests and compressed tables.",
    discussion: """
      A block of lines goes into the project's .gitattributes, for everybody, and drivers into \
      the configuration of this clone. 'git diff' then counts what changed in weights layer by \
      layer, and tells of a manifest what became of the result; --no-ext-diff --no-textconv \
      shows what it showed before. Lines and settings that are there already stay.

      EXAMPLES:
        herdbook git-setup
        herdbook git-setup --remove
      """)

  @Flag(help: "Take the block and the drivers away again.") var remove = false
  @OptionGroup var projectOptions: ProjectOptions

  func run() throws {
    let project = try projectOptions.project()
    let git = try Git(around: project.root)
    let path = "\(project.root)/.gitattributes"
    let old = Path.exists(path) ? try Disk().read(path, limit: 1 << 20) : nil
    guard let attributes = GitAttributes(old ?? []) else {
      throw Failure(
        .invalid,
        "error: \(Path.shown(path)): the block of git-setup has lost its begin or its end, or is there"
          + " twice; remove its lines")
    }
    if remove {
      try removeAttributes(attributes.withoutBlock, old, path)
      try removeDrivers(git)
    } else {
      try checkDrivers(git)
      if attributes.withBlock != old {
        try Disk().write(attributes.withBlock, to: path, how: .replace)
        Terminal.say("\(Path.shown(path)): written; commit it, so that it is there for everybody")
      } else {
        Terminal.say("\(Path.shown(path)): up to date")
      }
      try setDrivers(git)
    }
  }

  /// Drivers of our names that somebody else made stay theirs.
  private func checkDrivers(_ git: Git) throws(Failure) {
    for driver in GitDriver.allCases {
      let section = "diff.\(driver.name)"
      let pattern = "^diff\\.\(driver.name)\\."
      for (key, value) in try git.settings(matching: pattern)
      where !GitDriver.isOurs(key: key, value: value) {
        throw Failure(
          .usage,
          "error: git has a diff driver '\(driver.name)' that is not Herdbook's: \(key) = \(value);"
            + " take it away with: git config --remove-section \(section)")
      }
    }
  }

  private func setDrivers(_ git: Git) throws(Failure) {
    let program = Path.ofProgram
    for driver in GitDriver.allCases {
      for (key, value) in driver.settings(program: program) { try git.set(key, value) }
    }
    Terminal.say("diff drivers of this clone: set, with \(program)")
  }

  private func removeAttributes(_ new: [UInt8], _ old: [UInt8]?, _ path: String) throws {
    guard let old, new != old else { return Terminal.say("\(Path.shown(path)): has no block") }
    if new.isEmpty {
      try Disk().removeFile(path)
    } else {
      try Disk().write(new, to: path, how: .replace)
    }
    Terminal.say("\(Path.shown(path)): \(new.isEmpty ? "removed" : "without its block again")")
  }

  private func removeDrivers(_ git: Git) throws(Failure) {
    for driver in GitDriver.allCases {
      let known = try git.settings(matching: "^diff\\.\(driver.name)\\.")
      for (key, _) in driver.settings(program: "") where try git.has(key) {
        guard known.allSatisfy({ $0.key != key || GitDriver.isOurs(key: key, value: $0.value) })
        else { continue }
        try git.unset(key)
      }
      try git.removeReference(driver.cache)
    }
    Terminal.say("diff drivers of this clone: removed")
  }
}
