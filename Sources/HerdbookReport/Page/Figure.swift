package import HerdbookCharts

/// One numbered figure of a page: a question, its answer in numbers, and the picture.
package struct Figure {
  /// `f1`: the anchor, and the beginning of every id inside.
  package var id: String
  /// One or two words for the navigation.
  package var short: String
  package var question: String
  /// One sentence with numbers made from the data.
  package var finding: HTML
  package var body: Drawing
  /// What is shown of what: n, units, sampling, scales, null.
  package var notes: HTML
  package var tables: [NumberTable] = []
  /// Bytes that the figure may take in the page; a test holds it.
  package var budget: Int

  package var html: HTML {
    var details: HTML = ""
    for (index, table) in tables.enumerated() {
      details += table.html(of: id, number: index + 1)
    }
    return """
      <section class="figure" id="\(id)" aria-labelledby="\(id)-h">
      <h2 id="\(id)-h">\(question)</h2>
      <p class="finding">\(finding)</p>
      <figure>
      \(body.html)<figcaption>\(notes)</figcaption>
      </figure>
      \(details)</section>

      """
  }
}

/// The numbers behind a figure, folded away.
package struct NumberTable {
  package var caption: String
  package var header: [String]
  package var rows: [[String]]
  /// Where all the numbers are, when these are some of them.
  package var source: String

  /// Which rows of a long table are told, evenly: of 21, 41 or 201 generations every one, second or tenth.
  static func rows(of total: Int) -> [Int] { Words.evenly(total, atMost: 21) }

  /// The table, folded, as one of the section with this id. The region is named by the section's heading and its own
  /// caption, so that a reader of landmarks can tell the tables of a page apart.
  package func html(of section: String, number: Int) -> HTML {
    let id = "\(section)-t\(number)"
    let head = header.map { "<th scope=\"col\">\($0)</th>" as HTML }.joined()
    let body = rows.map { row -> HTML in
      let cells = row.dropFirst().map { "<td>\($0)</td>" as HTML }.joined()
      return "<tr><th scope=\"row\">\(row.first ?? "")</th>\(cells)</tr>\n"
    }.joined()
    return """
      <details><summary id="\(id)">\(caption)</summary>
      <div class="scroll" role="region" tabindex="0" aria-labelledby="\(section)-h \(id)">
      <table><thead><tr>\(head)</tr></thead>
      <tbody>
      \(body)</tbody></table>
      </div>
      <p class="source">From <code>\(source)</code></p>
      </details>

      """
  }
}

/// The two widths in which every chart is drawn: type keeps its size on a telephone, which no scaling
/// of one drawing can do, and no script is needed.
package struct Layout {
  package let width: Double
  package let isNarrow: Bool

  package static let wide = Layout(width: 880, isNarrow: false)
  package static let narrow = Layout(width: 360, isNarrow: true)

  /// The end of an id, so that both drawings have their own.
  package var suffix: String { isNarrow ? "-n" : "" }

  /// Both drawings; the style sheet shows one.
  package static func drawn(_ draw: (Layout) -> Plot) -> Drawing {
    let wide = draw(.wide)
    let html = both { HTML(($0.isNarrow ? draw(.narrow) : wide).svg()) }
    return Drawing(html, pictures: [wide])
  }

  /// The same with sprites.
  package static func overlaid(_ draw: (Layout) -> OverlaidPlot) -> Drawing {
    let wide = draw(.wide)
    let narrow = draw(.narrow)
    let html = Sprites.around { sprites in
      both { ($0.isNarrow ? narrow : wide).html(&sprites) }
    }
    return Drawing(html, pictures: [wide.flat])
  }

  static func both(_ draw: (Layout) -> HTML) -> HTML {
    """
    <div class="wide">
    \(draw(.wide))</div>
    <div class="narrow">
    \(draw(.narrow))</div>

    """
  }
}

/// Pictures that several drawings of a figure show, each written once, as a variable of its style sheet.
struct Sprites {
  private var images: [PNG] = []

  /// The name of the variable.
  mutating func name(_ image: PNG) -> String {
    let place = images.firstIndex(of: image) ?? images.count
    if place == images.count { images.append(image) }
    return "--i\(place)"
  }

  /// Markup in an element that has its pictures.
  static func around(_ markup: (inout Sprites) -> HTML) -> HTML {
    var sprites = Sprites()
    let inner = markup(&sprites)
    guard !sprites.images.isEmpty else { return inner }
    let variables = sprites.images.enumerated().map { "--i\($0):url(\($1.dataURI))" }
    return "<div style=\"\(variables.joined(separator: ";"))\">\n\(inner)</div>\n"
  }
}

/// A plot with sprites laid over it, which browsers enlarge without smoothing.
package struct OverlaidPlot {
  package struct Sprite {
    var image: PNG
    /// In the plot's pixels.
    var x: Double
    var y: Double
    var width: Double
    var height: Double
  }
  package var plot: Plot
  package var sprites: [Sprite]

  /// The same as one picture, where nothing can be laid over it.
  package var flat: Plot {
    let images = sprites.map {
      Picture($0.image, x: $0.x...$0.x + $0.width, y: $0.y...$0.y + $0.height)
    }
    var plot = plot
    plot.panels.append(Panel(.pixels(width: plot.width, height: plot.height), images))
    return plot
  }

  func html(_ sprites: inout Sprites) -> HTML {
    var out: HTML = "<div class=\"overlaid\">\n"
    out += HTML(plot.svg())
    for sprite in self.sprites {
      let place = [
        "left:\(Decimal.coordinate(sprite.x / plot.width * 100))%",
        "top:\(Decimal.coordinate(sprite.y / plot.height * 100))%",
        "width:\(Decimal.coordinate(sprite.width / plot.width * 100))%",
        "height:\(Decimal.coordinate(sprite.height / plot.height * 100))%",
        "background-image:var(\(sprites.name(sprite.image)))",
      ].joined(separator: ";")
      out += "<span class=\"sprite\" style=\"\(place)\"></span>\n"
    }
    return out + "</div>\n"
  }
}
