import HerdbookBundle

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A new folder that goes away with its owner.
final class TemporaryFolder: Sendable {
  let path: String

  init() {
    var template = Array("/tmp/herdbook-bundle-XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer {
      unsafe mkdtemp($0.baseAddress!) != nil
    }
    precondition(made, "a temporary folder is needed")
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { remove(path) }

  private func remove(_ path: String) {
    let disk = Disk()
    do {
      if try disk.status(path)?.kind == .folder {
        for entry in try disk.entries(path) { remove("\(path)/\(entry)") }
        try disk.removeFolder(path)
      } else {
        try disk.removeFile(path)
      }
    } catch {}
  }
}

/// The exit status of a line of shell.
func shell(_ line: String) -> Int32 {
  let status = unsafe system(line)
  return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
}

/// A generator of test cases: SplitMix64 (Steele, Lea, Flood 2014), so that a seed is a case.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
