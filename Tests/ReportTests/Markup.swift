/// A reader for the markup of pages, strict enough to notice what a browser would forgive.
struct MarkupReader {
  struct Tag {
    var name: String
    var attributes: [(name: String, value: String)]
    /// Names of the open elements around it, outermost first.
    var path: [String]
    /// Attributes of the groups around it, innermost first.
    var inherited: [(name: String, value: String)] = []
    /// The characters up to the next tag.
    var content = ""
    subscript(_ name: String) -> String? {
      (attributes + inherited).first { $0.name == name }?.value
    }
  }

  private(set) var tags: [Tag] = []
  /// What is wrong, in words; empty for a sound document.
  private(set) var faults: [String] = []
  private(set) var text = ""

  private static let void: Set<String> = ["meta", "img", "input", "br", "!doctype"]

  init(_ markup: String) {
    var open: [String] = []
    // Whether the last tag was opened and nothing closed since.
    var isInside = false
    var groups: [[(name: String, value: String)]] = []
    var rest = markup.utf8[...]
    func string(_ bytes: Substring.UTF8View) -> String { String(Substring(bytes)) }
    while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
      let before = string(rest[..<start])
      text += before
      if isInside { tags[tags.count - 1].content += before }
      guard let end = MarkupReader.end(of: rest[start...]) else {
        faults.append("a tag has no end")
        return
      }
      var inner = string(rest[rest.index(after: start)..<end])
      rest = rest[rest.index(after: end)...]
      isInside = !inner.hasPrefix("/")
      if !isInside {
        if open.last == String(inner.dropFirst()) {
          if open.removeLast() == "g" { groups.removeLast() }
        } else {
          faults.append("\(inner) closes \(open.last ?? "nothing")")
        }
        continue
      }
      let closed = inner.hasSuffix("/")
      if closed { inner.removeLast() }
      var tag = parse(inner, path: open)
      tag.inherited = groups.reversed().flatMap(\.self)
      tags.append(tag)
      if tag.name == "style" {
        // Raw text up to the end tag.
        if let range = string(rest).range(of: "</style>") {
          let skipped = string(rest)[..<range].utf8.count
          rest = rest[rest.index(rest.startIndex, offsetBy: skipped)...]
        }
      }
      if !closed && !MarkupReader.void.contains(tag.name) {
        open.append(tag.name)
        if tag.name == "g" { groups.append(tag.attributes) }
      }
    }
    if !open.isEmpty { faults.append("left open: \(open)") }
  }

  /// The `>` that ends the tag at the beginning, outside quotes.
  private static func end(of bytes: Substring.UTF8View) -> Substring.UTF8View.Index? {
    var quoted = false
    for index in bytes.indices {
      if bytes[index] == UInt8(ascii: "\"") { quoted.toggle() }
      if bytes[index] == UInt8(ascii: ">") && !quoted { return index }
    }
    return nil
  }

  private mutating func parse(_ inner: String, path: [String]) -> Tag {
    let name = String(inner.prefix { !$0.isWhitespace })
    var attributes: [(name: String, value: String)] = []
    var rest = inner.dropFirst(name.count).drop { $0.isWhitespace }
    while !rest.isEmpty {
      let key = rest.prefix { !$0.isWhitespace && $0 != "=" }
      rest = rest.dropFirst(key.count)
      var value = ""
      if rest.first == "=" {
        guard rest.dropFirst().first == "\"" else {
          faults.append("\(name) \(key) is not quoted")
          break
        }
        let quoted = rest.dropFirst(2).prefix { $0 != "\"" }
        value = String(quoted)
        rest = rest.dropFirst(quoted.count + 3)
      }
      if attributes.contains(where: { $0.name == key }) {
        faults.append("\(name) has \(key) twice")
      }
      attributes.append((String(key), value))
      rest = rest.drop { $0.isWhitespace }
    }
    return Tag(name: name, attributes: attributes, path: path)
  }
}

extension String {
  /// The part before the first occurrence of `part`, as a range end.
  fileprivate func range(of part: String) -> Index? { firstRange(of: part)?.lowerBound }
}
