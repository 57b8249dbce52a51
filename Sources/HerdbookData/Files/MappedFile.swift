#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of a file in memory, read by the system when they are touched and shared between
/// processes.
///
/// Immutable from here; whoever replaces the file does so by renaming, which leaves this mapping as
/// it was.
@safe final class MappedFile: Sendable {
  nonisolated(unsafe) private let start: UnsafeRawPointer
  let count: Int

  /// Maps the first `count` bytes; nil where the system refuses or `count` is 0.
  init?(descriptor: Int32, count: Int) {
    guard count > 0,
      let mapped = unsafe mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0),
      unsafe mapped != MAP_FAILED
    else { return nil }
    unsafe start = UnsafeRawPointer(mapped)
    self.count = count
  }

  deinit { unsafe munmap(UnsafeMutableRawPointer(mutating: start), count) }

  /// The bytes; valid while this object lives.
  var bytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: start, count: count)
  }

  /// A copy of some of the bytes.
  func copy(_ range: Range<Int>) -> [UInt8] {
    unsafe Array(UnsafeRawBufferPointer(rebasing: bytes[range]))
  }
}
