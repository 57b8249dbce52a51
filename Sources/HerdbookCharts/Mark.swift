/// Where the data of one panel land: the two scales, whose ranges are its rectangle.
package struct Frame: Sendable, Equatable {
  package let x: Scale
  package let y: Scale

  package init(x: Scale, y: Scale) {
    self.x = x
    self.y = y
  }

  /// A frame in which data units are the pixels of a plot.
  package static func pixels(width: Double, height: Double) -> Frame {
    Frame(
      x: Scale(domain: 0...width, from: 0, to: width),
      y: Scale(domain: 0...height, from: 0, to: height))
  }

  package var left: Double { min(x.start, x.end) }
  package var right: Double { max(x.start, x.end) }
  package var top: Double { min(y.start, y.end) }
  package var bottom: Double { max(y.start, y.end) }
}

extension Frame {
  /// A frame of this size, in pixels, in which one unit is as long on both axes, so that distances between points can be
  /// seen: the points in its middle, with a margin.
  package static func ofOneUnit(
    _ x: [Double], _ y: [Double], left: Double, top: Double, width: Double, height: Double
  ) -> Frame {
    func domain(_ values: [Double]) -> ClosedRange<Double> {
      let (low, high) = (values.min() ?? 0, values.max() ?? 1)
      let pad = max(high - low, 1e-12) * 0.06
      return low - pad...high + pad
    }
    let (x, y) = (domain(x), domain(y))
    let unit = max((x.upperBound - x.lowerBound) / width, (y.upperBound - y.lowerBound) / height)
    func widened(_ range: ClosedRange<Double>, _ pixels: Double) -> ClosedRange<Double> {
      let middle = (range.lowerBound + range.upperBound) / 2
      return middle - unit * pixels / 2...middle + unit * pixels / 2
    }
    return Frame(
      x: Scale(domain: widened(x, width), from: left, to: left + width),
      y: Scale(domain: widened(y, height), from: top + height, to: top))
  }
}

/// A geometric form of data: what a panel is made of. Axes are marks as well.
///
/// A mark takes values in data units and gives shapes in pixels. It leaves out what has no place:
/// NaN lifts the pen of a line, and drops a dot.
package protocol Mark: Sendable {
  func elements(in frame: Frame) -> [Element]
}

/// How shapes are painted; nil keeps what SVG inherits.
package struct Style: Sendable, Equatable {
  package var fill: Paint?
  package var fillOpacity: Double?
  package var stroke: Paint?
  package var width: Double?
  package var strokeOpacity: Double?
  package var dash: [Double]

  package init(
    fill: Paint? = nil, fillOpacity: Double? = nil, stroke: Paint? = nil, width: Double? = nil,
    strokeOpacity: Double? = nil, dash: [Double] = []
  ) {
    self.fill = fill
    self.fillOpacity = fillOpacity
    self.stroke = stroke
    self.width = width
    self.strokeOpacity = strokeOpacity
    self.dash = dash
  }

  /// A line of a theme's colour.
  package static func line(
    _ color: ThemeColor, width: Double = 1.5, opacity: Double? = nil, dash: [Double] = []
  ) -> Style {
    Style(
      fill: Paint.none, stroke: .theme(color), width: width, strokeOpacity: opacity, dash: dash)
  }

  /// A surface of a theme's colour.
  package static func fill(_ color: ThemeColor, opacity: Double? = nil) -> Style {
    Style(fill: .theme(color), fillOpacity: opacity)
  }

  /// In the order in which they are always written.
  package var attributes: [Element.Attribute] {
    var out: [Element.Attribute] = []
    let classes = [fill?.themeClass("f"), stroke?.themeClass("s")].compactMap { $0 }
    if !classes.isEmpty { out.append(.init("class", classes.joined(separator: " "))) }
    if let fill { out.append(.init("fill", fill.attribute)) }
    if let fillOpacity { out.append(.init("fill-opacity", Decimal.coordinate(fillOpacity))) }
    if let stroke { out.append(.init("stroke", stroke.attribute)) }
    if let width { out.append(.init("stroke-width", Decimal.coordinate(width))) }
    if let strokeOpacity { out.append(.init("stroke-opacity", Decimal.coordinate(strokeOpacity))) }
    if !dash.isEmpty {
      out.append(
        .init("stroke-dasharray", dash.map(Decimal.coordinate).joined(separator: " ")))
    }
    return out
  }
}

extension Element {
  /// A path with a style.
  package static func path(_ data: PathData, _ style: Style) -> Element {
    Element("path", style.attributes + [Attribute("d", data.text)])
  }

  /// An attribute with a number of at most two decimals.
  package static func number(_ name: String, _ value: Double) -> Attribute {
    Attribute(name, Decimal.coordinate(value))
  }
}
