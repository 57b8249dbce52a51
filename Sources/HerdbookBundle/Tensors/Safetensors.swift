import HerdbookModel

/// Tensors and texts about them in one file, in the format of the `safetensors` libraries: the
/// length of a header in eight bytes, the header in JSON, the numbers in little-endian order.
package struct Safetensors: Sendable, Equatable {
  /// No two have one name.
  package var tensors: [Tensor]
  package var metadata: [String: String]

  package init(tensors: [Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The file, the same bytes whatever the order of `tensors`.
  package var bytes: [UInt8] { SafetensorsStream(self).flatMap { $0 } }

  static let metadataKey = "__metadata__"
}
