import HerdbookNumerics
import Synchronization
import Testing

@Suite("teams")
struct TeamTests {
  @Test("the parts of a team cover all that there is, in order, in whole groups", arguments: 1...9)
  func parts(size: Int) {
    for (count, group) in [(0, 1), (1, 1), (7, 1), (100, 16), (16, 16), (10, 16), (1000, 16)] {
      let (begins, ends) = ((0..<size).map { _ in Place() }, (0..<size).map { _ in Place() })
      inStep(threads: size) { member in
        #expect(member.size == size)
        let part = member.part(of: count, inGroupsOf: group)
        begins[member.place].value.store(part.lowerBound, ordering: .relaxed)
        ends[member.place].value.store(part.upperBound, ordering: .relaxed)
      }
      var end = 0
      for place in 0..<size {
        #expect(begins[place].value.load(ordering: .relaxed) == end)
        end = ends[place].value.load(ordering: .relaxed)
        #expect(end % group == 0 || end == count)
      }
      #expect(end == count)
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
