import HerdbookBundle
import HerdbookModel
import Synchronization

/// The writer of a bundle, for runs that go on at the same time.
final class SharedWriter: Sendable {
  private let writer: Mutex<BundleWriter>

  init(_ writer: sending BundleWriter) { self.writer = Mutex(writer) }

  func write(_ bytes: [UInt8], to path: String) throws(BundleError) {
    try writer.withLock { writer throws(BundleError) in try writer.write(bytes, to: path) }
  }

  func write(_ table: Table, to path: String) throws(BundleError) {
    try writer.withLock { writer throws(BundleError) in try writer.write(table, to: path) }
  }

  func write(_ tensors: Safetensors, to path: String) throws(BundleError) {
    try writer.withLock { writer throws(BundleError) in try writer.write(tensors, to: path) }
  }

  func write(specs: [String: [UInt8]]) throws(BundleError) {
    try writer.withLock { writer throws(BundleError) in try writer.write(specs: specs) }
  }

  func record(_ tensors: SafetensorsStream, to path: String) throws(BundleError) {
    try writer.withLock { writer throws(BundleError) in try writer.record(tensors, to: path) }
  }

  /// Ends the result; gives what was written, to make pages of.
  func seal(_ plan: Plan, resultVersion: Int) throws(BundleError) -> Bundle {
    try writer.withLock { writer throws(BundleError) in
      try writer.seal(plan, resultVersion: resultVersion)
      return writer.bundle
    }
  }

  func publish() throws(BundleError) -> Bundle {
    try writer.withLock { writer throws(BundleError) in try writer.publish() }
  }
}
