import HerdbookSpec

/// Specs that inputs are made of, and the words, paths and values that they use.
struct Corpus {
  private(set) var entries: [FuzzInput] = []
  /// Those of them that are read without a fault.
  private(set) var accepted: [FuzzInput] = []
  /// What can be inherited from, by name.
  private(set) var library: [(name: String, bytes: [UInt8])] = []
  /// Words of all specs, each once, in the order in which they were found.
  private(set) var words: [[UInt8]] = []
  /// Paths of keys and the values that specs give them.
  private(set) var settings: [(path: String, value: String)] = []

  /// Reads the specs of folders, with their overrides; `bases` is what they inherit from.
  init(folders: [String], bases: String) throws(FuzzFailure) {
    for name in try namesOfSpecs(in: bases) {
      library.append((name, try readBytes("\(bases)/\(name).yaml")))
    }
    guard let base = library.first(where: { $0.name == FuzzInput.baseName })?.bytes else {
      throw FuzzFailure("there is no \(bases)/\(FuzzInput.baseName).yaml")
    }
    for folder in folders {
      for name in try namesOfSpecs(in: folder) {
        let path = "\(folder)/\(name)"
        let overrides = (try? readBytes("\(path).overrides")) ?? []
        entries.append(
          FuzzInput(
            spec: try readBytes("\(path).yaml"), base: base,
            overrides: String(decoding: overrides, as: UTF8.self).split(separator: "\n")
              .map(String.init)))
      }
    }
    entries += library.map { FuzzInput(spec: $0.bytes, base: base) }
    collectWords()
    collectSettings()
  }

  private mutating func collectWords() {
    var seen: Set<[UInt8]> = []
    for entry in entries {
      for word in entry.spec.split(whereSeparator: { !isOfWord($0) }) where word.count < 40 {
        if seen.insert(Array(word)).inserted { words.append(Array(word)) }
      }
    }
  }

  private mutating func collectSettings() {
    var seen: Set<String> = []
    for entry in entries {
      guard case .success(let parsed) = entry.reading(in: self) else { continue }
      accepted.append(entry)
      for variant in parsed.variants {
        for key in variant.keys {
          // As `herdbook show` writes it, without the sections around it.
          let line = formatted([key]) { _ in nil }.split(separator: "\n").last ?? ""
          guard let colon = line.firstIndex(of: ":") else { continue }
          let value = line[line.index(after: colon)...].drop { $0 == " " }
          if seen.insert("\(key.path) \(value)").inserted {
            settings.append((key.path, String(value)))
          }
        }
      }
    }
  }
}

/// Whether a byte can be a part of a word or number.
func isOfWord(_ byte: UInt8) -> Bool {
  switch byte {
  case 48...57, 65...90, 97...122: true
  default: byte == 45 || byte == 46 || byte == 95 || byte == 43
  }
}
