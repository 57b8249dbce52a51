/// Round numbers for axes, by the rule of d3-array's `ticks` (Bostock): the step is 1, 2, 5 or 10
/// times a power of ten, with thresholds √2, √10 and √50; below one, the step is the reciprocal of
/// an integer, so that ticks are correctly rounded.
package enum Ticks {
  package static func linear(_ start: Double, _ stop: Double, count: Double) -> [Double] {
    guard start.isFinite, stop.isFinite, count > 0, start <= stop else { return [] }
    guard start < stop else { return [start] }
    let (first, last, increment) = specification(start, stop, count: count)
    guard last >= first, last - first < 10_000 else { return [] }
    let steps = Int(last - first)
    return (0...steps).map { index in
      let multiple = first + Double(index)
      return increment < 0 ? multiple / -increment : multiple * increment
    }
  }

  /// First and last multiple, and the step: negative where it is the reciprocal of its magnitude.
  private static func specification(
    _ start: Double, _ stop: Double, count: Double
  ) -> (Double, Double, Double) {
    let step = (stop - start) / count
    let power = Decimal.floorLog10(step)
    let error =
      power < 0 ? step * Decimal.powerOfTen(-power) : step / Decimal.powerOfTen(power)
    let factor: Double =
      error >= 50.0.squareRoot()
      ? 10
      : error >= 10.0.squareRoot()
        ? 5
        : error >= 2.0.squareRoot() ? 2 : 1
    var first: Double
    var last: Double
    var increment: Double
    if power < 0 {
      increment = Decimal.powerOfTen(-power) / factor
      first = (start * increment).rounded()
      last = (stop * increment).rounded()
      if first / increment < start { first += 1 }
      if last / increment > stop { last -= 1 }
      increment = -increment
    } else {
      increment = Decimal.powerOfTen(power) * factor
      first = (start / increment).rounded()
      last = (stop / increment).rounded()
      if first * increment < start { first += 1 }
      if last * increment > stop { last -= 1 }
    }
    if last < first && count >= 0.5 && count < 2 {
      return specification(start, stop, count: count * 2)
    }
    return (first, last, increment)
  }

  /// Powers of ten within the range, with 2 and 5 between them where there is room for `count`.
  package static func log(_ start: Double, _ stop: Double, count: Int) -> [Double] {
    guard start > 0, stop.isFinite, start <= stop else { return [] }
    let low = Decimal.floorLog10(start)
    let high = Decimal.floorLog10(stop)
    func values(_ factors: [Double]) -> [Double] {
      (low...high).flatMap { exponent in
        factors.map { factor in
          exponent < 0
            ? factor / Decimal.powerOfTen(-exponent) : factor * Decimal.powerOfTen(exponent)
        }
      }.filter { $0 >= start && $0 <= stop }
    }
    let decades = values([1])
    if decades.count * 2 >= count && decades.count > 1 {
      let every = max(1, decades.count / max(1, count))
      return decades.enumerated().filter { $0.offset.isMultiple(of: every) }.map(\.element)
    }
    let finer = values([1, 2, 5])
    return finer.count > 1 ? finer : linear(start, stop, count: Double(count))
  }

  /// The decimals that tell neighbours of `ticks` apart.
  package static func decimals(_ ticks: [Double]) -> Int {
    for decimals in 0..<9 {
      let scale = Decimal.powerOfTen(decimals)
      let exact = ticks.allSatisfy { tick in
        let scaled = tick * scale
        return (scaled - scaled.rounded()).magnitude < 1e-6 * max(1, scaled.magnitude)
      }
      if exact { return decimals }
    }
    return 9
  }

  /// Each tick as text, all with the same decimals; thousands parted by commas.
  package static func labels(_ ticks: [Double]) -> [String] {
    let shared = decimals(ticks)
    return ticks.map { Decimal.fixed($0, decimals: shared, grouped: true) }
  }
}
