import HerdbookCharts
import Testing

/// What neighbours share is said once around them, and nothing looks otherwise for it.
@Suite struct GroupingTests {
  /// What an element looks like, with what groups around it say; classes one by one.
  private func looks(_ elements: [Element], in outer: [String: String] = [:]) -> [[String: String]]
  {
    elements.flatMap { element -> [[String: String]] in
      var all = outer
      for attribute in element.attributes {
        if attribute.name == "class" {
          for name in attribute.value.split(separator: " ") { all["class \(name)"] = "" }
        } else {
          all[attribute.name] = attribute.value
        }
      }
      guard element.name == "g" else {
        all["text"] = element.text
        all["name"] = element.name
        return [all]
      }
      return looks(element.children, in: all)
    }
  }

  private func plot(_ marks: [any Mark]) -> Plot {
    Plot(
      id: "a", width: 100, height: 100, title: "t", summary: "s",
      panels: [Panel(.pixels(width: 100, height: 100), marks)])
  }

  /// Marks in an order in which colours, sizes, anchors and dashes change at different places.
  private var mixed: [any Mark] {
    var source = SystemRandomNumberGenerator()
    return (0..<120).map { index -> any Mark in
      let pick = Int.random(in: 0..<3, using: &source)
      switch (index / 17 + pick) % 3 {
      case 0:
        return Label(
          "\(index)", x: Double(index % 90), y: Double(pick), anchor: pick == 0 ? .end : .start,
          size: index < 60 ? 12 : 11, bold: pick == 1,
          color: pick == 2 ? Palette.ink : Palette.muted, rotation: index % 13 == 0 ? 90 : 0)
      case 1:
        return Line(
          x: [1, 2], y: [Double(index % 50), 3],
          style: .line(index % 3 == 0 ? Palette.accent : Palette.herd, width: Double(pick)))
      default:
        return Dots(x: [4], y: [5], radius: 2, style: .line(Palette.null, width: 1.5))
      }
    }
  }

  @Test("every element keeps its look and its place in the order", arguments: 0..<20)
  func same(round: Int) {
    let marks = mixed
    let frame = Frame.pixels(width: 100, height: 100)
    let plain = marks.flatMap { $0.elements(in: frame) }
    #expect(looks(plot(marks).shapes) == looks(plain))
    let lengths = [plain, plot(marks).shapes].map { $0.map(\.markup).joined().utf8.count }
    #expect(lengths[1] < lengths[0])
  }

  @Test("of paths that differ in fill alone, classes and strokes that they share are said once")
  func nested() {
    let colors = [Palette.herd, Palette.accent, Palette.herd, Palette.accent]
    let marks: [any Mark] = colors.enumerated().map { index, color in
      var style = Style.fill(color)
      style.stroke = .theme(Palette.ground)
      style.width = 0.6
      return Rectangles(
        [.init(x: Double(index)...Double(index + 1), y: 0...1)], style: style)
    }
    let shapes = plot(marks).shapes
    #expect(shapes.count == 1 && shapes[0].name == "g" && shapes[0].children.count == 4)
    #expect(shapes[0].attributes.map(\.name) == ["class", "stroke", "stroke-width"])
    #expect(shapes[0].attributes[0].value == "s-ground")
    #expect(shapes[0].children[1].attributes.map(\.name) == ["class", "fill", "d"])
    #expect(shapes[0].children[1].attributes[0].value == "f-accent")
  }

  @Test("a group is made only where it makes the markup shorter")
  func worthwhile() {
    let alone = plot([Line(x: [1, 2], y: [1, 2], style: .line(Palette.ink, width: 1))]).shapes
    #expect(alone.map(\.name) == ["path"])
    let apart: [any Mark] = [
      Line(x: [1, 2], y: [1, 2], style: .line(Palette.ink, width: 1)),
      Label("a", x: 1, y: 1, size: 12),
      Line(x: [1, 2], y: [1, 2], style: .line(Palette.ink, width: 1)),
    ]
    #expect(plot(apart).shapes.map(\.name) == ["path", "text", "path"])
  }
}
