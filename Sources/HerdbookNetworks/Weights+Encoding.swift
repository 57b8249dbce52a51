import HerdbookModel
import HerdbookNumerics

extension CodingUserInfoKey {
  /// The swap file that weights are to lie in once they are decoded.
  package static let swap: CodingUserInfoKey = {
    guard let key = CodingUserInfoKey(rawValue: "herdbook.swap") else {
      preconditionFailure("any text is a key")
    }
    return key
  }()
}

/// The layout, and all of the storage to the bit.
extension Weights: Codable, EncodedLater {
  private enum CodingKeys: String, CodingKey {
    case layout
    case storage
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(layout, forKey: .layout)
    let values = unsafe read {
      unsafe Array(UnsafeBufferPointer(start: $0, count: layout.storage))
    }
    try fields.encode(values, forKey: .storage)
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(layout: try fields.decode(NetworkLayout.self, forKey: .layout))
    let values = try fields.decode([Float].self, forKey: .storage)
    guard values.count == layout.storage else {
      throw DecodingError.dataCorruptedError(
        forKey: .storage, in: fields,
        debugDescription: "\(values.count) numbers where the layout has \(layout.storage)")
    }
    unsafe values.withUnsafeBufferPointer { values in
      if let base = values.baseAddress { unsafe replace(with: base) }
    }
    if let file = decoder.userInfo[.swap] as? SwapFile { swap(to: file) }
  }
}
