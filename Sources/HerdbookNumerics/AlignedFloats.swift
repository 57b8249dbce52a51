/// Floats at an address that is a multiple of 64 bytes; the storage of weights.
///
/// It is written by its one owner and shared only once it no longer changes.
@safe
package final class AlignedFloats: @unchecked Sendable {
  package let count: Int
  package let base: UnsafeMutablePointer<Float>
  private let memory: UnsafeMutableRawPointer

  private static let alignment = 64

  /// Whatever was in memory: for who writes all of it before anybody reads.
  package init(uninitialized count: Int) {
    self.count = count
    let capacity = max(count, 16)
    // Aligned here, within a little more than is needed: what an allocator aligned and got back is
    // too short by the alignment for the next of its size (glibc before 2.38), and networks are made
    // and gone by the thousand.
    unsafe memory = .allocate(
      byteCount: capacity * MemoryLayout<Float>.stride + AlignedFloats.alignment,
      alignment: MemoryLayout<Float>.alignment)
    unsafe base = memory.alignedUp(toMultipleOf: AlignedFloats.alignment)
      .bindMemory(to: Float.self, capacity: capacity)
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

  deinit { unsafe memory.deallocate() }
}
