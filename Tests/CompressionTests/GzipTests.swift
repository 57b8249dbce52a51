import HerdbookCompression
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("gzip")
struct GzipTests {
  static let samples: [[UInt8]] = [
    [], [7], Array("id,ancestor_list\n0,[none]\n".utf8), [UInt8](repeating: 65, count: 100_000),
    (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) },
    (0..<5000).flatMap {
      Array("\($0),[\($0 / 3)],\($0 / 20),inf,mutation,-\(1.0 / Double($0 + 3))\n".utf8)
    },
  ]

  @Test(
    "what was compressed is read back, and a table takes a fraction of its room", arguments: samples
  )
  func roundTrip(bytes: [UInt8]) throws {
    let packed = Gzip.compress(bytes)
    #expect(try Gzip.decompress(packed) == bytes)
    #expect(Gzip.compress(bytes) == packed)
  }

  @Test("a herd book shrinks to less than half")
  func size() {
    let table = Self.samples[5]
    #expect(Gzip.compress(table).count < table.count / 2)
  }

  @Test(
    "the system's gzip reads it, where there is one",
    .enabled(if: unsafe access("/bin/gzip", X_OK) == 0))
  func system() throws {
    let path = "/tmp/herdbook-gzip-\(getpid()).gz"
    defer { unsafe unlink(path) }
    let file = unsafe fopen(path, "w")!
    let packed = Gzip.compress(Self.samples[5])
    unsafe #expect(fwrite(packed, 1, packed.count, file) == packed.count)
    unsafe fclose(file)
    let pipe = unsafe popen("/bin/gzip -dc \(path)", "r")!
    var read: [UInt8] = []
    while case let byte = unsafe fgetc(pipe), byte != EOF { read.append(UInt8(byte)) }
    unsafe #expect(pclose(pipe) == 0)
    #expect(read == Self.samples[5])
  }

  @Test("every file that breaks off is refused, and so is every one with a bit turned in its end")
  func damaged() {
    let packed = Gzip.compress(Self.samples[2])
    for count in packed.indices {
      #expect(throws: GzipFault.self) { _ = try Gzip.decompress(Array(packed[..<count])) }
    }
    for place in packed.count - 8..<packed.count {
      var wrong = packed
      wrong[place] ^= 4
      #expect(throws: GzipFault.self) { _ = try Gzip.decompress(wrong) }
    }
    #expect(throws: GzipFault.self) { _ = try Gzip.decompress(Array("no gzip file".utf8)) }
  }

  @Test("what holds more than it may is refused before it is in memory")
  func limit() throws {
    let packed = Gzip.compress(Self.samples[3])
    #expect(throws: GzipFault(words: "it holds more than 99999 bytes")) {
      _ = try Gzip.decompress(packed, limit: 99_999)
    }
    #expect(try Gzip.decompress(packed, limit: 100_000).count == 100_000)
  }
}
