package import HerdbookCharts

/// The weights into the units of a network's first layer, each a tile on the input plane, with the weights
/// out of it beside it where they are few.
package struct NeuronSheet {
  /// Units in the order in which they are shown.
  package let order: [Int]
  let rows: Int
  let columns: Int
  /// For each of `order` the weights into it; NaN where no training image ever lights the pixel.
  let tiles: [[Double]]
  /// The end of the common scale: the magnitude that 0.5 % of the weights of lit pixels exceed.
  let limit: Double
  /// The end of the scale of outgoing weights.
  let outgoingLimit: Double
  private let units: Int
  /// The next layer, whose rows are what each unit sends on; nil without a hidden layer.
  private let next: BundleContents.Tensor?

  /// Nil where the inputs are no plane of this size.
  ///
  /// - Parameter layers: weight matrices [in, out], at least one.
  /// - Parameter lit: the share of training images that light each pixel; a pixel beyond its end is lit.
  /// - Parameter order: of units; all by their number unless given.
  package init?(
    layers: [BundleContents.Tensor], rows: Int, columns: Int, lit: [Double], order: [Int]? = nil
  ) {
    guard let first = layers.first, first.shape.count == 2, rows * columns == first.shape[0],
      rows > 0, first.shape[1] > 0
    else { return nil }
    self.rows = rows
    self.columns = columns
    units = first.shape[1]
    next = layers.count > 1 ? layers[1] : nil
    self.order = order ?? Array(0..<first.shape[1])
    let isLit = (0..<first.shape[0]).map { $0 >= lit.count || lit[$0] > 0 }
    let units = first.shape[1]
    tiles = self.order.map { unit in
      isLit.indices.map { isLit[$0] ? Double(first.values[$0 * units + unit]) : .nan }
    }
    limit = TilePicture.limit(tiles)
    let next = next
    outgoingLimit =
      self.order.flatMap { NeuronSheet.outgoing($0, next, units: units, rows: rows) }
      .map(\.magnitude).max() ?? 0
  }

  /// Tiles in a row of a whole picture.
  package var perRow: Int { order.count > 20 ? 10 : order.count > 12 ? 5 : min(5, order.count) }

  /// Weights out of a unit; few enough to show beside its tile, or none.
  func outgoing(_ unit: Int) -> [Double] {
    NeuronSheet.outgoing(unit, next, units: units, rows: rows)
  }

  private static func outgoing(
    _ unit: Int, _ next: BundleContents.Tensor?, units: Int, rows: Int
  ) -> [Double] {
    guard let next, next.shape[0] == units, next.shape[1] <= rows else { return [] }
    return (0..<next.shape[1]).map { Double(next.values[unit * next.shape[1] + $0]) }
  }

  /// The weights into one unit, NaN where no training image lights the pixel; nil where it is not shown.
  func field(of unit: Int) -> [Double]? { order.firstIndex(of: unit).map { tiles[$0] } }

  /// The weights into one unit, on a scale of its own; nil where it is not shown.
  func tile(of unit: Int) -> PNG? {
    guard let place = order.firstIndex(of: unit) else { return nil }
    let weights = tiles[place]
    let scale = DivergingScale(limit: weights.filter(\.isFinite).map(\.magnitude).max() ?? 0)
    return PNG(
      indices: weights.map { $0.isNaN ? 0 : scale.index($0) }, palette: scale.palette,
      width: columns, height: rows)
  }

  /// Tiles in rows, each with its outgoing weights at its right.
  ///
  /// - Parameter ground: what zero and the gaps are painted with; they are transparent unless given.
  package func picture(
    perRow: Int, ownScale: Bool, count: Int? = nil, ground: Color? = nil
  ) -> PNG {
    let shown = Array(order.prefix(count ?? order.count))
    let bars = outgoing(shown[0])
    let barWidth = bars.isEmpty ? 0 : max(2, columns / 8)
    let barHeight = bars.isEmpty ? 0 : (rows + bars.count - 1) / bars.count
    let cellWidth = columns + (bars.isEmpty ? 0 : 1 + barWidth)
    let cellHeight = max(rows, bars.count * barHeight)
    let gutter = TilePicture.gutter(columns: columns)
    let width = perRow * cellWidth + (perRow - 1) * gutter
    let lines = (shown.count + perRow - 1) / perRow
    let height = lines * cellHeight + (lines - 1) * gutter
    let outgoingScale = DivergingScale(limit: outgoingLimit)
    var pixels = [UInt8](repeating: 0, count: width * height)
    for (place, unit) in shown.enumerated() {
      let left = place % perRow * (cellWidth + gutter)
      let top = place / perRow * (cellHeight + gutter)
      let weights = tiles[place]
      let scale = DivergingScale(
        limit: ownScale ? weights.filter(\.isFinite).map(\.magnitude).max() ?? 0 : limit)
      TilePicture.paint(
        weights, columns: columns, scale: scale, into: &pixels, width: width, left: left, top: top)
      for (output, value) in outgoing(unit).enumerated() {
        let from = output * barHeight
        for y in from..<from + max(1, barHeight - 1) {
          for x in 0..<barWidth {
            pixels[(top + y) * width + left + columns + 1 + x] = outgoingScale.index(value)
          }
        }
      }
    }
    let palette = outgoingScale.palette.map { entry in ground.map(entry.painted) ?? entry }
    return PNG(indices: pixels, palette: palette, width: width, height: height)
  }
}
