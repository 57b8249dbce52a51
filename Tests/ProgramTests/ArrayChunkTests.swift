import Testing
import herdbook

@Suite("job arrays")
struct ArrayChunkTests {
  @Test("numbers are written as schedulers write them, and read again")
  func numbers() {
    for (numbers, text) in [
      ([0], "0"), ([0, 1, 2, 5, 7, 8], "0-2,5,7-8"), ([3, 5, 7], "3,5,7"), ([], ""),
    ] {
      #expect(TaskNumbers(numbers).text == text)
      #expect(TaskNumbers(numbers).count == numbers.count)
      if !numbers.isEmpty { #expect(TaskNumbers(text) == TaskNumbers(numbers)) }
    }
    for text in ["", "a", "3-1", "1,", "-1", "1-2-3", "5,2", "1-4,4"] {
      #expect(TaskNumbers(text) == nil, "\(text)")
    }
  }

  @Test(
    "every run is in one task and no other, numbers stay below the limit, and tasks without runs are not made",
    arguments: [1, 2, 7], [1, 20, 1001])
  func chunks(pack: Int, arraySize: Int) {
    for places in [[0], Array(0..<60), [3, 4, 19, 20, 21, 399, 400, 5000], Array(0..<2500)] {
      let chunks = ArrayChunk.chunks(ofRuns: places, pack: pack, arraySize: arraySize)
      var taken: [Int] = []
      for chunk in chunks {
        #expect(chunk.tasks.count > 0)
        for number in chunk.tasks.ranges.joined() {
          #expect((0..<arraySize).contains(number))
          let first = (number + chunk.offset) * pack
          let own = places.filter { (first..<first + pack).contains($0) }
          #expect(!own.isEmpty)
          taken += own
        }
      }
      #expect(taken == places)
      #expect(chunks == chunks.sorted { $0.offset < $1.offset })
    }
    #expect(ArrayChunk.chunks(ofRuns: [], pack: pack, arraySize: arraySize).isEmpty)
  }

  @Test("sixty runs in pairs, with a limit of twenty, are two arrays")
  func example() {
    #expect(
      ArrayChunk.chunks(ofRuns: Array(0..<60), pack: 2, arraySize: 20) == [
        ArrayChunk(offset: 0, tasks: TaskNumbers(0..<20)),
        ArrayChunk(offset: 20, tasks: TaskNumbers(0..<10)),
      ])
  }
}
