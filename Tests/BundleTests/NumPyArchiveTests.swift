import HerdbookBundle
import HerdbookCompression
import Testing

@Suite("NumPy archives and tables of weights")
struct NumPyArchiveTests {
  private let tensors = [
    Tensor(name: "layers.2.weight", shape: [2, 1], values: [3, .nan]),
    Tensor(name: "layers.1.weight", shape: [1, 2], values: [0.5, -1]),
    Tensor(name: "layers.1.bias", shape: [2], element: .float16, values: [1, -2]),
  ]

  private func number(_ bytes: ArraySlice<UInt8>, _ offset: Int, _ width: Int) -> Int {
    (0..<width).reduce(0) { $0 | Int(bytes[bytes.startIndex + offset + $1]) << (8 * $1) }
  }

  /// The files in an archive, read by its directory; what the directory and the local headers say must agree.
  private func files(_ archive: [UInt8]) throws -> [(name: String, bytes: [UInt8])] {
    let end = archive[(archive.count - 22)...]
    try #require(number(end, 0, 4) == 0x0605_4B50)
    let (count, size, start) = (number(end, 10, 2), number(end, 12, 4), number(end, 16, 4))
    #expect(start + size == archive.count - 22)
    var place = start
    return try (0..<count).map { _ in
      let central = archive[place...]
      try #require(number(central, 0, 4) == 0x0201_4B50)
      let length = number(central, 28, 2)
      let name = String(decoding: central.dropFirst(46).prefix(length), as: UTF8.self)
      let local = archive[number(central, 42, 4)...]
      try #require(number(local, 0, 4) == 0x0403_4B50)
      // From the version to the length of the name.
      #expect(local.dropFirst(4).prefix(24).elementsEqual(central.dropFirst(6).prefix(24)))
      let bytes = Array(local.dropFirst(30 + length).prefix(number(local, 18, 4)))
      #expect(Int(Checksum.crc32(bytes)) == number(local, 14, 4))
      place += 46 + length
      return (name, bytes)
    }
  }

  @Test("an archive holds a .npy file for each tensor, by name, with its shape and its bits")
  func archive() throws {
    let parts = tensors.map { SafetensorsStream.Part($0) }
    let archive = try #require(NumPyArchive(parts: parts)).flatMap { $0 }
    let files = try files(archive)
    #expect(
      files.map(\.name) == ["layers.1.bias.npy", "layers.1.weight.npy", "layers.2.weight.npy"])
    let headers = [
      "{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }",
    ]
    let numbers: [[UInt8]] = [
      [0, 0x3C, 0, 0xC0], [0, 0, 0, 0x3F, 0, 0, 0x80, 0xBF], [0, 0, 0x40, 0x40, 0, 0, 0xC0, 0x7F],
    ]
    for (index, file) in files.enumerated() {
      let padded = headers[index] + String(repeating: " ", count: 117 - headers[index].count) + "\n"
      #expect(file.bytes == [0x93] + "NUMPY\u{1}\0v\0".utf8 + padded.utf8 + numbers[index])
    }
    // The same, whatever the order; and in pieces.
    #expect(NumPyArchive(parts: parts.reversed())?.flatMap { $0 } == archive)
    let stacked = [Tensor(name: "t", shape: [2, 1, 2], values: [1, 2, 3, 4])]
    let whole = NumPyArchive(parts: stacked.map { SafetensorsStream.Part($0) })
    let pieces = NumPyArchive(
      parts: stacked.map { SafetensorsStream.Part($0, alongFirstAxis: true) })
    #expect(whole?.flatMap { $0 } == pieces?.flatMap { $0 })
  }

  @Test("an archive of more than 4 GiB is not begun")
  func large() {
    let part = SafetensorsStream.Part(name: "t", shape: [1 << 30], pieces: 1) { _ in
      Issue.record("no value is asked for")
      return []
    }
    #expect(NumPyArchive(parts: [part]) == nil)
  }

  @Test("a table goes layer by layer, matrix before biases, and individual by individual")
  func table() {
    let table = WeightsTable(parts: tensors.map { SafetensorsStream.Part($0) }, individuals: nil)
    #expect(
      String(decoding: table.flatMap { $0 }, as: UTF8.self)
        == """
        layer,input,output,weight
        1,0,0,0.5
        1,0,1,-1
        1,,0,1
        1,,1,-2
        2,0,0,3
        2,1,0,

        """)
    let stacked = Tensor(name: "layers.1.weight", shape: [2, 1, 2], values: [1, 2, 3, .infinity])
    let several = WeightsTable(
      parts: [SafetensorsStream.Part(stacked, alongFirstAxis: true)], individuals: [7, 4])
    #expect(
      String(decoding: several.flatMap { $0 }, as: UTF8.self)
        == """
        individual,layer,input,output,weight
        7,1,0,0,1
        7,1,0,1,2
        4,1,0,0,3
        4,1,0,1,inf

        """)
  }
}
