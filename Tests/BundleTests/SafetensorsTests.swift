import HerdbookBundle
import HerdbookModel
import Testing

@Suite("safetensors")
struct SafetensorsTests {
  private let sample = Safetensors(
    tensors: [
      Tensor(name: "layers.2.weight", shape: [2, 3], values: [1, -2, 0.5, .infinity, -0.0, .nan]),
      Tensor(name: "half", shape: [3], element: .float16, values: [1, 65504, 6e-8]),
      Tensor(name: "layers.1.bias", shape: [0], values: []),
      Tensor(name: "scalar", shape: [], values: [7]),
    ], metadata: ["activation": "relu", "Dataset": "digits"])

  @Test("tensors and metadata come back, whatever order they were given in")
  func roundTrip() throws {
    let bytes = sample.bytes
    let read = try Safetensors(parsing: bytes, file: "t")
    #expect(read.metadata == sample.metadata)
    #expect(read.tensors.map(\.name) == ["layers.1.bias", "layers.2.weight", "scalar", "half"])
    #expect(read.tensors[1].shape == [2, 3])
    #expect(
      read.tensors[1].values.map(\.bitPattern)
        == sample.tensors[0].values.map { $0.isNaN ? 0x7FC0_0000 : $0.bitPattern })
    #expect(read.tensors[3].values == [1, 65504, 0x1p-24])
    var reversed = sample
    reversed.tensors.reverse()
    #expect(reversed.bytes == bytes)
    #expect(read.bytes == bytes)
  }

  @Test("rows of a tensor are read from their place in the file, and a file that is cut is refused")
  func rows() throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/t.safetensors"
    let stacked = Safetensors(
      tensors: [
        Tensor(name: "a", shape: [3, 2, 2], values: (0..<12).map { Float($0) }),
        Tensor(name: "b", shape: [4, 1], element: .float16, values: [0.5, 1.5, 2.5, 3.5]),
      ], metadata: ["k": "v"])
    try Disk().write(stacked.bytes, to: path, how: .create)
    let file = try SafetensorsFile(path)
    #expect(file.metadata == ["k": "v"])
    #expect(file.shape(of: "a") == [3, 2, 2] && file.shape(of: "c") == nil)
    #expect(try file.values("a", 1..<2) == [4, 5, 6, 7])
    #expect(try file.values("b", 1..<3) == [1.5, 2.5])
    #expect(try file.values("a") == stacked.tensors[0].values)
    #expect(try file.values("c", 0..<1) == [])
    try Disk().write(Array(stacked.bytes.dropLast()), to: path, how: .replace)
    #expect(throws: BundleError.self) { try SafetensorsFile(path) }
    try Disk().write([1, 2, 3], to: path, how: .replace)
    #expect(throws: BundleError.self) { try SafetensorsFile(path) }
  }

  @Test("the header is sorted, padded with spaces, and the data begins at a multiple of eight")
  func layout() {
    let bytes = Safetensors(
      tensors: [Tensor(name: "a", shape: [1], values: [1])], metadata: ["k": "v"]
    ).bytes
    let header =
      #"{"__metadata__":{"k":"v"},"a":{"data_offsets":[0,4],"dtype":"F32","shape":[1]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    #expect(bytes.prefix(8) == [UInt8(padded.utf8.count), 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes.dropFirst(8).dropLast(4)) == Array(padded.utf8))
    #expect(bytes.suffix(4) == [0, 0, 0x80, 0x3F])
  }

  @Test("a tensor that comes in pieces makes the same file as one that is whole")
  func pieces() {
    let stream = SafetensorsStream(
      parts: [
        .init(name: "b", shape: [3, 2], pieces: 3) { [Float($0), -Float($0)] },
        .init(name: "none", shape: [0], pieces: 0) { _ in [] },
        .init(name: "a", shape: [1], element: .float16, pieces: 1) { _ in [0.5] },
      ], metadata: ["k": "v"])
    let whole = Safetensors(
      tensors: [
        Tensor(name: "a", shape: [1], element: .float16, values: [0.5]),
        Tensor(name: "b", shape: [3, 2], values: [0, -0.0, 1, -1, 2, -2]),
        Tensor(name: "none", shape: [0], values: []),
      ], metadata: ["k": "v"])
    #expect(stream.flatMap { $0 } == whole.bytes)
    #expect(stream.map(\.count) == [whole.bytes.count - 26, 8, 8, 8, 2])
  }

  @Test("NaN of any kind is written as the canonical one")
  func canonicalNaN() {
    let odd = Float(bitPattern: 0xFFC1_2345)
    let single = Safetensors(tensors: [Tensor(name: "a", shape: [1], values: [odd])])
    #expect(single.bytes.suffix(4) == [0, 0, 0xC0, 0x7F])
    let half = Safetensors(
      tensors: [Tensor(name: "a", shape: [1], element: .float16, values: [odd])])
    #expect(half.bytes.suffix(2) == [0, 0x7E])
  }

  /// The last words of two bytes, little-endian.
  private func words(_ bytes: [UInt8], count: Int) -> [UInt16] {
    stride(from: bytes.count - 2 * count, to: bytes.count, by: 2).map { place in
      let low = UInt16(bytes[place])
      let high = UInt16(bytes[place + 1])
      return high << 8 | low
    }
  }

  #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
    @Test("every binary16 is read as the processor reads it, and written back to its bits")
    func allHalves() throws {
      let halves = (0...UInt16.max).filter { !Float16(bitPattern: $0).isNaN }
      let values = halves.map { Float(Float16(bitPattern: $0)) }
      let file = Safetensors(
        tensors: [Tensor(name: "a", shape: [values.count], element: .float16, values: values)])
      let bytes = file.bytes
      #expect(words(bytes, count: halves.count) == halves)
      let read = try Safetensors(parsing: bytes, file: "t").tensors[0].values
      #expect(read.map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test("binary32 is rounded to binary16 as the processor rounds it, ties to even")
    func rounding() {
      var random = SeededGenerator(seed: 16)
      var values: [Float] = [
        65519.996, 65520, -65520, 0x1p-25, 0x1.000002p-25, 0x1.8p-24, 2049, 2051,
      ]
      for half in stride(from: UInt16(0), to: 0x7BFF, by: 7) {
        let low = Float(Float16(bitPattern: half))
        let middle = (low + Float(Float16(bitPattern: half + 1))) / 2
        values += [middle, middle.nextUp, middle.nextDown, -middle]
      }
      for _ in 0..<100_000 {
        let bits = UInt32(truncatingIfNeeded: random.next())
        let value = Float(bitPattern: bits)
        if !value.isNaN { values.append(value) }
        values.append(Float.random(in: -70000...70000, using: &random))
        values.append(Float.random(in: -1e-4...1e-4, using: &random))
      }
      let file = Safetensors(
        tensors: [Tensor(name: "a", shape: [values.count], element: .float16, values: values)])
      let rounded = words(file.bytes, count: values.count)
      let wrong = values.indices.filter { rounded[$0] != Float16(values[$0]).bitPattern }
      #expect(wrong.map { values[$0] } == [])
    }
  #endif

  private func file(_ header: String, data: Int = 0) -> [UInt8] {
    let length = UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) }
      + Array(header.utf8) + [UInt8](repeating: 0, count: data)
  }

  private func entry(_ shape: String, _ offsets: String, _ type: String = "F32") -> String {
    #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  @Test("a hostile or broken file is refused with its reason")
  func refused() {
    let cases: [(bytes: [UInt8], reason: String)] = [
      ([1, 2, 3], "3 bytes"),
      ([255, 255, 255, 255, 255, 255, 255, 127, 123], "only 1 follow"),
      (file("[]"), "begin with '{'"),
      (file("{"), "the document ends"),
      (file(#"{"a":1}"#), "an object belongs"),
      (file(#"{"a":\#(entry("[1]", "[0,4]"))}"#, data: 3), "3 bytes of data"),
      (file(#"{"a":\#(entry("[1]", "[0,4]"))}"#, data: 5), "5 bytes of data"),
      (file(#"{"a":\#(entry("[2]", "[0,4]"))}"#, data: 4), "needs 8"),
      (file(#"{"a":\#(entry("[1]", "[4,0]"))}"#, data: 4), "a begin and an end"),
      (file(#"{"a":\#(entry("[-1]", "[0,4]"))}"#, data: 4), "whole numbers from 0"),
      (file(#"{"a":\#(entry("[1.5]", "[0,4]"))}"#, data: 4), "whole numbers from 0"),
      (file(#"{"a":\#(entry("[1]", "[0,4]", "F64"))}"#, data: 4), "of type F64"),
      (
        file(#"{"a":\#(entry("[4611686018427387904,4]", "[0,4]"))}"#, data: 4), "too large"
      ),
      (
        file(#"{"a":\#(entry("[1152921504606846976]", "[0,4611686018427387904]"))}"#, data: 4),
        "4 bytes of data; its tensors take 4611686018427387904"
      ),
      (
        file(#"{"a":\#(entry("[1]", "[0,4]")),"b":\#(entry("[1]", "[0,4]"))}"#, data: 4),
        "begins at 0; the data before it end at 4"
      ),
      (
        file(#"{"a":\#(entry("[1]", "[0,4]")),"b":\#(entry("[1]", "[8,12]"))}"#, data: 12),
        "begins at 8; the data before it end at 4"
      ),
      (
        file(#"{"a":\#(entry("[1]", "[0,4]")),"a":\#(entry("[1]", "[4,8]"))}"#, data: 8),
        "there twice"
      ),
      (file(#"{"a":{"dtype":"F32","shape":[1]}}"#, data: 4), "2 members"),
      (file(#"{"__metadata__":{"k":1}}"#), "a text belongs"),
      (file(#"{"a":[[[[[1]]]]]}"#), "deeper than 4"),
    ]
    for (bytes, reason) in cases {
      do throws(BundleError) {
        _ = try Safetensors(parsing: bytes, file: "t")
        Issue.record("accepted, though: \(reason)")
      } catch {
        #expect(error.description.contains(reason), "\(error)")
      }
    }
  }

  @Test("no cut or flipped bit of a file makes it crash the reader", arguments: [1, 2] as [UInt64])
  func fuzz(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let whole = sample.bytes
    for length in 0..<whole.count {
      #expect(throws: BundleError.self) {
        _ = try Safetensors(parsing: Array(whole.prefix(length)), file: "t")
      }
    }
    for _ in 0..<5000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
          1 << UInt8.random(in: 0..<8, using: &random)
      }
      do throws(BundleError) {
        let read = try Safetensors(parsing: bytes, file: "t")
        #expect(read.tensors.reduce(0) { $0 + $1.values.count } <= bytes.count)
      } catch {}
    }
  }

  @Test(
    "the Python package reads what is written",
    .enabled(
      if: shell("python3 -c 'import safetensors.numpy, numpy' 2>/dev/null") == 0,
      "needs python3 with the packages safetensors and numpy"))
  func python() throws {
    let folder = TemporaryFolder()
    try Disk().write(sample.bytes, to: "\(folder.path)/a.safetensors", how: .create)
    let script = """
      import sys, numpy as np
      from safetensors import safe_open
      with safe_open(sys.argv[1], "np") as f:
          assert f.metadata() == {"activation": "relu", "Dataset": "digits"}, f.metadata()
          assert sorted(f.keys()) == ["half", "layers.1.bias", "layers.2.weight", "scalar"]
          w = f.get_tensor("layers.2.weight")
          assert w.dtype == np.float32 and w.shape == (2, 3), (w.dtype, w.shape)
          assert w.view(np.uint32).ravel().tolist() == [
              0x3F800000, 0xC0000000, 0x3F000000, 0x7F800000, 0x80000000, 0x7FC00000], w
          h = f.get_tensor("half")
          assert h.dtype == np.float16 and h.tolist() == [1.0, 65504.0, 2.0 ** -24], h
          assert f.get_tensor("layers.1.bias").shape == (0,)
          assert f.get_tensor("scalar").shape == () and f.get_tensor("scalar") == 7
      """
    try Disk().write(Array(script.utf8), to: "\(folder.path)/check.py", how: .create)
    #expect(shell("python3 \(folder.path)/check.py \(folder.path)/a.safetensors") == 0)
  }
}
