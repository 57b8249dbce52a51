/// A raster between data values, as a PNG inside the document, enlarged without smoothing.
///
/// Safari smooths it all the same: pages lay sprites over a plot as `img` instead.
package struct Picture: Mark {
  package var image: PNG
  package var x: ClosedRange<Double>
  package var y: ClosedRange<Double>
  /// Whether what is white in the image is ink: a dataset's pictures are light on dark, and a light ground
  /// turns them over where the plot's style sheet has `Picture.inkStyle`.
  package var isInk: Bool

  package init(
    _ image: PNG, x: ClosedRange<Double>, y: ClosedRange<Double>, isInk: Bool = false
  ) {
    self.image = image
    self.x = x
    self.y = y
    self.isInk = isInk
  }

  /// For files of their own.
  package static let inkStyle =
    ".ink{filter:invert(1)}\n@media screen and (prefers-color-scheme:dark){.ink{filter:none}}\n"

  package func elements(in frame: Frame) -> [Element] {
    let xs = [frame.x(x.lowerBound), frame.x(x.upperBound)].sorted()
    let ys = [frame.y(y.lowerBound), frame.y(y.upperBound)].sorted()
    guard (xs + ys).allSatisfy(\.isFinite) else { return [] }
    return [
      Element(
        "image",
        [
          Element.number("x", xs[0]), Element.number("y", ys[0]),
          Element.number("width", xs[1] - xs[0]), Element.number("height", ys[1] - ys[0]),
          .init("preserveAspectRatio", "none"), .init("style", "image-rendering:pixelated"),
          .init("href", image.dataURI),
        ] + (isInk ? [.init("class", "ink")] : []))
    ]
  }
}
