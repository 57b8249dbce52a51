import HerdbookSpec
import Testing

@Suite("Did you mean")
struct NearestNameTests {
  @Test(
    "the distance counts insertions, deletions, replacements and swaps",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "acb", 1),
      ("mutatoin", "mutation", 1), ("kitten", "sitting", 3), ("ca", "abc", 3),
    ])
  func distance(first: String, second: String, expected: Int) {
    #expect(editDistance(first, second) == expected)
    #expect(editDistance(second, first) == expected)
  }

  @Test(
    "one edit in three characters is forgiven, and no more",
    arguments: [
      ("mutatoin", "mutation"), ("seeds", "seed"), ("sed", "seed"), ("iteratons", "iterations"),
      ("Iterations", "iterations"), ("itrtins", "iterations"), ("itrtns", nil), ("zebra", nil),
      ("", nil), ("x", nil),
    ] as [(String, String?)])
  func nearest(typed: String, expected: String?) {
    #expect(nearestName(to: typed, among: ["seed", "iterations", "mutation"]) == expected)
  }

  @Test(
    "other ways of joining words are forgiven",
    arguments: ["learningRate", "learning_rate", "Learning-Rate", "LEARNING_RATE", "learning rate"])
  func joined(typed: String) {
    #expect(kebabCase(typed) == "learning-rate")
  }
}
