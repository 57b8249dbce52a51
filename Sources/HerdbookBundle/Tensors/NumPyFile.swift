import HerdbookModel

/// An array as NumPy keeps it, `.npy` (format 1.0 to 3.0): little-endian numbers in rows, float16, float32 or float64; of
/// the last the nearest binary32 is taken.
package struct NumPyFile: Sendable {
  package let shape: [Int]
  package let values: [Float]

  package init(parsing bytes: [UInt8], file: String) throws(BundleError) {
    func fault(_ problem: String) -> BundleError {
      .malformed(file: file, place: "", problem: problem)
    }
    let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    guard bytes.count > 12, Array(bytes[0..<6]) == magic else {
      throw fault("is no .npy file: it does not begin with \\x93NUMPY")
    }
    let isShort = bytes[6] == 1
    let length =
      isShort
      ? Int(bytes[8]) | Int(bytes[9]) << 8
      : (0..<4).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let start = (isShort ? 10 : 12) + length
    guard (1...3).contains(bytes[6]), start <= bytes.count else {
      throw fault("has a header that its format does not allow")
    }
    let header = String(decoding: bytes[(isShort ? 10 : 12)..<start], as: UTF8.self)
    func value(_ key: String, from open: Character, to close: Character) -> Substring? {
      guard let place = header.range(of: "'\(key)':") else { return nil }
      let rest = header[place.upperBound...].drop { $0 == " " }
      guard rest.first == open, let end = rest.dropFirst().firstIndex(of: close) else { return nil }
      return rest[rest.index(after: rest.startIndex)..<end]
    }
    guard let type = value("descr", from: "'", to: "'"),
      let width = ["<f2": 2, "<f4": 4, "<f8": 8][String(type)]
    else { throw fault("is not of float16, float32 or float64 in little-endian order") }
    guard !header.contains("'fortran_order': True") else {
      throw fault("is in Fortran's order; save numpy.ascontiguousarray of it")
    }
    guard let sizes = value("shape", from: "(", to: ")") else { throw fault("has no shape") }
    let shape = sizes.split(separator: ",").map { part in
      Int(part.filter { $0 != " " })
    }
    guard shape.allSatisfy({ $0 ?? -1 >= 0 }) else { throw fault("has the shape (\(sizes))") }
    self.shape = shape.compactMap(\.self)
    var count = 1
    for size in self.shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: size)
      guard !overflows else { throw fault("has the shape (\(sizes))") }
      count = product
    }
    guard bytes.count - start == count * width else {
      throw fault("holds \(bytes.count - start) bytes; the shape (\(sizes)) needs \(count * width)")
    }
    values = stride(from: start, to: bytes.count, by: width).map { place in
      let bits = (0..<width).reduce(UInt64(0)) { $0 | UInt64(bytes[place + $1]) << (8 * $1) }
      return switch width {
      case 2: Binary16.value(UInt16(bits))
      case 4: Float(bitPattern: UInt32(bits))
      default: Float(Double(bitPattern: bits))
      }
    }
  }
}

extension String {
  /// The first place of a text in this one.
  fileprivate func range(of text: String) -> Range<String.Index>? {
    var place = startIndex
    while place < endIndex {
      if self[place...].hasPrefix(text) {
        return place..<index(place, offsetBy: text.count)
      }
      place = index(after: place)
    }
    return nil
  }
}
