/// Floats at an address that is a multiple of 64 bytes, zero at first; the storage of weights.
///
/// It is written by its one owner and shared only once it no longer changes.
@safe
package final class AlignedFloats: @unchecked Sendable {
  package let count: Int
  package let base: UnsafeMutablePointer<Float>
  private let memory: UnsafeMutableRawPointer

  private static let alignment = 64

  package init(count: Int) {
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
    unsafe base.update(repeating: 0, count: capacity)
  }

  /// A copy of the same length.
  package convenience init(copying other: AlignedFloats) {
    self.init(count: other.count)
    unsafe base.update(from: other.base, count: count)
  }

  deinit { unsafe memory.deallocate() }
}
