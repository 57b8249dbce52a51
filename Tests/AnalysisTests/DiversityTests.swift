import HerdbookAnalysis
import HerdbookNetworks
import Testing

@Suite("Diversity and distances")
struct DiversityTests {
  static let weights = [[0, 0], [3, 4], [0, 4]].map { network([2, 1], [$0]) }
  static let predictions: [[UInt8]] = [[0, 1, 1, 1], [0, 1, 0, 1], [1, 1, 1, 1]]

  @Test("distance and disagreement are means over pairs, by hand", arguments: 1...3)
  func byHand(threads: Int) {
    // Distances 5, 4, 3; disagreements 1/4, 1/4, 2/4.
    let diversity = Diversity(
      PairDistances(weights: Self.weights, predictions: Self.predictions, threads: threads))
    #expect(diversity.distance == 4)
    #expect(diversity.disagreement == 1.0 / 3)
  }

  @Test("there is no diversity below two", arguments: 0...1)
  func few(count: Int) {
    let diversity = Diversity(
      PairDistances(
        weights: Array(Self.weights.prefix(count)),
        predictions: Array(Self.predictions.prefix(count)), threads: 2))
    #expect(diversity.distance.isNaN && diversity.disagreement.isNaN)
  }

  @Test("clones have none")
  func clones() {
    for twin in 0...1 {
      let diversity = Diversity(
        PairDistances(
          weights: [Self.weights[twin], Self.weights[twin]],
          predictions: [Self.predictions[twin], Self.predictions[twin]], threads: 1))
      #expect(diversity.distance == 0 && diversity.disagreement == 0)
    }
  }

  @Test("the table has each pair once, in the order of the population")
  func table() {
    var distances = Distances()
    distances.add(
      generation: 3, ids: [7, 9, 4],
      PairDistances(weights: Self.weights, predictions: Self.predictions, threads: 2))
    distances.add(
      generation: 5, ids: [8, 2],
      PairDistances(
        weights: Array(Self.weights.prefix(2)), predictions: Array(Self.predictions.prefix(2)),
        threads: 2))
    let table = distances.table()
    #expect(table.names == ["generation", "first", "second", "distance", "disagreement"])
    #expect(table.integers("generation") == [3, 3, 3, 5])
    #expect(table.integers("first") == [7, 7, 9, 8])
    #expect(table.integers("second") == [9, 4, 4, 2])
    #expect(table.singles("distance") == [5, 4, 3, 5])
    #expect(table.singles("disagreement") == [0.25, 0.25, 0.5, 0.25])
  }

  @Test("all places are taken up to the limit, above it a sample that its name fixes")
  func sample() {
    #expect(sampledPlaces(5, limit: 5, seed: 1, generation: 2) == [0, 1, 2, 3, 4])
    #expect(sampledPlaces(0, limit: 5, seed: 1, generation: 2) == [])
    let sample = sampledPlaces(100, limit: 64, seed: 1, generation: 2)
    #expect(sample.count == 64 && Set(sample).count == 64 && sample == sample.sorted())
    #expect(sample.allSatisfy { (0..<100).contains($0) })
    #expect(sampledPlaces(100, limit: 64, seed: 1, generation: 2) == sample)
    #expect(sampledPlaces(100, limit: 64, seed: 1, generation: 3) != sample)
    // Each of ten places in half of 2,000 samples, within 4.5 standard errors.
    var counts = [Int](repeating: 0, count: 10)
    for generation in 0..<2000 {
      for place in sampledPlaces(10, limit: 5, seed: 1, generation: generation) {
        counts[place] += 1
      }
    }
    for count in counts {
      #expect((Double(count) - 1000).magnitude < 4.5 * 500.0.squareRoot())
    }
  }
}
