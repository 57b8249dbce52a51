import HerdbookModel

/// The bytes of a safetensors file piece by piece; its numbers are asked for only then, so that a
/// file of any size takes the memory of one piece. Every NaN is the canonical one.
package struct SafetensorsStream: Sendable, Sequence {
  /// A tensor in pieces that follow each other in its order; `piece` gives that with an index below
  /// `pieces`.
  package struct Part: Sendable {
    package let name: String
    package let shape: [Int]
    let element: Tensor.Element
    let pieces: Int
    package let piece: @Sendable (Int) -> [Float]

    package init(
      name: String, shape: [Int], element: Tensor.Element = .float32, pieces: Int,
      piece: @escaping @Sendable (Int) -> [Float]
    ) {
      self.name = name
      self.shape = shape
      self.element = element
      self.pieces = pieces
      self.piece = piece
    }

    /// A tensor in one piece, or along its first axis.
    package init(_ tensor: Tensor, alongFirstAxis: Bool = false) {
      let pieces = alongFirstAxis ? tensor.shape[0] : 1
      let size = tensor.values.count / Swift.max(1, pieces)
      self.init(name: tensor.name, shape: tensor.shape, element: tensor.element, pieces: pieces) {
        pieces == 1 ? tensor.values : Array(tensor.values[$0 * size..<($0 + 1) * size])
      }
    }

    /// In bytes.
    var size: Int { shape.reduce(element.width, *) }

    /// A piece as it lies in a file.
    func bytes(_ index: Int) -> [UInt8] { element.bytes(piece(index)) }
  }

  /// In the order of the file: the widest type first and then by name, so that data without gaps
  /// are aligned.
  private let parts: [Part]
  private let metadata: [String: String]

  /// No two parts have one name; their order makes no difference.
  package init(parts: [Part], metadata: [String: String] = [:]) {
    self.parts = parts.sorted {
      $0.element.width != $1.element.width
        ? $0.element.width > $1.element.width
        : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    self.metadata = metadata
  }

  package init(_ file: Safetensors) {
    self.init(parts: file.tensors.map { Part($0) }, metadata: file.metadata)
  }

  package func makeIterator() -> Iterator { Iterator(file: self) }

  package struct Iterator: IteratorProtocol {
    let file: SafetensorsStream
    /// The next part and its next piece; before the first is the header.
    var part = -1
    var piece = 0
    /// Numbers of the part that are out.
    var count = 0

    package mutating func next() -> [UInt8]? {
      if part < 0 {
        part = 0
        return file.header
      }
      while part < file.parts.count {
        let source = file.parts[part]
        guard piece < source.pieces else {
          precondition(
            count * source.element.width == source.size, "the pieces of a tensor fill its shape")
          (part, piece, count) = (part + 1, 0, 0)
          continue
        }
        let values = source.piece(piece)
        piece += 1
        count += values.count
        return source.element.bytes(values)
      }
      return nil
    }
  }

  /// The length of the header and the header, padded with spaces to a multiple of eight.
  private var header: [UInt8] {
    var members: [String: JSONValue] = [:]
    if !metadata.isEmpty {
      members[Safetensors.metadataKey] = .object(metadata.mapValues { .text($0) })
    }
    var begin = 0
    for part in parts {
      let entry = JSONValue.object([
        "dtype": .text(part.element.rawValue),
        "shape": .list(part.shape.map { .integer($0) }),
        "data_offsets": .list([.integer(begin), .integer(begin + part.size)]),
      ])
      precondition(members.updateValue(entry, forKey: part.name) == nil, "two tensors of one name")
      begin += part.size
    }
    var text = Array(JSONValue.object(members).compact.utf8)
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    return littleEndian([UInt64(text.count)]) + text
  }
}

extension Tensor.Element {
  /// Numbers as they lie in a file.
  func bytes(_ values: [Float]) -> [UInt8] {
    switch self {
    case .float32: littleEndian(values) { $0.isNaN ? 0x7FC0_0000 : $0.bitPattern }
    case .float16: littleEndian(values) { Binary16.bits($0) }
    }
  }
}

private func littleEndian(_ words: [UInt64]) -> [UInt8] { littleEndian(words) { $0 } }

/// The words of values, one after another, the lowest byte of each first.
@inline(__always)
private func littleEndian<Value, Word: FixedWidthInteger>(
  _ values: [Value], word: (Value) -> Word
) -> [UInt8] {
  let width = MemoryLayout<Word>.size
  return unsafe [UInt8](unsafeUninitializedCapacity: values.count * width) { bytes, count in
    for (index, value) in values.enumerated() {
      unsafe UnsafeMutableRawBufferPointer(bytes).storeBytes(
        of: word(value).littleEndian, toByteOffset: index * width, as: Word.self)
    }
    count = values.count * width
  }
}
