import HerdbookBundle
import HerdbookSpec

/// A bundle as it is named on the command line.
enum BundleArgument {
  /// A name, or the path of a bundle's folder.
  case present(String)
  /// As it was committed to git.
  case committed(name: String, revision: String)

  init(_ argument: String) {
    let parts = argument.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
      .map(String.init)
    if parts.count == 2, (try? checkExperimentName(parts[0])) != nil {
      self = .committed(name: parts[0], revision: parts[1])
    } else {
      self = .present(argument)
    }
  }

  var isCommitted: Bool {
    if case .committed = self { true } else { false }
  }

  /// The bundle, which has a manifest and may not be sound.
  ///
  /// - Parameter folder: where it is written that is taken out of git.
  func open(_ options: ProjectOptions, in folder: String) throws -> Bundle {
    switch self {
    case .present(let argument):
      return try NamedBundle(argument, in: options.project).bundle
    case .committed(let name, let revision):
      try Disk().createFolders(folder)
      try extract(name, at: revision, of: options.project(), into: folder)
      let bundle = Bundle(folder: "\(folder)/\(name)")
      try bundle.checkIsBundle("\(name)@\(revision)")
      return bundle
    }
  }
}
