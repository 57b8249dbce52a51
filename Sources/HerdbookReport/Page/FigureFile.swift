import HerdbookCharts

/// One figure as an SVG file of its own: its question or headline and finding, then its pictures, and a line below.
package struct FigureFile: Sendable {
  /// The figure's anchor, and its name in a spec.
  private let id: String
  private let key: String
  /// The experiment's.
  private let eyebrow: String
  private let question: String
  private let finding: String
  private let pictures: [Plot]
  /// That the pictures are drawn in.
  private let inner: Double
  private let footer: String

  private static let margin = 24.0
  private static let gap = 40.0

  /// Nil where there is no picture.
  init?(
    id: String, key: String, of contents: BundleContents, question: String, finding: HTML,
    pictures: [Plot], width: Double = Layout.wide.width, footer: String = ""
  ) {
    guard !pictures.isEmpty else { return nil }
    self.id = id
    self.key = key
    eyebrow =
      contents.title == contents.name
      ? "Herdbook / \(contents.name)" : "Herdbook / \(contents.name): \(contents.title)"
    self.question = question
    self.finding = finding.words
    self.pictures = pictures
    inner = width
    self.footer = footer
  }

  /// `f10-neurons.svg`.
  package var name: String { id == key ? "\(id).svg" : "\(id)-\(key).svg" }

  package var bytes: [UInt8] { Array(svg.markup.utf8) }

  /// Whether the file of this name may be replaced: it is one of these, of whatever experiment and version.
  package func isSucceeding(_ old: [UInt8]) -> Bool {
    let head = String(decoding: old.prefix(400), as: UTF8.self).prefix { $0 != ">" }
    return head.hasPrefix("<svg xmlns=")
      && head.contains(" aria-labelledby=\"\(id)-title \(id)-desc\"")
  }

  private var svg: Element {
    var marks: [any Mark] = []
    var y = 18.0
    func write(_ lines: [String], size: Double, bold: Bool, color: ThemeColor, below: Double) {
      for line in lines {
        y += size * 1.35
        marks.append(
          Label(line, x: Self.margin, y: y, size: size, bold: bold, color: color))
      }
      y += below
    }
    // Letters of some systems are a little wider than Helvetica's.
    func lines(_ text: String, _ size: Double) -> [String] {
      Words.lines(text, size: size, width: inner / 1.06)
    }
    write(
      [Words.shortened(eyebrow, to: inner / 1.06, size: 13)], size: 13, bold: false,
      color: Palette.muted, below: 6)
    write(lines(question, 24), size: 24, bold: true, color: Palette.ink, below: 4)
    write(lines(finding, 15), size: 15, bold: false, color: Palette.ink, below: 24)
    let (places, end) = flow(from: y)
    y = end
    if !footer.isEmpty {
      y += 12
      write(lines(footer, 12), size: 12, bold: false, color: Palette.muted, below: 0)
    }
    let bottom = y
    let width = inner + 2 * Self.margin
    let height = bottom + Self.margin
    let plot = Plot(
      id: id, width: width, height: height, title: question,
      summary: ([finding] + pictures.map { "\($0.title): \($0.summary)" }).joined(separator: " "),
      panels: [Panel(.pixels(width: width, height: height), marks)])
    var svg = plot.svg(standalone: true)
    if hasInk { svg.children.insert(Element("style", text: "\n" + Picture.inkStyle), at: 3) }
    for (picture, place) in zip(pictures, places) {
      let move = "translate(\(Decimal.coordinate(place.x)) \(Decimal.coordinate(place.y)))"
      svg.children.append(
        Element("g", [.init("transform", move)], children: picture.shapes))
    }
    return svg
  }

  private var hasInk: Bool {
    pictures.contains { plot in
      plot.panels.contains { $0.marks.contains { ($0 as? Picture)?.isInk ?? false } }
    }
  }

  /// Where each picture stands, side by side as long as there is room, and where the last row ends.
  private func flow(from top: Double) -> (places: [(x: Double, y: Double)], bottom: Double) {
    var places: [(x: Double, y: Double)] = []
    var (x, y, bottom) = (Self.margin, top, top)
    for picture in pictures {
      if x > Self.margin, x + picture.width > inner + Self.margin {
        (x, y) = (Self.margin, bottom + Self.gap)
      }
      places.append((x, y))
      x += picture.width + Self.gap
      bottom = max(bottom, y + picture.height)
    }
    return (places, bottom)
  }
}

extension Figure {
  /// - Parameter key: what a spec calls it.
  func file(called key: String, of contents: BundleContents) -> FigureFile? {
    FigureFile(
      id: id, key: key, of: contents, question: question, finding: finding,
      pictures: body.pictures)
  }
}

extension Verdict {
  var file: FigureFile? {
    FigureFile(
      id: "f0", key: "verdict", of: contents, question: "What ran, and what came out?",
      finding: sentence, pictures: [plot(.wide)])
  }
}
