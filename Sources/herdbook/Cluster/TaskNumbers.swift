/// Numbers of tasks of a job array, as schedulers write them: `0-14,17`.
package struct TaskNumbers: Sendable, Equatable {
  /// Sorted, none beside another.
  package private(set) var ranges: [ClosedRange<Int>] = []

  /// - Parameter numbers: rising, from 0.
  package init(_ numbers: some Sequence<Int>) {
    for number in numbers {
      if let last = ranges.last, last.upperBound == number - 1 {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
  }

  /// Nil where it is not written so.
  package init?(_ text: String) {
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        0 <= first, first <= last, ranges.last.map({ $0.upperBound < first }) ?? true
      else { return nil }
      ranges.append(first...last)
    }
  }

  package var text: String {
    ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }

  package var count: Int { ranges.reduce(0) { $0 + $1.count } }
}
