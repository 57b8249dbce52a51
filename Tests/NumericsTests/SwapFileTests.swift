import HerdbookNumerics
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("swap files")
struct SwapFileTests {
  private func floats(_ count: Int, from start: Int) -> AlignedFloats {
    let floats = AlignedFloats(count: count)
    for index in 0..<count { unsafe floats.base[index] = Float(start + index) }
    return floats
  }

  private func isIntact(_ floats: AlignedFloats, from start: Int) -> Bool {
    let base = unsafe floats.base
    return (0..<floats.count).allSatisfy { unsafe base[$0] == Float(start + $0) }
  }

  /// Bytes of the mapping around an address that are in memory; nil where the system does not say.
  private func residentBytes(around address: UInt) -> Int? {
    guard let file = unsafe fopen("/proc/self/smaps", "r") else { return nil }
    defer { unsafe _ = fclose(file) }
    var line = [CChar](repeating: 0, count: 4096)
    var isInside = false
    while unsafe fgets(&line, Int32(line.count), file) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let words = text.split(separator: " ")
      let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
      if ends.count == 2 {
        isInside = ends[0] <= address && address < ends[1]
      } else if isInside, words[0] == "Rss:" {
        return Int(words[1]).map { $0 * 1024 }
      }
    }
    return nil
  }

  @Test("what lies in one is what was put there, however little is in memory at a time")
  func intact() throws {
    let (count, length) = (40, 50_001)
    let file = try SwapFile(in: "/tmp", vectors: count, floats: length, resident: 500_000)
    let vectors = (0..<count).compactMap {
      AlignedFloats(copying: floats(length, from: $0), in: file)
    }
    #expect(vectors.count == count && vectors.allSatisfy(\.isSwapped))
    let wrong = parallelMap(count: 400, threads: 4) { turn in
      let place = turn * 7 % count
      return !isIntact(vectors[place], from: place)
    }
    #expect(!wrong.contains(true))
    for (place, vector) in vectors.enumerated() {
      unsafe vector.base[place] = -1
      #expect(unsafe vectors[(place + 1) % count].base[place + 1] != -1)
    }
    for (place, vector) in vectors.enumerated() { #expect(unsafe vector.base[place] == -1) }
  }

  @Test("no more is in memory than may be, but for what is in use")
  func resident() throws {
    let length = 1 << 16
    let size = SwapFile.bytes(floats: length)
    let file = try SwapFile(in: "/tmp", vectors: 64, floats: length, resident: 4 * size)
    let vectors = (0..<64).compactMap {
      AlignedFloats(copying: floats(length, from: $0), in: file)
    }
    var most = 0
    for turn in 0..<200 {
      #expect(isIntact(vectors[turn * 29 % 64], from: turn * 29 % 64))
      let address = unsafe UInt(bitPattern: vectors[0].base)
      guard let bytes = residentBytes(around: address) else { return }
      most = max(most, bytes)
    }
    #expect(most >= size && most <= 6 * size)
  }

  @Test("a place is had by one vector at a time, and another has it once that is gone")
  func places() throws {
    let file = try SwapFile(in: "/tmp", vectors: 2, floats: 20, resident: 1 << 20)
    var first = AlignedFloats(copying: floats(20, from: 1), in: file)
    let second = try #require(AlignedFloats(copying: floats(20, from: 2), in: file))
    #expect(AlignedFloats(copying: floats(20, from: 3), in: file) == nil)
    #expect(first != nil)
    first = nil
    let third = try #require(AlignedFloats(copying: floats(20, from: 3), in: file))
    #expect(isIntact(second, from: 2) && isIntact(third, from: 3))
    #expect(!AlignedFloats(copying: third).isSwapped)
  }

  @Test("where there is no room, the error says so, and nothing is left")
  func refused() {
    func code(_ folder: String, vectors: Int) -> Int32? {
      do {
        _ = try SwapFile(in: folder, vectors: vectors, floats: 1 << 20, resident: 0)
        return nil
      } catch {
        return error.code
      }
    }
    #expect(code("/tmp", vectors: 1) == nil)
    #expect(code("/tmp/there/is/none", vectors: 1) == ENOENT)
    // 16 PB.
    let tooLarge = code("/tmp", vectors: 1 << 32)
    #expect(tooLarge == ENOSPC || tooLarge == EFBIG)
  }
}
