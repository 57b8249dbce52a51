import CSystem

/// What this machine has left for a plan; nil where the system does not say.
package enum Room {
  /// Bytes that may still be written in a folder, or in the nearest one above it that is there.
  package static func disk(at folder: String) -> Int? {
    var place = Path.absolute(folder)
    while !Path.exists(place), place != "/" { place = Path.parent(place) }
    var bytes: UInt64 = 0
    guard unsafe herdbook_free_disk(place, &bytes) == 0 else { return nil }
    return Int(clamping: bytes)
  }

  /// Bytes of memory that this process may take.
  package static var memory: Int? {
    var bytes: UInt64 = 0
    guard unsafe herdbook_free_memory(&bytes) == 0 else { return nil }
    return Int(clamping: bytes)
  }
}
