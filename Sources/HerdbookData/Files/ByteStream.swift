import Crypto
import HerdbookCompression

/// The uncompressed bytes of a file, plain or gzip (told by its first bytes, not by its name), and
/// their SHA-256.
struct ByteStream: ~Copyable {
  private let file: OpenFile
  private var input: [UInt8]
  private var position = 0
  private var end: Int
  private let inflater: Inflater?
  private var insideMember = true
  private var hash = SHA256()
  /// Said at the end of each error: how to get the right file.
  private let advice: String
  /// Uncompressed bytes so far.
  private(set) var delivered = 0

  var path: String { file.path }
  var stamp: FileStamp { file.stamp }
  var isCompressed: Bool { inflater != nil }

  init(_ path: String, advice: String) throws(DataError) {
    let file = try OpenFile(path)
    var input = [UInt8](repeating: 0, count: 1 << 18)
    end = try file.read(into: &input)
    inflater = end >= 2 && input[0] == 0x1f && input[1] == 0x8b ? Inflater() : nil
    self.input = input
    self.file = file
    self.advice = advice
  }

  /// Fills `bytes`, or stops at the file's end; the number of bytes written.
  mutating func read(into bytes: inout [UInt8]) throws(DataError) -> Int {
    var filled = 0
    while filled < bytes.count, try refill() {
      if let inflater {
        try decompress(with: inflater, into: &bytes, at: &filled)
      } else {
        let count = min(end - position, bytes.count - filled)
        bytes.replaceSubrange(filled..<(filled + count), with: input[position..<(position + count)])
        position += count
        filled += count
      }
    }
    unsafe bytes.withUnsafeBytes {
      unsafe hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<filled]))
    }
    delivered += filled
    return filled
  }

  private mutating func decompress(
    with inflater: Inflater, into bytes: inout [UInt8], at filled: inout Int
  ) throws(DataError) {
    if !insideMember {
      // Only another gzip member may follow the first.
      guard input[position] == 0x1f else {
        throw damaged("has bytes after the end of its gzip stream")
      }
      inflater.restart()
      insideMember = true
    }
    switch inflater.inflate(&input, from: &position, end: end, into: &bytes, at: &filled) {
    case .going: break
    case .memberEnded: insideMember = false
    case .failed(let words): throw damaged("is a damaged gzip file (\(words))")
    }
  }

  /// Reads on where the input is used up; false at the file's end.
  private mutating func refill() throws(DataError) -> Bool {
    if position < end { return true }
    position = 0
    end = try file.read(into: &input)
    if end > 0 { return true }
    if inflater != nil, insideMember {
      throw damaged(
        "is truncated: its gzip stream breaks off after \(file.stamp.size) bytes")
    }
    return false
  }

  /// Makes sure that the file ends here and did not change meanwhile, and gives the SHA-256 of
  /// everything read.
  mutating func finish() throws(DataError) -> String {
    var more: [UInt8] = [0]
    if try read(into: &more) > 0 {
      throw damaged("goes on after the \(delivered - 1) bytes that its header promises")
    }
    guard FileStamp(descriptor: file.descriptor) == file.stamp else {
      throw DataError(.unreadable, path: path, "was changed while it was read; try again")
    }
    return hexadecimal(hash.finalize())
  }

  func damaged(_ found: String) -> DataError {
    DataError(.damaged, path: path, "\(found); \(advice)")
  }
}

/// Bytes as lowercase hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}

/// The SHA-256 of a text in hexadecimal digits.
func sha256(_ text: String) -> String {
  hexadecimal(SHA256.hash(data: Array(text.utf8)))
}

/// The SHA-256 of a file's bytes as they lie on disk.
func sha256(file path: String) throws(DataError) -> String {
  let file = try OpenFile(path)
  var buffer = [UInt8](repeating: 0, count: 1 << 18)
  var hash = SHA256()
  while true {
    let count = try file.read(into: &buffer)
    if count == 0 { return hexadecimal(hash.finalize()) }
    unsafe buffer.withUnsafeBytes {
      unsafe hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count]))
    }
  }
}

/// The SHA-256 of a file's uncompressed bytes.
func sha256(uncompressed path: String) throws(DataError) -> String {
  var stream = try ByteStream(path, advice: "it is not the file that was asked for")
  var buffer = [UInt8](repeating: 0, count: 1 << 18)
  while try stream.read(into: &buffer) == buffer.count {}
  return try stream.finish()
}
