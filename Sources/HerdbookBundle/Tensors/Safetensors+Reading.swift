import HerdbookModel

extension Safetensors {
  /// Reads a file whose header accounts for every byte of it: tensors without overlap or gap, each
  /// as long as its shape says, of type F32 or F16.
  ///
  /// Nothing is allocated by what a header claims before the file is seen to hold it. Tensors come
  /// in the order of their data.
  package init(parsing bytes: [UInt8], file: String) throws(BundleError) {
    func fault(_ place: String, _ problem: String) -> BundleError {
      .malformed(file: file, place: place, problem: problem)
    }
    guard bytes.count >= 8 else {
      throw fault(
        "", "holds \(bytes.count) bytes; a safetensors file begins with 8 bytes of length")
    }
    let length = word(bytes, at: 0, as: UInt64.self)
    guard length <= UInt64(bytes.count - 8) else {
      throw fault("header", "is to have \(length) bytes; only \(bytes.count - 8) follow")
    }
    let start = 8 + Int(length)
    guard bytes[8..<start].first == UInt8(ascii: "{") else {
      throw fault("header", "does not begin with '{'; is this a safetensors file?")
    }
    let header = try JSONMembers(
      JSONValue(
        parsing: Array(bytes[8..<start]), file: file,
        limits: JSONValue.Limits(bytes: 8 << 20, depth: 4, values: 200_000)),
      file: file, place: "header")
    var stretches: [Stretch] = []
    for name in header.members.keys.sorted() where name != Safetensors.metadataKey {
      stretches.append(try Stretch(name: name, entry: header.object(name), file: file))
    }
    stretches.sort { ($0.begin, $0.end) < ($1.begin, $1.end) }
    var offset = 0
    for stretch in stretches {
      guard stretch.begin == offset else {
        throw fault(
          "tensor '\(stretch.name)'",
          "begins at \(stretch.begin); the data before it end at \(offset)")
      }
      offset = stretch.end
    }
    guard offset == bytes.count - start else {
      throw fault("", "holds \(bytes.count - start) bytes of data; its tensors take \(offset)")
    }
    tensors = stretches.map { $0.tensor(of: bytes, from: start) }
    metadata =
      header.members[Safetensors.metadataKey] == nil
      ? [:] : try header.object(Safetensors.metadataKey).texts()
  }
}

/// One tensor as the header tells of it: its place in the data, which its shape confirms.
private struct Stretch {
  var name: String
  var element: Tensor.Element
  var shape: [Int]
  var begin: Int
  var end: Int

  init(name: String, entry: JSONMembers, file: String) throws(BundleError) {
    func fault(_ problem: String) -> BundleError {
      .malformed(file: file, place: "tensor '\(name)'", problem: problem)
    }
    guard entry.members.count == 3 else {
      throw fault("has \(entry.members.count) members; dtype, shape and data_offsets belong there")
    }
    let type = try entry.text("dtype")
    guard let element = Tensor.Element(rawValue: type) else {
      throw fault("is of type \(type); only F32 and F16 are read")
    }
    func sizes(_ key: String) throws(BundleError) -> [Int] {
      var sizes: [Int] = []
      for value in try entry.list(key) {
        guard case .integer(let size) = value, size >= 0 else {
          throw fault("\(key) holds \(value.compact.prefix(40)); whole numbers from 0 belong there")
        }
        sizes.append(size)
      }
      return sizes
    }
    shape = try sizes("shape")
    let offsets = try sizes("data_offsets")
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw fault("data_offsets are \(offsets); a begin and an end belong there")
    }
    var size = element.width
    for length in shape {
      let (product, overflows) = size.multipliedReportingOverflow(by: length)
      guard !overflows else { throw fault("the shape \(shape) is too large") }
      size = product
    }
    guard size == offsets[1] - offsets[0] else {
      throw fault("takes \(offsets[1] - offsets[0]) bytes; its shape \(shape) needs \(size)")
    }
    self.name = name
    self.element = element
    begin = offsets[0]
    end = offsets[1]
  }

  func tensor(of bytes: [UInt8], from start: Int) -> Tensor {
    let places = stride(from: start + begin, to: start + end, by: element.width)
    let values: [Float] =
      switch element {
      case .float32: places.map { Float(bitPattern: word(bytes, at: $0, as: UInt32.self)) }
      case .float16: places.map { Binary16.value(word(bytes, at: $0, as: UInt16.self)) }
      }
    return Tensor(name: name, shape: shape, element: element, values: values)
  }
}

/// A little-endian number in bytes.
private func word<Word: FixedWidthInteger>(
  _ bytes: [UInt8], at offset: Int, as type: Word.Type
) -> Word {
  var word: Word = 0
  for byte in 0..<Word.bitWidth / 8 { word |= Word(bytes[offset + byte]) << Word(8 * byte) }
  return word
}
