/// Floats at an address that is a multiple of 64 bytes, zero at first; the storage of weights.
///
/// It is written by its one owner and shared only once it no longer changes.
@safe
package final class AlignedFloats: @unchecked Sendable {
  package let count: Int
  package let base: UnsafeMutablePointer<Float>

  package init(count: Int) {
    self.count = count
    let capacity = max(count, 16)
    unsafe base = UnsafeMutableRawPointer.allocate(
      byteCount: capacity * MemoryLayout<Float>.stride, alignment: 64
    ).bindMemory(to: Float.self, capacity: capacity)
    unsafe base.update(repeating: 0, count: capacity)
  }

  /// A copy of the same length.
  package convenience init(copying other: AlignedFloats) {
    self.init(count: other.count)
    unsafe base.update(from: other.base, count: count)
  }

  deinit { unsafe UnsafeMutableRawPointer(base).deallocate() }
}
