/// The matching of rows and columns that costs least: for each row its column.
///
/// The Hungarian algorithm (Kuhn 1955, Naval Research Logistics Quarterly 2) in the form of shortest
/// augmenting paths with potentials (Jonker and Volgenant 1987, Computing 38); O(size^3). Rows are
/// taken in their order and the lowest of equally near columns, so that equal costs keep everyone in
/// place, and equal input gives equal output.
///
/// - Parameter costs: [rows][columns], finite, as many rows as columns.
package func leastCostMatching(_ costs: [Double], size: Int) -> [Int] {
  precondition(costs.count == size * size, "each row has a cost for each column")
  // Column `size` is the place from which the path of a row begins.
  var rowPotential = [Double](repeating: 0, count: size)
  var columnPotential = [Double](repeating: 0, count: size + 1)
  var rowOfColumn = [Int?](repeating: nil, count: size + 1)
  for row in 0..<size {
    rowOfColumn[size] = row
    var distance = [Double](repeating: .infinity, count: size)
    var before = [Int](repeating: size, count: size)
    var isReached = [Bool](repeating: false, count: size + 1)
    var column = size
    while let current = rowOfColumn[column] {
      isReached[column] = true
      var (step, next) = (Double.infinity, size)
      for other in 0..<size where !isReached[other] {
        let reduced =
          costs[current * size + other] - rowPotential[current] - columnPotential[other]
        if reduced < distance[other] { (distance[other], before[other]) = (reduced, column) }
        if distance[other] < step { (step, next) = (distance[other], other) }
      }
      precondition(next < size, "costs are finite")
      for other in 0...size {
        if isReached[other] {
          if let reached = rowOfColumn[other] { rowPotential[reached] += step }
          columnPotential[other] -= step
        } else {
          distance[other] -= step
        }
      }
      column = next
    }
    while column != size {
      rowOfColumn[column] = rowOfColumn[before[column]]
      column = before[column]
    }
  }
  var columns = [Int](repeating: 0, count: size)
  for column in 0..<size {
    guard let row = rowOfColumn[column] else { preconditionFailure("every column has a row") }
    columns[row] = column
  }
  return columns
}
