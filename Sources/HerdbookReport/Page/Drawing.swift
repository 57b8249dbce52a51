package import HerdbookCharts

/// What a figure draws: its markup in a page, and the pictures that a file of its own is made of.
///
/// A picture is the plot of the wide page itself. What a page lays out in HTML, so that it fits any width, has
/// a plot beside it.
package struct Drawing: ExpressibleByStringLiteral {
  package private(set) var html: HTML
  /// In their order; none where there are words and tables alone.
  package private(set) var pictures: [Plot]

  package init(_ html: HTML, pictures: [Plot] = []) {
    self.html = html
    self.pictures = pictures
  }

  package init(stringLiteral value: String) { self.init(HTML(stringLiteral: value)) }

  package static func + (a: Drawing, b: Drawing) -> Drawing {
    Drawing(a.html + b.html, pictures: a.pictures + b.pictures)
  }
}
