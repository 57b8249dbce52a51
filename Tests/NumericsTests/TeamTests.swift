import HerdbookNumerics
import Synchronization
import Testing

@Suite("teams")
struct TeamTests {
  @Test("the parts of a team cover all that there is, in order, in whole groups", arguments: 1...9)
  func parts(size: Int) {
    for (count, group) in [(0, 1), (1, 1), (7, 1), (100, 16), (16, 16), (10, 16), (1000, 16)] {
      let parts = Mutex([Int: Range<Int>]())
      inStep(threads: size) { member in
        let part = member.part(of: count, inGroupsOf: group)
        parts.withLock { $0[member.place] = part }
      }
      let found = parts.withLock { $0 }
      var end = 0
      for place in 0..<found.count {
        #expect(found[place]?.lowerBound == end)
        end = found[place]?.upperBound ?? -1
        #expect(end % group == 0 || end == count)
      }
      #expect(end == count)
      #expect(found.count == size)
    }
  }

  @Test("what a member wrote before a meeting, all read after it", arguments: [1, 2, 3, 8])
  func meetings(size: Int) {
    let places = (0..<size).map { _ in Place() }
    let wrong = Atomic<Int>(0)
    inStep(threads: size) { member in
      for round in 1...2000 {
        places[member.place].value.store(round, ordering: .relaxed)
        member.meet()
        for place in places where place.value.load(ordering: .relaxed) != round {
          wrong.add(1, ordering: .relaxed)
        }
        member.meet()
      }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
  }

  private final class Place: Sendable {
    let value = Atomic<Int>(0)
  }
}
