package import HerdbookNetworks

/// The plane of the inputs at half its height and width, on which receptive fields of many units are held against each
/// other: a cell is the mean of the pixels of which it is made and of those around them, with the weights 1 3 3 1
/// along each axis, over those that are ever lit.
package struct CoarsePlane: Sendable, Equatable {
  package let rows: Int
  package let columns: Int
  package var cells: Int { rows * columns }
  /// For each cell, its pixels with their weights, which sum up to 1; none where no pixel is lit.
  private let taps: [[Tap]]
  private let planeRows: Int
  private let planeColumns: Int

  private struct Tap: Sendable, Equatable {
    let pixel: Int
    let weight: Float
  }

  /// - Parameter lit: whether some training image lights each pixel.
  package init(planeRows: Int, planeColumns: Int, lit: [Bool]) {
    self.planeRows = planeRows
    self.planeColumns = planeColumns
    (rows, columns) = ((planeRows + 1) / 2, (planeColumns + 1) / 2)
    let (rows, columns) = (rows, columns)
    taps = (0..<rows * columns).map { cell in
      let (top, left) = (cell / columns * 2 - 1, cell % columns * 2 - 1)
      var taps: [(pixel: Int, weight: Int)] = []
      for (row, vertical) in [1, 3, 3, 1].enumerated() {
        for (column, horizontal) in [1, 3, 3, 1].enumerated() {
          let (r, c) = (top + row, left + column)
          guard (0..<planeRows).contains(r), (0..<planeColumns).contains(c),
            lit[r * planeColumns + c]
          else { continue }
          taps.append((r * planeColumns + c, vertical * horizontal))
        }
      }
      let sum = Float(taps.reduce(0) { $0 + $1.weight })
      return taps.map { Tap(pixel: $0.pixel, weight: Float($0.weight) / sum) }
    }
  }

  /// Whether some pixel of each cell is ever lit.
  package var isLit: [Bool] { taps.map { !$0.isEmpty } }

  /// What the units of the first layer look at [unit][cell], each less its mean and of length 1 over the lit cells, 0
  /// elsewhere; all 0 where it is constant or not finite.
  package func fields(of weights: Weights) -> [Float] {
    let units = weights.layout.layers[0].outputs
    let matrix = weights.matrix(0)
    var sums = [Float](repeating: 0, count: cells * units)
    for (cell, taps) in taps.enumerated() {
      for tap in taps {
        let (from, to) = (tap.pixel * units, cell * units)
        for unit in 0..<units { sums[to + unit] += tap.weight * matrix[from + unit] }
      }
    }
    var fields = [Float](repeating: 0, count: units * cells)
    for unit in 0..<units {
      for cell in 0..<cells { fields[unit * cells + cell] = sums[cell * units + unit] }
      normalize(&fields, at: unit * cells)
    }
    return fields
  }

  /// Fields moved right and down by some cells, in the same form.
  func moved(_ fields: [Float], by shift: Int) -> [Float] {
    var moved = [Float](repeating: 0, count: fields.count)
    for start in stride(from: 0, to: fields.count, by: cells) {
      for row in shift..<max(shift, rows) {
        for column in shift..<max(shift, columns) where !taps[row * columns + column].isEmpty {
          moved[start + row * columns + column] =
            fields[start + (row - shift) * columns + column - shift]
        }
      }
      normalize(&moved, at: start)
    }
    return moved
  }

  private func normalize(_ fields: inout [Float], at start: Int) {
    var (sum, count) = (0.0, 0.0)
    for (cell, taps) in taps.enumerated() where !taps.isEmpty {
      sum += Double(fields[start + cell])
      count += 1
    }
    let mean = count > 0 ? sum / count : 0
    var (squares, largest) = (0.0, 0.0)
    for (cell, taps) in taps.enumerated() where !taps.isEmpty {
      let value = Double(fields[start + cell])
      squares += (value - mean) * (value - mean)
      largest = max(largest, value.magnitude)
    }
    let length = squares.squareRoot()
    // What is constant but for roundings has no shape.
    let hasShape = length.isFinite && length > 1e-6 * largest * count.squareRoot()
    for (cell, taps) in taps.enumerated() {
      let value = Double(fields[start + cell])
      fields[start + cell] = hasShape && !taps.isEmpty ? Float((value - mean) / length) : 0
    }
  }
}
