/// Why a name cannot be an experiment's.
package struct ExperimentNameError: Error, Sendable, Equatable {
  /// The name with what is wrong and what is allowed.
  package let message: String
}

/// Checks that a name can be that of a spec file and of a bundle's folder: 1 to 64 ASCII letters,
/// digits, `-`, `_` and `.`, beginning with a letter, a digit or `_`.
///
/// A leading dot would hide the folder or leave it (`..`), a leading `-` would be read as an option.
package func checkExperimentName(_ name: String) throws(ExperimentNameError) {
  func refuse(_ reason: String) -> ExperimentNameError {
    ExperimentNameError(
      message: "\(quoted(name)) cannot name an experiment: \(reason); "
        + "use letters, digits, '-', '_' and '.'")
  }
  if name.isEmpty { throw refuse("it is empty") }
  for scalar in name.unicodeScalars {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": continue
    case "/", "\\": throw refuse("a name is not a path")
    default: throw refuse("it holds \(quoted(String(scalar)))")
    }
  }
  if name.utf8.count > 64 { throw refuse("it has \(name.utf8.count) characters, more than 64") }
  if name.hasPrefix(".") || name.hasPrefix("-") {
    throw refuse("it begins with \(quoted(String(name.prefix(1))))")
  }
}
