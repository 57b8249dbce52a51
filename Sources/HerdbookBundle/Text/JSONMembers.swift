import HerdbookModel

/// The members of a JSON object, asked for by key and kind; errors name the file and the key.
struct JSONMembers {
  let file: String
  /// Where the object stands in its document, empty for the top.
  let place: String
  let members: [String: JSONValue]

  init(_ value: JSONValue, file: String, place: String = "") throws(BundleError) {
    guard case .object(let members) = value else {
      throw .malformed(file: file, place: place, problem: "an object belongs here")
    }
    self.file = file
    self.place = place
    self.members = members
  }

  func text(_ key: String) throws(BundleError) -> String {
    if case .text(let value)? = members[key] { return value }
    throw wrong(key, "a text")
  }

  func integer(_ key: String) throws(BundleError) -> Int {
    switch members[key] {
    case .integer(let value)?: return value
    case .text(let text)?:
      if let value = Int(text) { return value }
    default: break
    }
    throw wrong(key, "a whole number")
  }

  func unsigned(_ key: String) throws(BundleError) -> UInt64 {
    switch members[key] {
    case .integer(let value)?:
      if let value = UInt64(exactly: value) { return value }
    case .unsigned(let value)?: return value
    case .text(let text)?:
      if let value = UInt64(text) { return value }
    default: break
    }
    throw wrong(key, "a whole number from 0")
  }

  func real(_ key: String) throws(BundleError) -> Double {
    switch members[key] {
    case .real(let value)?: return value
    case .integer(let value)?: return Double(value)
    case .unsigned(let value)?: return Double(value)
    default: throw wrong(key, "a number")
    }
  }

  func list(_ key: String) throws(BundleError) -> [JSONValue] {
    if case .list(let values)? = members[key] { return values }
    throw wrong(key, "a list")
  }

  func textList(_ key: String) throws(BundleError) -> [String] {
    var texts: [String] = []
    for value in try list(key) {
      guard case .text(let text) = value else { throw wrong(key, "a list of texts") }
      texts.append(text)
    }
    return texts
  }

  func object(_ key: String) throws(BundleError) -> JSONMembers {
    guard let value = members[key] else { throw wrong(key, "an object") }
    return try JSONMembers(value, file: file, place: path(key))
  }

  /// The members as texts, as in an object of digests.
  func texts() throws(BundleError) -> [String: String] {
    var texts: [String: String] = [:]
    for key in members.keys.sorted() { texts[key] = try text(key) }
    return texts
  }

  private func path(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

  private func wrong(_ key: String, _ expected: String) -> BundleError {
    let found = members[key].map { "found \($0.compact.prefix(40))" } ?? "found nothing"
    return .malformed(file: file, place: path(key), problem: "\(found) where \(expected) belongs")
  }
}
