import HerdbookAnalysis
import Testing

@Suite("Gains of descent")
struct GainsOfDescentTests {
  //       0        1
  //     2   3      4
  //     5   6
  private let parents = [-1, -1, 0, 0, 1, 2, 3]
  private let fitness = [1.0, 2.0, 1.5, 0.5, 2.25, 3.5, .nan]

  @Test("gains of a line add up to the difference of its ends, against those of all births")
  func byHand() {
    let gains = GainsOfDescent(line: [0, 2, 5], parents: parents, fitness: fitness)
    #expect(gains.gains == [0.5, 2])
    #expect(gains.total == 2.5)
    #expect(gains.median == 1.25)
    // python3 -c "import numpy; print(numpy.median([0.5, -0.5, 0.25, 2.0]))"
    #expect(gains.medianOfAll == 0.375)
    #expect(gains.births == 4)
    #expect(gains.share(ofBest: 1) == 0.8)
    #expect(gains.share(ofBest: 2) == nil)
  }

  @Test("a founder alone has no gains")
  func founder() {
    let gains = GainsOfDescent(line: [1], parents: parents, fitness: fitness)
    #expect(gains.gains.isEmpty && gains.total == 0 && gains.median.isNaN)
    #expect(gains.greatest(3).isEmpty)
  }

  @Test("a network that diverged has no gain, and comes last")
  func diverged() {
    let gains = GainsOfDescent(line: [0, 3, 6], parents: parents, fitness: fitness)
    #expect(gains.gains[0] == -0.5 && gains.gains[1].isNaN && gains.total.isNaN)
    #expect(gains.share(ofBest: 1) == nil)
    #expect(gains.greatest(1) == [1] && gains.greatest(2) == [0, 1])
  }

  @Test("of many births the greatest of each stretch of the line is drawn")
  func stretches() {
    let fitness: [Double] = [0, 1, 1.5, 5.5, 5.25, 6.25, 6.5]
    let gains = GainsOfDescent(
      line: Array(0...6), parents: [-1, 0, 1, 2, 3, 4, 5], fitness: fitness)
    #expect(gains.gains == [1, 0.5, 4, -0.25, 1, 0.25])
    #expect(gains.greatest(6) == [0, 1, 2, 3, 4, 5] && gains.greatest(9) == gains.greatest(6))
    // The last is the champion's own.
    #expect(gains.greatest(3) == [0, 2, 5] && gains.greatest(2) == [2, 5])
    #expect(gains.greatest(4) == [0, 2, 3, 5])
  }

  @Test("what lost counts against the best")
  func losses() {
    let gains = GainsOfDescent(
      line: [0, 1, 2, 3], parents: [-1, 0, 1, 2], fitness: [0, 2, 1, 1.5])
    #expect(gains.gains == [2, -1, 0.5])
    #expect(gains.share(ofBest: 1) == 2 / 1.5)
    #expect(gains.greatest(2) == [0, 2])
  }
}
