import HerdbookBundle
import HerdbookEngine
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keeps states of runs in a folder of its own, as the program does.
final class Store {
  private let folder: String
  private let writer: BundleWriter
  private var count = 0

  init() throws {
    var template = Array("/tmp/herdbook-engine-XXXXXX".utf8CString)
    let isMade = unsafe template.withUnsafeMutableBufferPointer {
      unsafe mkdtemp($0.baseAddress!) != nil
    }
    precondition(isMade, "a temporary folder is needed")
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    writer = try Results(folder: folder, processes: .system(process: Int(getpid()))).begin("runs")
  }

  deinit {
    _ = unsafe system("rm -rf '\(folder)'")
  }

  /// Writes a state and reads it back; its file's bytes come with it.
  func kept(
    _ state: Evolution.State, swap: SwapFile? = nil
  ) throws -> (state: Evolution.State, bytes: [UInt8]) {
    count += 1
    let run = "run-\(100 + count)"
    try writer.keep(state, CheckpointHeader(run: run, key: "key", generation: 0))
    let bytes = try Disk().read("\(folder)/.partial/runs/checkpoints/\(run)")
    let kept = try writer.goOn(
      Evolution.State.self, run: run, key: "key", giving: swap.map { [.swap: $0] } ?? [:])
    guard let kept = kept.state else { throw Lost() }
    return (kept, bytes)
  }

  struct Lost: Error {}
}
