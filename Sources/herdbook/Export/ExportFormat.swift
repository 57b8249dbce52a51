import ArgumentParser

/// What kind of file networks are written to.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  case safetensors
  /// For NumPy.
  case npz
  case csv
  /// What the neurons of the first layer look for, as a picture.
  case png

  init?(argument: String) {
    self.init(rawValue: argument == "npy" ? "npz" : argument)
  }

  /// That of the end of a file's name; nil where it tells of none.
  init?(suffixOf path: String) {
    guard let format = ExportFormat.allCases.first(where: { path.hasSuffix($0.suffix) }) else {
      return nil
    }
    self = format
  }

  var suffix: String { ".\(rawValue)" }
}
