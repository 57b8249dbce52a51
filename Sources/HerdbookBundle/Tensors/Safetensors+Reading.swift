import HerdbookModel

extension Safetensors {
  /// Reads a file whose header accounts for every byte of it: tensors without overlap or gap, each
  /// as long as its shape says, of type F32 or F16.
  ///
  /// Nothing is allocated by what a header claims before the file is seen to hold it. Tensors come
  /// in the order of their data.
  package init(parsing bytes: [UInt8], file: String) throws(BundleError) {
    let length = try SafetensorsHeader.length(bytes.prefix(8), of: bytes.count, file: file)
    let header = try SafetensorsHeader(
      parsing: Array(bytes[8..<8 + length]), dataSize: bytes.count - 8 - length, file: file)
    tensors = header.stretches.map { stretch in
      Tensor(
        name: stretch.name, shape: stretch.shape, element: stretch.element,
        values: stretch.values(of: bytes, from: 8 + length))
    }
    metadata = header.metadata
  }
}

/// A safetensors file of which some rows of some tensors are read at a time.
package struct SafetensorsFile: Sendable {
  private let path: String
  private let files: any FileSystem
  private let header: SafetensorsHeader
  /// Where the data begin.
  private let start: Int

  package var metadata: [String: String] { header.metadata }

  package init(_ path: String, files: any FileSystem = Disk()) throws(BundleError) {
    guard let status = try files.status(path), status.kind == .file else {
      throw .malformed(file: path, place: "", problem: "is no file")
    }
    let first = try files.read(path, from: 0, count: min(8, status.size))
    let length = try SafetensorsHeader.length(first[...], of: status.size, file: path)
    header = try SafetensorsHeader(
      parsing: files.read(path, from: 8, count: length), dataSize: status.size - 8 - length,
      file: path)
    start = 8 + length
    self.path = path
    self.files = files
  }

  /// The shape of a tensor; nil where there is none of that name.
  package func shape(of name: String) -> [Int]? { stretch(name)?.shape }

  /// Some of a tensor along its first axis, row by row; nothing where there is none of that name.
  package func values(_ name: String, _ rows: Range<Int>) throws(BundleError) -> [Float] {
    guard let stretch = stretch(name), let count = stretch.shape.first, count > 0 else { return [] }
    let size = (stretch.end - stretch.begin) / count
    let part = Stretch(
      name: name, element: stretch.element, shape: [rows.count] + stretch.shape.dropFirst(),
      begin: 0, end: rows.count * size)
    let bytes = try files.read(
      path, from: start + stretch.begin + rows.lowerBound * size, count: part.end)
    return part.values(of: bytes, from: 0)
  }

  /// All of a tensor.
  package func values(_ name: String) throws(BundleError) -> [Float] {
    try values(name, 0..<(shape(of: name)?.first ?? 0))
  }

  private func stretch(_ name: String) -> Stretch? { header.stretches.first { $0.name == name } }
}

/// What a file says of its tensors, in the order of their data.
struct SafetensorsHeader: Sendable {
  fileprivate let stretches: [Stretch]
  let metadata: [String: String]

  /// The length of the header, from the first eight bytes of a file.
  static func length(
    _ first: ArraySlice<UInt8>, of size: Int, file: String
  ) throws(BundleError) -> Int {
    guard first.count == 8 else {
      throw .malformed(
        file: file, place: "",
        problem: "holds \(size) bytes; a safetensors file begins with 8 bytes of length")
    }
    let length = word(Array(first), at: 0, as: UInt64.self)
    guard length <= UInt64(size - 8) else {
      throw .malformed(
        file: file, place: "header",
        problem: "is to have \(length) bytes; only \(size - 8) follow")
    }
    return Int(length)
  }

  init(parsing bytes: [UInt8], dataSize: Int, file: String) throws(BundleError) {
    func fault(_ place: String, _ problem: String) -> BundleError {
      .malformed(file: file, place: place, problem: problem)
    }
    guard bytes.first == UInt8(ascii: "{") else {
      throw fault("header", "does not begin with '{'; is this a safetensors file?")
    }
    let header = try JSONMembers(
      JSONValue(
        parsing: bytes, file: file,
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
    guard offset == dataSize else {
      throw fault("", "holds \(dataSize) bytes of data; its tensors take \(offset)")
    }
    self.stretches = stretches
    metadata =
      header.members[Safetensors.metadataKey] == nil
      ? [:] : try header.object(Safetensors.metadataKey).texts()
  }
}

/// One tensor as the header tells of it: its place in the data, which its shape confirms.
private struct Stretch: Sendable {
  let name: String
  let element: Tensor.Element
  let shape: [Int]
  let begin: Int
  let end: Int

  init(name: String, element: Tensor.Element, shape: [Int], begin: Int, end: Int) {
    self.name = name
    self.element = element
    self.shape = shape
    self.begin = begin
    self.end = end
  }

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

  /// Its numbers, where data begin at a place in bytes.
  func values(of bytes: [UInt8], from start: Int) -> [Float] {
    let places = stride(from: start + begin, to: start + end, by: element.width)
    return switch element {
    case .float32: places.map { Float(bitPattern: word(bytes, at: $0, as: UInt32.self)) }
    case .float16: places.map { Binary16.value(word(bytes, at: $0, as: UInt16.self)) }
    }
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
