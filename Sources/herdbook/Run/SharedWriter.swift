import HerdbookBundle
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics
import Synchronization

/// The writer of a bundle, for runs that go on at the same time.
final class SharedWriter: Sendable {
  private let writer: Mutex<BundleWriter>
  /// A folder on the disk of the bundle, for what goes with the process.
  let scratch: String

  init(_ writer: sending BundleWriter) {
    scratch = writer.scratch
    self.writer = Mutex(writer)
  }

  func write(_ bytes: [UInt8], to path: String) throws(BundleError) {
    try writer.withLock { writer throws(BundleError) in try writer.write(bytes, to: path) }
  }

  func write(_ table: Table, to path: String) throws(BundleError) {
    try writer.withLock { writer throws(BundleError) in try writer.write(table, to: path) }
  }

  func write(_ tensors: Safetensors, to path: String) throws(BundleError) {
    try writer.withLock { writer throws(BundleError) in try writer.write(tensors, to: path) }
  }

  func record(_ tensors: SafetensorsStream, to path: String) throws(BundleError) {
    try writer.withLock { writer throws(BundleError) in try writer.record(tensors, to: path) }
  }

  func recorded(_ path: String) throws(BundleError) -> SafetensorsFile {
    try writer.withLock { writer throws(BundleError) in try writer.recorded(path) }
  }

  func keep(
    _ progress: RunProgress, _ header: CheckpointHeader
  ) throws(BundleError) {
    try writer.withLock { writer throws(BundleError) in try writer.keep(progress, header) }
  }

  func isFinished(run: String, key: String) throws(BundleError) -> Bool {
    try writer.withLock { writer throws(BundleError) in
      try writer.isFinished(run: run, key: key)
    }
  }

  func goOn(
    run: String, key: String, swap: SwapFile?
  ) throws(BundleError) -> Continuation<RunProgress> {
    try writer.withLock { writer throws(BundleError) in
      try writer.goOn(RunProgress.self, run: run, key: key, giving: swap.map { [.swap: $0] } ?? [:])
    }
  }

  /// What is done with the bundle as a whole, while no run goes on.
  func whole<Result: Sendable>(
    _ body: @Sendable (BundleWriter) throws -> Result
  ) throws -> Result {
    try writer.withLock { try body($0) }
  }
}
