/// The principal components of some points (Jolliffe 2002), from their inner products, so that they may have many
/// more coordinates than there are points.
package struct PrincipalComponents: Sendable {
  /// The share of the variance that each component holds, the largest first; empty where all points are one.
  package let shares: [Double]
  /// [component][point], with the sign that makes the coordinate of largest magnitude positive, the first of equal ones.
  package let scores: [[Double]]

  /// - Parameter gram: inner products [point][point], in rows, of points that need not be centred.
  /// - Parameter most: components that are kept.
  package init(gram: [Double], count: Int, most: Int) {
    let centred = PrincipalComponents.centred(gram, count)
    let (values, vectors) = symmetricEigen(centred, size: count)
    let total = values.reduce(0) { $0 + max($1, 0) }
    // Rounding leaves a trace of variance where all points are one.
    let scale = gram.map(\.magnitude).max() ?? 0
    guard total > scale * Double(count) * 1e-12 else {
      (shares, scores) = ([], [])
      return
    }
    let kept = 0..<min(most, count)
    shares = kept.map { max(values[$0], 0) / total }
    scores = kept.map { component in
      let length = max(values[component], 0).squareRoot()
      let row = (0..<count).map { vectors[component][$0] * length }
      let largest = row.indices.max { (row[$0].magnitude, -$0) < (row[$1].magnitude, -$1) } ?? 0
      return row[largest] < 0 ? row.map { -$0 } : row
    }
  }

  /// The components of a random walk of so many points with independent steps in infinitely many dimensions: its inner
  /// products are min(i, j) (Antognini and Sohl-Dickstein 2018). The first one holds 61 % of a long walk's variance.
  package static func ofRandomWalk(points: Int, most: Int) -> PrincipalComponents {
    let gram = (0..<points * points).map { Double(min($0 / points, $0 % points)) }
    return PrincipalComponents(gram: gram, count: points, most: most)
  }

  /// Inner products of the points less their mean.
  private static func centred(_ gram: [Double], _ count: Int) -> [Double] {
    let means = (0..<count).map { row in
      gram[row * count..<(row + 1) * count].reduce(0, +) / Double(count)
    }
    let mean = means.reduce(0, +) / Double(count)
    return gram.indices.map { gram[$0] - means[$0 / count] - means[$0 % count] + mean }
  }
}

/// Eigenvalues, the largest first, and eigenvectors [value][coordinate] of length 1 of a symmetric matrix in rows, by
/// cyclic Jacobi rotations (Golub and Van Loan 2013, section 8.5), whose order is fixed.
package func symmetricEigen(
  _ matrix: [Double], size: Int
) -> (values: [Double], vectors: [[Double]]) {
  var a = matrix
  var v = [Double](repeating: 0, count: size * size)
  for i in 0..<size { v[i * size + i] = 1 }
  let norm = matrix.reduce(0) { $0 + $1 * $1 }.squareRoot()
  for _ in 0..<60 {
    var off = 0.0
    for p in 0..<size {
      for q in (p + 1)..<max(size, p + 1) { off += a[p * size + q] * a[p * size + q] }
    }
    if off.squareRoot() <= norm * 1e-14 { break }
    for p in 0..<size {
      for q in (p + 1)..<max(size, p + 1) {
        rotate(&a, &v, size, p, q)
      }
    }
  }
  let order = (0..<size).sorted { (-a[$0 * size + $0], $0) < (-a[$1 * size + $1], $1) }
  return (
    order.map { a[$0 * size + $0] }, order.map { k in (0..<size).map { v[$0 * size + k] } }
  )
}

/// Turns the plane of two coordinates so that their element vanishes.
private func rotate(
  _ a: inout [Double], _ v: inout [Double], _ size: Int, _ p: Int, _ q: Int
) {
  let apq = a[p * size + q]
  guard apq != 0 else { return }
  let theta = (a[q * size + q] - a[p * size + p]) / (2 * apq)
  let t = (theta >= 0 ? 1.0 : -1.0) / (theta.magnitude + (theta * theta + 1).squareRoot())
  let c = 1 / (t * t + 1).squareRoot()
  let s = t * c
  for k in 0..<size {
    let (x, y) = (a[k * size + p], a[k * size + q])
    a[k * size + p] = c * x - s * y
    a[k * size + q] = s * x + c * y
  }
  for k in 0..<size {
    let (x, y) = (a[p * size + k], a[q * size + k])
    a[p * size + k] = c * x - s * y
    a[q * size + k] = s * x + c * y
  }
  for k in 0..<size {
    let (x, y) = (v[k * size + p], v[k * size + q])
    v[k * size + p] = c * x - s * y
    v[k * size + q] = s * x + c * y
  }
}
