import HerdbookCharts

/// One numbered figure of a page: a question, its answer in numbers, and the picture.
struct Figure {
  /// `f1`: the anchor, and the beginning of every id inside.
  var id: String
  /// One or two words for the navigation.
  var short: String
  var question: String
  /// One sentence with numbers made from the data.
  var finding: HTML
  var body: HTML
  /// What is shown of what: n, units, sampling, scales, null.
  var notes: HTML
  var tables: [NumberTable] = []
  /// Bytes that the figure may take in the page; a test holds it.
  var budget: Int

  var html: HTML {
    var details: HTML = ""
    for table in tables { details += table.html(id: id) }
    return """
      <section class="figure" id="\(id)" aria-labelledby="\(id)-h">
      <h2 id="\(id)-h">\(question)</h2>
      <p class="finding">\(finding)</p>
      <figure>
      \(body)<figcaption>\(notes)</figcaption>
      </figure>
      \(details)</section>

      """
  }
}

/// The numbers behind a figure, folded away.
struct NumberTable {
  var caption: String
  var header: [String]
  var rows: [[String]]
  /// Where all the numbers are, when these are some of them.
  var source: String

  func html(id: String) -> HTML {
    let head = header.map { "<th scope=\"col\">\($0)</th>" as HTML }.joined()
    let body = rows.map { row -> HTML in
      let cells = row.dropFirst().map { "<td>\($0)</td>" as HTML }.joined()
      return "<tr><th scope=\"row\">\(row.first ?? "")</th>\(cells)</tr>\n"
    }.joined()
    return """
      <details><summary>\(caption)</summary>
      <div class="scroll" role="region" tabindex="0" aria-label="\(caption)">
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
struct Layout {
  let width: Double
  let isNarrow: Bool

  static let wide = Layout(width: 880, isNarrow: false)
  static let narrow = Layout(width: 360, isNarrow: true)

  /// The end of an id, so that both drawings have their own.
  var suffix: String { isNarrow ? "-n" : "" }

  /// Both drawings; the style sheet shows one.
  static func drawn(_ draw: (Layout) -> Plot) -> HTML {
    both { layout in HTML(draw(layout).svg()) }
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

/// A plot with sprites laid over it as `img`, which browsers enlarge without smoothing.
struct OverlaidPlot {
  struct Sprite {
    var image: PNG
    /// In the plot's pixels.
    var x: Double
    var y: Double
    var width: Double
    var height: Double
  }
  var plot: Plot
  var sprites: [Sprite]

  var html: HTML {
    var out: HTML = "<div class=\"overlaid\">\n"
    out += HTML(plot.svg())
    for sprite in sprites {
      let place = [
        "left:\(Decimal.coordinate(sprite.x / plot.width * 100))%",
        "top:\(Decimal.coordinate(sprite.y / plot.height * 100))%",
        "width:\(Decimal.coordinate(sprite.width / plot.width * 100))%",
        "height:\(Decimal.coordinate(sprite.height / plot.height * 100))%",
      ].joined(separator: ";")
      out += "<img class=\"sprite\" alt=\"\" style=\"\(place)\" src=\"\(sprite.image.dataURI)\">\n"
    }
    return out + "</div>\n"
  }
}
