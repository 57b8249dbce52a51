import HerdbookCharts
import HerdbookModel

/// One of two bundles that a page shows side by side, with the run that is drawn of it and how: A in full lines, B in
/// broken ones, so that no colour is needed to tell them apart.
struct ComparedSide: Sendable {
  enum Letter: String, Sendable {
    case a = "A"
    case b = "B"

    /// One of the categories.
    var color: Color { Palette.categories[self == .a ? 1 : 2] }
    fileprivate var dash: [Double] { self == .a ? [] : [7, 4] }

    func line(_ width: Double = 2) -> Style {
      Style(fill: Paint.none, stroke: .fixed(color), width: width, dash: dash)
    }

    func fill(_ opacity: Double? = nil) -> Style {
      Style(fill: .fixed(color), fillOpacity: opacity)
    }
  }

  let letter: Letter
  /// As it was named on the command line.
  let name: String
  /// Of the run that is shown.
  let contents: BundleContents
  let shown: ShownRun
  let data: BundleRun

  init(_ side: Comparison.Side, as letter: Letter) throws {
    self.letter = letter
    name = side.name
    shown = try ShownRun(side.contents)
    var chosen = side.contents
    chosen.show(shown.run)
    contents = chosen
    data = try BundleRun(shown.run, in: contents)
  }

  var generations: Generations { data.generations }

  /// Which run is drawn, in a sentence.
  var sentence: HTML {
    let bundle: HTML = "\(letter.rawValue) is <code>\(name)</code>."
    return "\(bundle) \(shown.sentence ?? "Shown is its only run, \(data.run.id).")"
  }
}

/// Both, in their order.
struct ComparedSides: Sendable {
  let a: ComparedSide
  let b: ComparedSide

  var all: [ComparedSide] { [a, b] }

  /// From generation 0 to the last of the longer run.
  var generations: ClosedRange<Double> {
    let (a, b) = (a.generations.domain, b.generations.domain)
    return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
  }

  /// The lines and names of both, at pixels from the upper left corner; one below the other where there is little
  /// room.
  func key(x: Double, y: Double, size: Double, isNarrow: Bool) -> Panel {
    let width = isNarrow ? 300.0 : 330
    let marks = all.enumerated().flatMap { index, side -> [any Mark] in
      let left = isNarrow ? x : x + Double(index) * (width + 70)
      let top = isNarrow ? y + Double(index) * (size + 6) : y
      let name = Words.shortened(side.name, to: width - 20, size: size)
      return [
        Line(
          x: [left, left + 30], y: [top - size * 0.35, top - size * 0.35],
          style: side.letter.line(2.5)),
        Label(
          "\(side.letter.rawValue)  \(name)", x: left + 38, y: top, size: size, bold: true,
          color: Palette.ink),
      ]
    }
    return Panel(.pixels(width: 1, height: 1), marks)
  }

  /// The letters at the ends of two lines, which keep apart where the lines end together.
  func letters(
    _ ends: [(x: Double, y: Double)], in frame: Frame, size: Double
  ) -> [any Mark] {
    let known = zip(all, ends).filter { $0.1.x.isFinite && $0.1.y.isFinite }
    let heights = known.map { frame.y.clamped($0.1.y) }
    let areTogether =
      known.count == 2 && (frame.x(known[0].1.x) - frame.x(known[1].1.x)).magnitude < 2 * size
    let places =
      areTogether
      ? spread(heights, gap: size + 2, within: frame.top...frame.bottom) : heights
    return zip(known, places).map { known, place in
      Label(
        known.0.letter.rawValue, x: known.1.x, y: frame.y.domain.lowerBound,
        offset: (6, place + size * 0.35 - frame.bottom), size: size + 1, bold: true,
        color: Palette.ink, halo: true)
    }
  }
}
