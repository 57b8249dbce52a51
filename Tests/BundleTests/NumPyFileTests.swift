import HerdbookBundle
import Testing

@Suite("NumPy files")
struct NumPyFileTests {
  /// A file with a header and numbers, as `numpy.save` writes it.
  private func file(
    _ type: String, _ shape: String, _ data: [UInt8], order: String = "False", version: UInt8 = 1
  ) -> [UInt8] {
    var header = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }"
    let start = version == 1 ? 10 : 12
    while (start + header.utf8.count + 1) % 64 != 0 { header += " " }
    header += "\n"
    let count = header.utf8.count
    let length = [UInt8(count & 255), UInt8(count >> 8)] + (version == 1 ? [] : [0, 0])
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + data
  }

  private func bytes<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
    words.flatMap { word in
      (0..<Word.bitWidth / 8).map { UInt8(truncatingIfNeeded: word >> Word(8 * $0)) }
    }
  }

  @Test("numbers of every type, shapes of any rank")
  func read() throws {
    let values: [Float] = [1, -2.5, 0.1, 65504, 0, -0.0]
    let singles = try NumPyFile(
      parsing: file("<f4", "(2, 3)", bytes(values.map(\.bitPattern))), file: "a")
    #expect(
      singles.shape == [2, 3] && singles.values.map(\.bitPattern) == values.map(\.bitPattern))
    let doubles = try NumPyFile(
      parsing: file("<f8", "(6,)", bytes(values.map { Double($0).bitPattern }), version: 2),
      file: "a")
    #expect(doubles.shape == [6] && doubles.values == values)
    let halves = try NumPyFile(
      parsing: file("<f2", "(1, 1, 3)", bytes([UInt16(0x3C00), 0xC100, 0x0001])), file: "a")
    #expect(halves.shape == [1, 1, 3] && halves.values == [1, -2.5, 0x1p-24])
    #expect(try NumPyFile(parsing: file("<f4", "()", bytes([UInt32(0)])), file: "a").shape == [])
  }

  @Test("what is none, or of another kind, is told")
  func refused() {
    let data = bytes([Float(1).bitPattern, 2, 3, 4])
    let cases: [(bytes: [UInt8], problem: String)] = [
      (Array("no numpy file".utf8), "is no .npy file: it does not begin with \\x93NUMPY"),
      (file(">f4", "(4,)", data), "is not of float16, float32 or float64 in little-endian order"),
      (file("<i4", "(4,)", data), "is not of float16, float32 or float64 in little-endian order"),
      (file("<f4", "(2, 2)", data, order: "True"), "save numpy.ascontiguousarray of it"),
      (file("<f4", "(5,)", data), "holds 16 bytes; the shape (5,) needs 20"),
      (file("<f4", "(-4,)", data), "has the shape (-4,)"),
      (file("<f4", "(9223372036854775807, 9)", data), "has the shape"),
      (Array(file("<f4", "(4,)", data).prefix(40)), "has a header that its format does not allow"),
      (file("<f4", "(4,)", data, version: 9), "has a header that its format does not allow"),
    ]
    for (bytes, problem) in cases {
      let error = #expect(throws: BundleError.self) {
        try NumPyFile(parsing: bytes, file: "a.npy")
      }
      #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }
  }
}
