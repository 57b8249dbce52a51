/// A job array: as many tasks as a scheduler numbers in one.
package struct ArrayChunk: Sendable, Equatable {
  /// What is added to the number of a task, which a cluster limits.
  package let offset: Int
  package let tasks: TaskNumbers

  package init(offset: Int, tasks: TaskNumbers) {
    self.offset = offset
    self.tasks = tasks
  }

  /// Runs by their places in a plan, rising, as tasks of arrays: a task takes the runs from `(number + offset) * pack` on.
  ///
  /// - Parameter arraySize: the numbers of tasks stay below this.
  package static func chunks(ofRuns places: [Int], pack: Int, arraySize: Int) -> [ArrayChunk] {
    var tasks: [Int] = []
    for place in places where tasks.last != place / pack { tasks.append(place / pack) }
    var chunks: [ArrayChunk] = []
    var rest = tasks[...]
    while let first = rest.first {
      let offset = first / arraySize * arraySize
      let own = rest.prefix { $0 < offset + arraySize }
      chunks.append(ArrayChunk(offset: offset, tasks: TaskNumbers(own.map { $0 - offset })))
      rest = rest.dropFirst(own.count)
    }
    return chunks
  }
}
