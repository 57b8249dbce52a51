import CKernels

/// The values in ascending order; there must be no NaN among them.
package func sorted(_ values: [Float]) -> [Float] {
  var values = values
  unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: max(values.count, 1)) { scratch in
    unsafe hb_sort(&values, scratch.baseAddress!, values.count)
  }
  return values
}

/// The quantile of ascending values at a level in [0, 1], linear between neighbours (type 7 of
/// Hyndman and Fan 1996); NaN of nothing.
package func quantile(
  _ ascending: some RandomAccessCollection<some BinaryFloatingPoint>, _ level: Double
)
  -> Double
{
  guard let last = ascending.indices.last else { return .nan }
  let place = level * Double(ascending.count - 1)
  let below = ascending.index(ascending.startIndex, offsetBy: Int(place))
  let rest = place - place.rounded(.down)
  let value = Double(ascending[below])
  guard below != last, rest > 0 else { return value }
  return value + rest * (Double(ascending[ascending.index(after: below)]) - value)
}

/// At most `count` of the whole numbers from 0 through `last`, evenly spread, both ends among them.
package func evenly(_ count: Int, through last: Int) -> [Int] {
  guard last >= count else { return Array(0...last) }
  return (0..<count).map { ($0 * last + (count - 1) / 2) / (count - 1) }
}
