/// One element of an SVG document, written on a line of its own.
package struct Element: Sendable, Equatable {
  package struct Attribute: Sendable, Equatable {
    package var name: String
    package var value: String
    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package var name: String
  /// Written in this order.
  package var attributes: [Attribute]
  package var children: [Element]
  /// Character data, before the children; escaped when it is written.
  package var text: String?

  package init(
    _ name: String, _ attributes: [Attribute] = [], text: String? = nil, children: [Element] = []
  ) {
    self.name = name
    self.attributes = attributes
    self.text = text
    self.children = children
  }

  /// The element with its descendants, each on a line that ends in LF.
  package var markup: String {
    var out = ""
    write(to: &out)
    return out
  }

  package func write(to out: inout String) {
    out += "<\(name)"
    for attribute in attributes {
      out += " \(attribute.name)=\"\(escaped(attribute.value))\""
    }
    if children.isEmpty {
      if let text {
        // A style sheet is written as it is: the quotes in it are no markup in HTML either.
        out += ">\(name == "style" ? text : escaped(text))</\(name)>\n"
      } else {
        out += "/>\n"
      }
      return
    }
    out += ">"
    if let text { out += escaped(text) }
    out += "\n"
    for child in children { child.write(to: &out) }
    out += "</\(name)>\n"
  }
}

/// `text` with the five characters that mean something in XML replaced, and control characters,
/// which XML forbids, and those that turn the direction of what follows by U+FFFD; LF and tab stay.
package func escaped(_ text: String) -> String {
  // Most texts are numbers, paths and pictures, of which nothing has to be replaced.
  guard text.utf8.contains(where: \.mayNeedEscape) else { return text }
  var out = ""
  out.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": out += "&amp;"
    case "<": out += "&lt;"
    case ">": out += "&gt;"
    case "\"": out += "&quot;"
    case "'": out += "&#39;"
    case "\n", "\t": out.unicodeScalars.append(scalar)
    case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{FFFE}", "\u{FFFF}",
      "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
      out.unicodeScalars.append("\u{FFFD}")
    default: out.unicodeScalars.append(scalar)
    }
  }
  return out
}

extension UInt8 {
  /// Whether `escaped` may replace a character whose UTF-8 has this byte: the characters themselves
  /// in ASCII, beyond it the first bytes of U+0080 to U+00BF, U+2000 to U+2FFF and of U+F000 to U+FFFF.
  fileprivate var mayNeedEscape: Bool {
    switch self {
    case 0x26, 0x3C, 0x3E, 0x22, 0x27, 0x7F, 0xC2, 0xE2, 0xEF: true
    case 0x09, 0x0A: false
    default: self < 0x20
    }
  }
}
