import HerdbookData
import HerdbookSpec

/// Reads several spec files; throws the problems of all of them together.
func readAll(
  _ files: [ExperimentFile], _ project: Project, _ places: DataPlaces,
  overrides: [String] = [], as alias: String? = nil
) throws -> [LoadedExperiment] {
  let (loaded, problems) = try read(files, project, places, overrides: overrides, as: alias)
  guard problems.isEmpty else {
    throw Failure(.invalid, problems.map(\.text).joined(separator: "\n\n"))
  }
  return loaded
}

/// Reads several spec files, and finds the problems of those that are wrong; what is wrong in a file
/// that several inherit from is told once.
func read(
  _ files: [ExperimentFile], _ project: Project, _ places: DataPlaces,
  overrides: [String] = [], as alias: String? = nil
) throws -> (loaded: [LoadedExperiment], problems: [SpecProblems]) {
  var loaded: [LoadedExperiment] = []
  var problems: [SpecProblems] = []
  for file in files {
    do {
      loaded.append(try file.read(project, places, overrides: overrides, as: alias))
    } catch var found as SpecProblems {
      found.issues.removeAll { issue in
        problems.contains { known in
          known.issues.contains {
            ($0.file, $0.span.line, $0.span.column, $0.message)
              == (issue.file, issue.span.line, issue.span.column, issue.message)
          }
        }
      }
      if !found.issues.isEmpty { problems.append(found) }
    }
  }
  return (loaded, problems)
}
