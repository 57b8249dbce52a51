/// A picture: panels and free marks on one canvas, with the words that a screen reader says for it.
package struct Plot: Sendable {
  /// Unique within a page; every id inside begins with it.
  package var id: String
  package var width: Double
  package var height: Double
  package var title: String
  /// What the picture shows, in words.
  package var summary: String
  package var panels: [Panel]

  package init(
    id: String, width: Double, height: Double, title: String, summary: String,
    panels: [Panel] = []
  ) {
    self.id = id
    self.width = width
    self.height = height
    self.title = title
    self.summary = summary
    self.panels = panels
  }

  /// The `svg` element. Its first children are `title` and `desc`.
  ///
  /// - Parameter standalone: whether it is a file of its own: with name space and a style sheet.
  package func svg(standalone: Bool = false) -> Element {
    var attributes: [Element.Attribute] = []
    if standalone { attributes.append(.init("xmlns", "http://www.w3.org/2000/svg")) }
    attributes.append(
      .init("viewBox", "0 0 \(Decimal.coordinate(width)) \(Decimal.coordinate(height))"))
    attributes.append(Element.number("width", width))
    attributes.append(Element.number("height", height))
    attributes.append(.init("role", "img"))
    attributes.append(.init("aria-labelledby", "\(id)-title \(id)-desc"))
    var children = [
      Element("title", [.init("id", "\(id)-title")], text: title),
      Element("desc", [.init("id", "\(id)-desc")], text: summary),
    ]
    if standalone {
      children.append(Element("style", text: "\n" + Palette.styleSheet + Plot.textStyle))
      children.append(
        Element(
          "rect",
          Style.fill(Palette.ground).attributes + [
            Element.number("width", width), Element.number("height", height),
          ]))
    }
    return Element("svg", attributes, children: children + shapes)
  }

  /// What the panels draw, in the plot's pixels.
  package var shapes: [Element] {
    panels.enumerated().flatMap { index, panel in panel.elements(id: "\(id)-p\(index)") }
  }

  /// Type for files of their own; a page has the same in its style sheet.
  package static let textStyle =
    "text{font-family:-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,"
    + "\"Liberation Sans\",sans-serif;font-variant-numeric:tabular-nums}\n"
}

/// Marks that share two scales.
package struct Panel: Sendable {
  package var frame: Frame
  package var marks: [any Mark]
  /// Whether what lies outside the frame is cut off; axes and labels then belong in a panel of
  /// their own over the same frame.
  package var clips: Bool

  package init(_ frame: Frame, clips: Bool = false, _ marks: [any Mark]) {
    self.frame = frame
    self.clips = clips
    self.marks = marks
  }

  func elements(id: String) -> [Element] {
    let shapes = Element.grouped(marks.flatMap { $0.elements(in: frame) })
    guard clips, !shapes.isEmpty else { return shapes }
    let rectangle = Element(
      "rect",
      [
        Element.number("x", frame.left), Element.number("y", frame.top),
        Element.number("width", frame.right - frame.left),
        Element.number("height", frame.bottom - frame.top),
      ])
    return [
      Element("clipPath", [.init("id", "\(id)-clip")], children: [rectangle]),
      Element("g", [.init("clip-path", "url(#\(id)-clip)")], children: shapes),
    ]
  }
}
