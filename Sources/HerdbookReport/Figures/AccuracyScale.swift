import HerdbookCharts

/// Accuracies by the logarithm of what is still read wrongly, the fewer errors the higher.
struct AccuracyScale {
  /// Validation images, which tell the smallest error that can be measured.
  let images: Double

  /// What is still read wrongly; none at all counts as half an image.
  func error(_ accuracy: Double) -> Double {
    accuracy.isNaN ? .nan : max(1 - accuracy, 0.5 / max(1, images))
  }

  /// Of the errors, with a margin.
  ///
  /// - Parameter widest: the largest margin, as a share of an end.
  func domain(_ accuracies: [Double], widest: Double = .infinity) -> ClosedRange<Double> {
    let known = accuracies.filter { !$0.isNaN }.map(error)
    guard let low = known.min(), let high = known.max() else { return 0.1...1 }
    let margin = max(min((high / low - 1) * 0.04, widest), 0.002)
    return low / (1 + margin)...high * (1 + margin)
  }

  /// Round accuracies from the top, no closer than `gap` pixels; evenly over the range where it holds few of them.
  static func ticks(_ scale: Scale, gap: Double) -> [Double] {
    let round = [
      0.9999, 0.9998, 0.9995, 0.999, 0.998, 0.995, 0.99, 0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4,
      0.3, 0.2, 0.1, 0,
    ]
    var kept: [Double] = []
    for value in round where scale.domain.contains(1 - value) {
      if let last = kept.last, scale(1 - value) - scale(1 - last) < gap { continue }
      kept.append(value)
    }
    guard kept.count < 3 else { return kept }
    return Ticks.linear(
      1 - scale.domain.upperBound, max(1 - scale.domain.upperBound, 1 - scale.domain.lowerBound),
      count: 4)
  }

  /// An axis of accuracies along a scale of errors.
  static func axis(_ scale: Scale, labelled: Bool, size: Double) -> Axis {
    let ticks = ticks(scale, gap: size + 6)
    return Axis(
      .left, ticks: ticks.map { 1 - $0 },
      labels: labelled
        ? ticks.map { Decimal.fixed($0, decimals: 4, trimmed: true) } : ticks.map { _ in "" },
      grid: true, size: size)
  }
}
