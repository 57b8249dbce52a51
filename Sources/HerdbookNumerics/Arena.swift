#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One stretch of memory that is handed out in pieces and freed as a whole; zero at first.
///
/// What a thread works on lies side by side, on huge pages where the system has them: pages that are
/// scattered fall on the same lines of a cache, which costs a training step up to a third.
@safe
package final class Arena {
  private let base: UnsafeMutableRawPointer
  private let capacity: Int
  private var used = 0

  private static let line = 64
  private static let hugePage = 1 << 21

  /// Room for pieces of `sizes` bytes, in any order.
  package init(sizes: [Int]) {
    let pieces = sizes.reduce(0) { $0 + Arena.rounded($1) }
    // A small arena would waste its huge page.
    let isHuge = pieces >= Arena.hugePage / 8
    capacity =
      isHuge ? (pieces + Arena.hugePage - 1) / Arena.hugePage * Arena.hugePage : pieces
    unsafe base = .allocate(
      byteCount: capacity, alignment: isHuge ? Arena.hugePage : Arena.line)
    #if canImport(Glibc)
      if isHuge { unsafe _ = madvise(base, capacity, Int32(MADV_HUGEPAGE)) }
    #endif
    unsafe _ = base.initializeMemory(as: UInt8.self, repeating: 0, count: pieces)
  }

  deinit { unsafe base.deallocate() }

  private static func rounded(_ size: Int) -> Int { (size + line - 1) / line * line }

  /// The next piece, for `count` values, aligned to 64 bytes.
  package func take<Value: BitwiseCopyable>(
    _ count: Int, of type: Value.Type
  ) -> UnsafeMutablePointer<Value> {
    let size = Arena.rounded(count * MemoryLayout<Value>.stride)
    precondition(used + size <= capacity, "an arena has room for the pieces it was made for")
    defer { used += size }
    return unsafe (base + used).bindMemory(to: type, capacity: count)
  }
}
