/// What p becomes when it is one of several: Holm's correction (1979, Scandinavian Journal of Statistics 6),
/// under which the chance of any false finding in the family stays below the level.
///
/// The k-th smallest of m is multiplied by m − k + 1, and is at least as large as the one before, at most 1.
/// NaN is no comparison: it stays, and is not counted.
package func holm(_ values: [Double]) -> [Double] {
  let order = values.indices.filter { !values[$0].isNaN }
    .sorted { (values[$0], $0) < (values[$1], $1) }
  var adjusted = values
  var largest = 0.0
  for (rank, place) in order.enumerated() {
    largest = max(largest, min(1, Double(order.count - rank) * values[place]))
    adjusted[place] = largest
  }
  return adjusted
}
