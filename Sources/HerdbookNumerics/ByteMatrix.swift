/// Rows of bytes that never change: images, in memory of our own or in a mapped file.
///
/// Row r begins at r * stride and holds `columns` bytes; what follows up to the stride is zero.
@safe
package struct ByteMatrix: @unchecked Sendable {
  package let rows: Int
  package let columns: Int
  package let stride: Int
  private let owner: AnyObject
  private let base: UnsafePointer<UInt8>

  /// Bytes in memory of our own.
  @safe
  private final class Memory {
    let base: UnsafeMutablePointer<UInt8>
    init(count: Int) {
      unsafe base = UnsafeMutableRawPointer.allocate(byteCount: max(count, 64), alignment: 64)
        .bindMemory(to: UInt8.self, capacity: max(count, 64))
      unsafe base.update(repeating: 0, count: max(count, 64))
    }
    deinit { unsafe UnsafeMutableRawPointer(base).deallocate() }
  }

  /// Rows in memory that `owner` keeps alive and unchanged, such as a mapped file.
  package init(
    unsafeRows rows: Int, columns: Int, stride: Int, base: UnsafePointer<UInt8>, owner: AnyObject
  ) {
    precondition(stride >= columns, "a row fits its stride")
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.owner = owner
    unsafe self.base = base
  }

  /// Rows of our own; `fill` writes the bytes of each row, on any of `threads` threads.
  package init(
    rows: Int, columns: Int, threads: Int = 1,
    fill: @escaping @Sendable (Int, inout MutableSpan<UInt8>) -> Void
  ) {
    let stride = (columns + 63) / 64 * 64
    let memory = Memory(count: rows * stride)
    unsafe self.init(
      unsafeRows: rows, columns: columns, stride: stride, base: memory.base, owner: memory)
    let target = unsafe Target(base: memory.base)
    _ = parallelMap(count: rows, threads: threads) { row in
      let start = unsafe target.base + row * stride
      var span = unsafe MutableSpan(_unsafeStart: start, count: columns)
      fill(row, &span)
    }
  }

  @safe
  private struct Target: @unchecked Sendable {
    let base: UnsafeMutablePointer<UInt8>
  }

  /// The bytes of one row.
  package func row(_ index: Int) -> [UInt8] {
    precondition(index >= 0 && index < rows, "a row of the matrix")
    return unsafe Array(UnsafeBufferPointer(start: base + index * stride, count: columns))
  }

  /// Calls `body` with the address of row 0; rows are `stride` bytes apart.
  package func withUnsafeBase<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
    let result = unsafe body(base)
    extendLifetime(self)
    return result
  }
}
