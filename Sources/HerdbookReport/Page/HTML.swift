package import HerdbookCharts

/// Markup for a page. Texts that are put into it are escaped; other markup goes in as it is, so
/// nothing from a spec can become a tag by accident.
package struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
  package private(set) var text: String

  package init(stringLiteral value: String) { text = value }
  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
  package init(_ element: Element) { text = element.markup }
  /// Markup that is already safe.
  package init(verbatim text: String) { self.text = text }

  package static func + (a: HTML, b: HTML) -> HTML { HTML(verbatim: a.text + b.text) }
  package static func += (a: inout HTML, b: HTML) { a.text += b.text }

  /// What it says, without its tags.
  package var words: String {
    var out = ""
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      out += rest[..<start]
      rest = rest[start...].drop { $0 != ">" }.dropFirst()
    }
    out += rest
    for (entity, character) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
    ] { out = out.replacing(entity, with: character) }
    return out
  }

  package struct StringInterpolation: StringInterpolationProtocol {
    var text = ""
    package init(literalCapacity: Int, interpolationCount: Int) {}
    package mutating func appendLiteral(_ literal: String) { text += literal }
    package mutating func appendInterpolation(_ value: HTML) { text += value.text }
    package mutating func appendInterpolation(_ value: String) { text += escaped(value) }
    package mutating func appendInterpolation(_ value: Int) { text += String(value) }
  }
}

extension Sequence where Element == HTML {
  package func joined(separator: String = "") -> HTML {
    HTML(verbatim: map(\.text).joined(separator: separator))
  }
}
