import HerdbookData
import HerdbookSpec

/// Reads several spec files; throws the problems of all of them together.
func readAll(
  _ files: [ExperimentFile], _ places: DataPlaces
) throws -> [LoadedExperiment] {
  var loaded: [LoadedExperiment] = []
  var problems: [String] = []
  for file in files {
    do {
      loaded.append(try file.read(places))
    } catch let found as SpecProblems {
      problems.append(found.text)
    }
  }
  guard problems.isEmpty else { throw Failure(.invalid, problems.joined(separator: "\n\n")) }
  return loaded
}
