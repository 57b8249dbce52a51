import HerdbookModel

/// Tensors and texts about them in one file, in the format of the `safetensors` libraries: the
/// length of a header in eight bytes, the header in JSON, the numbers in little-endian order.
package struct Safetensors: Sendable, Equatable {
  /// No two have one name.
  package var tensors: [Tensor]
  package var metadata: [String: String]

  package init(tensors: [Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The file, the same bytes whatever the order of `tensors`.
  ///
  /// Data lies without gaps, the widest type first and then by name, so that every tensor is
  /// aligned; the header is padded with spaces to a multiple of eight. Every NaN is the canonical
  /// one.
  package var bytes: [UInt8] {
    let ordered = tensors.sorted {
      $0.element.width != $1.element.width
        ? $0.element.width > $1.element.width
        : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    var header: [String: JSONValue] = [:]
    if !metadata.isEmpty {
      header[Safetensors.metadataKey] = .object(metadata.mapValues { .text($0) })
    }
    var size = 0
    for tensor in ordered {
      let end = size + tensor.values.count * tensor.element.width
      let entry = JSONValue.object([
        "dtype": .text(tensor.element.rawValue),
        "shape": .list(tensor.shape.map { .integer($0) }),
        "data_offsets": .list([.integer(size), .integer(end)]),
      ])
      precondition(header.updateValue(entry, forKey: tensor.name) == nil, "two tensors of one name")
      size = end
    }
    var text = Array(JSONValue.object(header).compact.utf8)
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + text.count + size)
    append(UInt64(text.count), to: &bytes)
    bytes.append(contentsOf: text)
    for tensor in ordered {
      switch tensor.element {
      case .float32:
        for value in tensor.values {
          append(value.isNaN ? 0x7FC0_0000 : value.bitPattern, to: &bytes)
        }
      case .float16:
        for value in tensor.values { append(Binary16.bits(value), to: &bytes) }
      }
    }
    return bytes
  }

  static let metadataKey = "__metadata__"

  private func append<Word: FixedWidthInteger & UnsignedInteger>(
    _ word: Word, to bytes: inout [UInt8]
  ) {
    for byte in 0..<Word.bitWidth / 8 {
      bytes.append(UInt8(truncatingIfNeeded: word >> Word(8 * byte)))
    }
  }
}
