import CZlib

/// A running gzip decompression.
///
/// zlib keeps the address of its state, hence the place of its own.
@safe package final class Inflater {
  package enum Outcome: Equatable {
    /// Wants more input or more room.
    case going
    /// A whole gzip member ended, its checksum and length were right.
    case memberEnded
    /// What is wrong, in zlib's words.
    case failed(String)
  }

  private let stream: UnsafeMutablePointer<z_stream>

  package init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 16 asks for the gzip format alone.
    let status = unsafe inflateInit2_(
      stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib starts unless memory is exhausted")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Decompresses from `input[from..<end]` to `output[at...]`, moving both positions.
  package func inflate(
    _ input: inout [UInt8], from: inout Int, end: Int, into output: inout [UInt8], at: inout Int
  ) -> Outcome {
    let (start, place) = (from, at)
    let status = unsafe input.withUnsafeMutableBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe stream.pointee.next_in = source.baseAddress! + start
        unsafe stream.pointee.avail_in = UInt32(end - start)
        unsafe stream.pointee.next_out = target.baseAddress! + place
        unsafe stream.pointee.avail_out = UInt32(min(target.count - place, 1 << 30))
        return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
      }
    }
    let room = min(output.count - place, 1 << 30)
    from = end - Int(unsafe stream.pointee.avail_in)
    at = place + room - Int(unsafe stream.pointee.avail_out)
    switch status {
    case Z_OK, Z_BUF_ERROR: return .going
    case Z_STREAM_END: return .memberEnded
    default:
      let message = unsafe stream.pointee.msg
      return .failed(unsafe message.map { unsafe String(cString: $0) } ?? "error \(status)")
    }
  }

  /// Makes ready for another member that follows.
  package func restart() { unsafe inflateReset(stream) }
}
