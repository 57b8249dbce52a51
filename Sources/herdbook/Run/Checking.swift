import HerdbookData
import HerdbookSpec

/// Several spec files read at once: all their problems, or all of them.
struct Checking {
  private(set) var good: [ParsedExperiment] = []
  private(set) var bad: [SpecProblems] = []

  init(_ files: [ExperimentFile], places: DataPlaces) throws {
    for file in files {
      do {
        good.append(try file.read(places))
      } catch let problems as SpecProblems {
        bad.append(problems)
      }
    }
  }

  /// The experiments; throws the problems of all files together.
  @discardableResult
  func parsed() throws(Failure) -> [ParsedExperiment] {
    guard bad.isEmpty else {
      throw Failure(.invalid, bad.map(\.rendered).joined(separator: "\n"))
    }
    return good
  }
}
