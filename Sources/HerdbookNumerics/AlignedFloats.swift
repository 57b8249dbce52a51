import Synchronization

/// Floats at an address that is a multiple of 64 bytes; the storage of weights.
///
/// It is written by its one owner and shared only once it no longer changes.
@safe
package final class AlignedFloats: @unchecked Sendable {
  package let count: Int
  /// Where they are; asked for before each use, since what lies in a swap file is counted then.
  package var base: UnsafeMutablePointer<Float> {
    if let swap { swap.file.touch(seen) }
    return unsafe address
  }
  private let address: UnsafeMutablePointer<Float>
  /// What was allocated; nil where they lie in a swap file.
  private let memory: UnsafeMutableRawPointer?
  private let swap: (file: SwapFile, place: Int)?
  private let seen = Atomic<Int>(-1)

  private static let alignment = 64

  /// Whatever was in memory: for who writes all of it before anybody reads.
  package init(uninitialized count: Int) {
    self.count = count
    let capacity = max(count, 16)
    // Aligned here, within a little more than is needed: what an allocator aligned and got back is
    // too short by the alignment for the next of its size (glibc before 2.38), and networks are made
    // and gone by the thousand.
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: capacity * MemoryLayout<Float>.stride + AlignedFloats.alignment,
      alignment: MemoryLayout<Float>.alignment)
    unsafe self.memory = memory
    unsafe address = memory.alignedUp(toMultipleOf: AlignedFloats.alignment)
      .bindMemory(to: Float.self, capacity: capacity)
    swap = nil
    // Vectors reach beyond the end of what is shorter than they are.
    if count < capacity { unsafe base.update(repeating: 0, count: capacity) }
  }

  /// Zeros.
  package convenience init(count: Int) {
    self.init(uninitialized: count)
    unsafe base.update(repeating: 0, count: max(count, 16))
  }

  /// A copy of the same length.
  package convenience init(copying other: AlignedFloats) {
    self.init(uninitialized: other.count)
    unsafe base.update(from: other.base, count: count)
  }

  /// A copy in a swap file of vectors of this length; nil where that has no room for it.
  package init?(copying other: AlignedFloats, in file: SwapFile) {
    precondition(other.count == file.floats, "a swap file holds vectors of one length")
    guard let place = file.take() else { return nil }
    count = other.count
    unsafe address = file.address(of: place).bindMemory(to: Float.self, capacity: max(count, 16))
    unsafe memory = nil
    swap = (file, place)
    guard unsafe overwrite(with: other.base) else { return nil }
  }

  /// Replaces all of them; false where that cannot be done in their swap file, which may hold a part of it then.
  package func overwrite(with values: UnsafePointer<Float>) -> Bool {
    guard let swap else {
      unsafe base.update(from: values, count: count)
      return true
    }
    return unsafe swap.file.write(values, count: count, to: swap.place)
  }

  /// Whether they lie in a swap file.
  package var isSwapped: Bool { swap != nil }

  deinit {
    unsafe memory?.deallocate()
    if let swap { swap.file.giveBack(swap.place) }
  }
}
