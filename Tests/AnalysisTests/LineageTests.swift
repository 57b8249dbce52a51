import HerdbookAnalysis
import HerdbookNumerics
import Testing

@Suite("Lineage")
struct LineageTests {
  @Test("founders, their effective number and the common ancestor's age, by hand")
  func byHand() {
    var lineage = Lineage(size: 4)
    #expect(lineage.founders == [0, 1, 2, 3])
    #expect(lineage.effectiveFounders == 4)
    #expect(lineage.ancestorAge == nil)
    // Two children of 0, one of 1, one of 2; 3 leaves none.
    lineage.append(origins: [0, 0, 1, 2])
    #expect(lineage.founders == [0, 0, 1, 2])
    #expect(lineage.founderCount == 3)
    #expect(lineage.effectiveFounders == 16.0 / 6)
    #expect(lineage.ancestorAge == nil)
    // All descend from the two children of 0.
    lineage.append(origins: [0, 1, 0, 1])
    #expect(lineage.founderCount == 1)
    #expect(lineage.effectiveFounders == 1)
    #expect(lineage.ancestorAge == 2)
    lineage.append(origins: [3, 3, 3, 3])
    #expect(lineage.ancestorAge == 1)
    // Nobody dies: the ancestor grows older.
    lineage.append(origins: [0, 1, 2, 3])
    #expect(lineage.ancestorAge == 2)
    lineage.append(origins: [3, 2, 1, 0])
    #expect(lineage.ancestorAge == 3)
  }

  @Test("a lone line is its own ancestor")
  func one() {
    var lineage = Lineage(size: 1)
    #expect(lineage.ancestorAge == 0)
    lineage.append(origins: [0])
    #expect(lineage.ancestorAge == 0)
    #expect(lineage.effectiveFounders == 1)
  }

  @Test("random genealogies agree with walking each line back", arguments: 0..<20)
  func walks(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: .bootstrap)
    let size = 2 + stream.bounded(6)
    var lineage = Lineage(size: size)
    var history: [[Int]] = []
    for _ in 0..<12 {
      history.append((0..<size).map { _ in stream.bounded(size) })
      lineage.append(origins: history[history.count - 1])
      let lines = (0..<size).map { place in
        history.reversed().reduce(into: [place]) { line, origins in
          line.append(origins[line[line.count - 1]])
        }
      }
      #expect(lineage.founders == lines.map { $0[$0.count - 1] })
      let meeting = (0...history.count).first { age in Set(lines.map { $0[age] }).count == 1 }
      #expect(lineage.ancestorAge == meeting)
      #expect((lineage.founderCount == 1) == (meeting != nil))
    }
  }
}
