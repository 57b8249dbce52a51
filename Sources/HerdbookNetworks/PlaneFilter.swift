import CKernels
package import HerdbookModel
import HerdbookNumerics

/// A kernel filter made ready for a plane: sums of separable convolutions, zero outside.
///
/// gaussian: exp(-d^2 / 2 sigma^2) to 3 sigma; box: ones; laplacian: [0 -1 0; -1 4 -1; 0 -1 0] as the
/// sum of [-1 2 -1] along each axis; difference-of-gaussians: the bell of sigma less the one of 1.6
/// sigma (Marr and Hildreth 1980), each of unit sum.
package struct PlaneFilter: Sendable {
  /// One product of taps along the rows' axis and taps along the columns' axis.
  struct Term: Sendable {
    let vertical: [Float]
    let horizontal: [Float]
  }

  let rows: Int
  let columns: Int
  let terms: [Term]
  /// Where each pixel's noise comes from after filtering: the placebo; nil to leave it.
  let permutation: [Int]?

  /// nil for the shape `none`. `seed` is the run's, for the placebo's permutation.
  package init?(_ filter: KernelFilter, rows: Int, columns: Int, seed: UInt64) {
    switch filter.shape {
    case .none: return nil
    case .gaussian:
      let bell = PlaneFilter.bell(sigma: filter.sigma, unit: false)
      terms = [Term(vertical: bell, horizontal: bell)]
    case .box:
      let ones = [Float](repeating: 1, count: 2 * filter.radius + 1)
      terms = [Term(vertical: ones, horizontal: ones)]
    case .laplacian:
      terms = [
        Term(vertical: [-1, 2, -1], horizontal: [1]), Term(vertical: [1], horizontal: [-1, 2, -1]),
      ]
    case .differenceOfGaussians:
      let inner = PlaneFilter.bell(sigma: filter.sigma, unit: true)
      let outer = PlaneFilter.bell(sigma: 1.6 * filter.sigma, unit: true)
      terms = [
        Term(vertical: inner, horizontal: inner),
        Term(vertical: outer.map { -$0 }, horizontal: outer),
      ]
    }
    self.rows = rows
    self.columns = columns
    if filter.shuffle {
      var stream = RandomStream(seed: seed, purpose: .pixelShuffle)
      var order = Array(0..<rows * columns)
      stream.shuffle(&order)
      permutation = order
    } else {
      permutation = nil
    }
  }

  /// exp(-d^2 / 2 sigma^2) for d from -r to r with r = ceil(3 sigma).
  private static func bell(sigma: Double, unit: Bool) -> [Float] {
    let radius = Int((3 * sigma).rounded(.up))
    let taps = (-radius...radius).map { d in
      Elementary.exp(-Double(d * d) / (2 * sigma * sigma))
    }
    let sum = unit ? taps.reduce(0, +) : 1
    return taps.map { Float($0 / sum) }
  }

  /// Filters each column of a matrix [pixels][stride] over the plane of its rows, and gives each the
  /// RMS that it had.
  func apply(_ matrix: UnsafeMutablePointer<Float>, layer: NetworkLayout.Layer) {
    precondition(layer.inputs == rows * columns, "a filter's plane is the network's input")
    let stride = layer.stride
    let count = layer.inputs * stride
    let before = unsafe rootMeanSquares(matrix, stride: stride)
    let kernels = Kernels.current.table
    let half = AlignedFloats(uninitialized: count)
    let sum = AlignedFloats(uninitialized: count)
    let part = terms.count > 1 ? AlignedFloats(uninitialized: count) : half
    for (index, term) in terms.enumerated() {
      unsafe kernels.convolve(
        matrix, rows, columns, stride, 0, term.vertical, term.vertical.count / 2, half.base)
      unsafe kernels.convolve(
        half.base, rows, columns, stride, 1, term.horizontal, term.horizontal.count / 2,
        index == 0 ? sum.base : part.base)
      if index > 0 {
        for position in 0..<count { unsafe sum.base[position] += part.base[position] }
      }
    }
    let after = unsafe rootMeanSquares(sum.base, stride: stride)
    let factors = zip(before, after).map { $1 > 0 ? Float($0 / $1) : 0 }
    unsafe factors.withUnsafeBufferPointer { factors in
      guard let factors = factors.baseAddress else { return }
      for pixel in 0..<layer.inputs {
        let source = unsafe UnsafePointer(sum.base) + (permutation?[pixel] ?? pixel) * stride
        let target = unsafe matrix + pixel * stride
        for column in 0..<stride { unsafe target[column] = source[column] * factors[column] }
      }
    }
  }

  /// The RMS of each column, in binary64 over ascending pixels.
  private func rootMeanSquares(_ matrix: UnsafePointer<Float>, stride: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: stride)
    unsafe sums.withUnsafeMutableBufferPointer { sums in
      guard let sums = sums.baseAddress else { return }
      for pixel in 0..<rows * columns {
        let row = unsafe matrix + pixel * stride
        for column in 0..<stride {
          let value = unsafe Double(row[column])
          unsafe sums[column] += value * value
        }
      }
    }
    return sums.map { ($0 / Double(rows * columns)).squareRoot() }
  }
}
