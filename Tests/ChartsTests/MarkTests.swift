import HerdbookCharts
import TestSupport
import Testing

/// One small picture for each mark; they double as examples of the grammar.
@Suite struct MarkTests {
  static let frame = Frame(
    x: Scale(domain: 0...10, from: 40, to: 220), y: Scale(domain: 0...1, from: 100, to: 20))
  static let x: [Double] = [0, 2, 4, 6, 8, 10]
  static let y: [Double] = [0.1, 0.4, .nan, 0.5, 0.75, 0.9]

  static let examples: [(name: String, marks: [any Mark])] = [
    ("line", [Line(x: x, y: y, style: .line(Palette.accent))]),
    ("line-steps", [Line(x: x, y: y, style: .line(Palette.accent), shape: .steps)]),
    (
      "ribbon",
      [
        Ribbon(
          x: x, low: [0, 0, 0, 0.1, 0.2, 0.3], high: y, style: .fill(Palette.herd, opacity: 0.3))
      ]
    ),
    ("area", [Ribbon(x: x, y: y, baseline: 0, style: .fill(Palette.herd))]),
    (
      "rectangles",
      [
        Rectangles(
          [
            .init(x: 0...4, y: 0...0.5), .init(x: 4...10, y: 0...0.9), .init(x: 5...20, y: 0.9...1),
          ],
          style: .fill(Palette.herd), inset: 1)
      ]
    ),
    ("dots", [Dots(x: x, y: y, radius: 4, style: .fill(Palette.accent))]),
    (
      "piles",
      [
        Piles(
          [2, 2.1, 2.2, 3, 7, 7, 7.3, .nan], y: 0.2, radius: 3, pitch: 6, color: Palette.herd)
      ]
    ),
    (
      "glyphs",
      Glyphs.Shape.allCases.enumerated().map { index, shape -> any Mark in
        Glyphs(
          x: [Double(index) + 1, 8, .nan], y: [0.5, 0.1 * Double(index + 1), 0.5], shape: shape,
          radius: 4, color: Palette.ink)
      }
    ),
    (
      "line-names",
      [
        Line(x: x, y: [0.1, 0.4, 0.45, 0.5, 0.75, 0.9], style: .line(Palette.accent)),
        Line(x: x, y: [0.9, 0.7, 0.35, 0.3, 0.2, 0.2], style: .line(Palette.herd)),
        LineNames(
          [
            .init("rising", x: x, y: [0.1, 0.4, 0.45, 0.5, 0.75, 0.9], bold: true),
            .init("falling", x: x, y: [0.9, 0.7, 0.35, 0.3, 0.2, 0.2]),
          ], size: 11),
      ]
    ),
    (
      "rule",
      [
        Rule(
          [.horizontal(0.5), .vertical(4), .horizontal(0.25, 2...6), .vertical(.nan)],
          style: .line(Palette.null, dash: [3, 3]))
      ]
    ),
    (
      "strip",
      [
        Strip(x, style: .line(Palette.ink, width: 1)),
        Strip(y, edge: .left, length: 4, style: .line(Palette.ink, width: 1)),
      ]
    ),
    (
      "links-elbow",
      [
        Links(
          [
            .init(x0: 0, y0: 0.5, x1: 4, y1: 0.9), .init(x0: 0, y0: 0.5, x1: 10, y1: 0.5),
            .init(x0: .nan, y0: 0, x1: 1, y1: 1),
          ], shape: .elbow, style: .line(Palette.herd))
      ]
    ),
    (
      "links-arc",
      [Links([.init(x0: 0, y0: 0.1, x1: 8, y1: 0.9)], shape: .arc, style: .line(Palette.herd))]
    ),
    (
      "links-straight",
      [Links([.init(x0: 0, y0: 0.1, x1: 8, y1: 0.9)], shape: .straight, style: .line(Palette.herd))]
    ),
    (
      "picture",
      [
        Picture(
          PNG(
            indices: [0, 1, 8, 14, 15, 0],
            palette: DivergingScale(limit: 1).palette, width: 3, height: 2), x: 0...6, y: 0...1)
      ]
    ),
    (
      "label",
      [
        Label("a & <b>", x: 2, y: 0.5, bold: true, color: Palette.ink, halo: true),
        Label("turned", x: 8, y: 0.5, offset: (0, 4), anchor: .end, rotation: -90),
        Label("nowhere", x: .nan, y: 0),
      ]
    ),
    ("axis", [Axis(.left, title: "share", grid: true), Axis(.bottom, title: "generation")]),
  ]

  @Test("each mark draws what its golden file holds", arguments: examples.map(\.name))
  func golden(name: String) throws {
    let example = try #require(Self.examples.first { $0.name == name })
    let plot = Plot(
      id: name, width: 240, height: 140, title: name, summary: "An example of \(name).",
      panels: [Panel(Self.frame, example.marks)])
    let svg = plot.svg(standalone: true).markup
    #expect(!svg.contains("nan"))
    #expect(!svg.contains("NaN"))
    try expectGolden(svg, "\(name).svg")
  }

  @Test("a point without a place lifts the pen")
  func pen() {
    let line = Line(x: Self.x, y: Self.y, style: .line(Palette.ink)).elements(in: Self.frame)
    let path = line[0].attributes.first { $0.name == "d" }!.value
    #expect(path.filter { $0 == "M" }.count == 2)
  }

  /// Lines of many shapes, each with a name: steep, flat, crossing, close together, and along the edge.
  static let lines: [[Double]] = [
    [0, 0.2, 0.4, 0.6, 0.8, 1], [1, 0.8, 0.6, 0.4, 0.2, 0], [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    [1, 0.1, 0.05, 0.03, 0.01, 0], [0.9, 0.1, 0.9, 0.1, 0.9, 0.1], [0, 0, 0, 0, 0, 0],
    [0.55, 0.5, 0.6, 0.5, 0.45, 0.55],
  ]

  @Test(
    "a name lies on no line and no other name, and its own line is the nearest",
    arguments: lines.indices, lines.indices)
  func lineNames(first: Int, second: Int) throws {
    guard first < second else { return }
    let lines = [Self.lines[first], Self.lines[second]]
    let frame = Frame(
      x: Scale(domain: 0...10, from: 40, to: 440), y: Scale(domain: 0...1, from: 200, to: 20))
    let size = 11.0
    let names = LineNames(
      [.init("first", x: Self.x, y: lines[0]), .init("second", x: Self.x, y: lines[1])], size: size
    ).elements(in: frame)
    #expect(names.map(\.text) == ["first", "second"])
    /// The pixels from a line to the nearest point of a box.
    func distance(
      _ line: [Double], _ box: (left: Double, top: Double, right: Double, bottom: Double)
    )
      -> Double
    {
      (0...4000).map { step -> Double in
        let place = Double(step) / 800
        let (left, share) = (min(4, Int(place)), place - Double(min(4, Int(place))))
        let x = frame.x(2 * place)
        let y = frame.y(line[left] + share * (line[left + 1] - line[left]))
        let across = max(0, box.left - x, x - box.right)
        let along = max(0, box.top - y, y - box.bottom)
        return (across * across + along * along).squareRoot()
      }.min() ?? .infinity
    }
    var boxes: [(left: Double, top: Double, right: Double, bottom: Double)] = []
    for (place, name) in names.enumerated() {
      func number(_ key: String) throws -> Double {
        try #require(name.attributes.first { $0.name == key }.flatMap { Double($0.value) })
      }
      let (x, y) = (try number("x"), try number("y"))
      let width = textWidth(name.text ?? "", size: size)
      let box = (left: x, top: y - 0.85 * size, right: x + width, bottom: y + 0.15 * size)
      let (own, other) = (distance(lines[place], box), distance(lines[1 - place], box))
      #expect(own > 1 && other > 1, "\(name.text ?? "")")
      #expect(box.left >= frame.left && box.right <= frame.right)
      #expect(box.top >= frame.top && box.bottom <= frame.bottom)
      #expect(own < other, "\(name.text ?? "")")
      for taken in boxes {
        #expect(
          box.left > taken.right || box.right < taken.left || box.top > taken.bottom
            || box.bottom < taken.top)
      }
      boxes.append(box)
    }
  }

  @Test("marks of nothing draw nothing")
  func nothing() {
    let empty: [any Mark] = [
      Line(x: [.nan], y: [1], style: .line(Palette.ink)),
      Ribbon(x: [], low: [], high: [], style: .line(Palette.ink)),
      Rectangles([], style: .line(Palette.ink)),
      Links([], shape: .elbow, style: .line(Palette.ink)),
      Dots(x: [], y: [], style: .line(Palette.ink)),
      Strip([], style: .line(Palette.ink)),
      Glyphs(x: [.nan], y: [0], shape: .disc, color: Palette.ink),
      Piles([.nan], y: 0, radius: 3, pitch: 6, color: Palette.ink),
      Label("", x: 0, y: 0),
    ]
    for mark in empty { #expect(mark.elements(in: Self.frame).isEmpty) }
  }

  @Test("of dots in a pile no two touch, and each lies as low as it can")
  func piles() {
    let positions = [0.0, 1, 2, 5, 6, 6, 20]
    #expect(Piles.levels(of: positions, radius: 1) == [0, 1, 0, 0, 1, 2, 0])
    #expect(Piles.levels(of: [], radius: 1) == [])
  }

  @Test("a clipped panel refers to a clip path that stands in it")
  func clip() throws {
    let plot = Plot(
      id: "f9", width: 100, height: 100, title: "t", summary: "s",
      panels: [Panel(Self.frame, clips: true, Self.examples[0].marks)])
    let svg = plot.svg().markup
    #expect(svg.contains("<clipPath id=\"f9-p0-clip\">"))
    #expect(svg.contains("clip-path=\"url(#f9-p0-clip)\""))
    #expect(svg.hasPrefix("<svg viewBox=\"0 0 100 100\""))
    #expect(svg.contains("<title id=\"f9-title\">t</title>\n<desc id=\"f9-desc\">s</desc>"))
  }

  @Test("text is escaped and control characters, which XML forbids, are replaced")
  func escaping() {
    #expect(
      escaped("<a href=\"x\">&'\u{1}\u{7F}\n")
        == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;\u{FFFD}\u{FFFD}\n")
    // What turns the direction of all that follows, too; other marks above U+2000 stay.
    #expect(escaped("\u{202E}a\u{2066}b’") == "\u{FFFD}a\u{FFFD}b’")
  }
}
