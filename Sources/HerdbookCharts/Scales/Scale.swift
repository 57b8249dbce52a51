import HerdbookNumerics

/// A continuous scale: from data units to pixels.
package struct Scale: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    case linear
    /// The domain is positive.
    case log
    /// Linear within ±constant, logarithmic beyond: sign(v) log(1 + |v| / constant).
    case symlog(constant: Double)
  }
  package let kind: Kind
  package let domain: ClosedRange<Double>
  /// Pixels of the lower and the upper end of the domain; a vertical axis runs from large to small.
  package let start: Double
  package let end: Double

  package init(
    _ kind: Kind = .linear, domain: ClosedRange<Double>, from start: Double, to end: Double
  ) {
    precondition(kind != .log || domain.lowerBound > 0, "a log scale has a positive domain")
    self.kind = kind
    self.domain = domain
    self.start = start
    self.end = end
  }

  /// The pixel of `value`; NaN for NaN and for what the scale cannot show. A domain of one value
  /// lies in the middle.
  package func callAsFunction(_ value: Double) -> Double {
    let low = transformed(domain.lowerBound)
    let high = transformed(domain.upperBound)
    let position = transformed(value)
    guard position.isFinite else { return .nan }
    guard high > low else { return position == low ? (start + end) / 2 : .nan }
    return start + (end - start) * ((position - low) / (high - low))
  }

  /// The pixel of `value`, or of the nearest value in the domain.
  package func clamped(_ value: Double) -> Double {
    guard !value.isNaN else { return .nan }
    return self(max(domain.lowerBound, min(domain.upperBound, value)))
  }

  private func transformed(_ value: Double) -> Double {
    switch kind {
    case .linear: value
    case .log: value > 0 ? Elementary.log(value) : .nan
    case .symlog(let constant):
      value < 0
        ? -Elementary.log(1 - value / constant) : Elementary.log(1 + value / constant)
    }
  }

  /// Round values within the domain, about `count` of them.
  package func ticks(_ count: Int) -> [Double] {
    switch kind {
    case .linear, .symlog:
      return Ticks.linear(domain.lowerBound, domain.upperBound, count: Double(count))
    case .log: return Ticks.log(domain.lowerBound, domain.upperBound, count: count)
    }
  }

  /// About one tick for every 80 pixels across, or for every 35 down.
  package func ticks(across: Bool) -> [Double] {
    ticks(max(2, Int((end - start).magnitude / (across ? 80 : 35))))
  }
}

/// Places for `count` things side by side.
package struct BandScale: Sendable, Equatable {
  package let count: Int
  package let start: Double
  package let end: Double
  /// The share of each step that is left empty.
  package let padding: Double

  package init(_ count: Int, from start: Double, to end: Double, padding: Double = 0.1) {
    self.count = count
    self.start = start
    self.end = end
    self.padding = padding
  }

  package var step: Double { (end - start) / Double(max(1, count)) }
  package var bandwidth: Double { step * (1 - padding) }
  /// Where band `index` begins.
  package func callAsFunction(_ index: Int) -> Double {
    start + step * (Double(index) + padding / 2)
  }
  package func center(_ index: Int) -> Double { start + step * (Double(index) + 0.5) }
}
