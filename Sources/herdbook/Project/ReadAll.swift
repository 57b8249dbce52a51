import HerdbookData
import HerdbookSpec

/// Reads several spec files; throws the problems of all of them together, those of a file that several
/// inherit from once.
func readAll(
  _ files: [ExperimentFile], _ project: Project, _ places: DataPlaces,
  overrides: [String] = [], as alias: String? = nil
) throws -> [LoadedExperiment] {
  var loaded: [LoadedExperiment] = []
  var problems: [SpecProblems] = []
  for file in files {
    do {
      loaded.append(
        try file.read(project, places, overrides: overrides, as: alias))
    } catch var found as SpecProblems {
      found.issues.removeAll { issue in
        problems.contains { known in
          known.issues.contains {
            ($0.file, $0.span.line, $0.span.column, $0.message)
              == (issue.file, issue.span.line, issue.span.column, issue.message)
          }
        }
      }
      problems.append(found)
    }
  }
  guard problems.isEmpty else {
    throw Failure(
      .invalid, problems.filter { !$0.issues.isEmpty }.map(\.text).joined(separator: "\n\n"))
  }
  return loaded
}
