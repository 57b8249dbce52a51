import HerdbookCharts

/// The colours of a scale of fitness with the values at either end, below the left end of a frame.
struct FitnessKey: Mark {
  let scale: QuantileScale
  let size: Double
  /// From the frame's lower edge to the letters' ground line, in pixels.
  let below: Double

  func elements(in frame: Frame) -> [Element] {
    guard scale.domain.upperBound > scale.domain.lowerBound else { return [] }
    let canvas = Frame(
      x: Scale(domain: 0...1, from: frame.left, to: frame.left + 1),
      y: Scale(domain: 0...1, from: frame.bottom, to: frame.bottom + 1))
    let low = "fitness \(Words.value(scale.domain.lowerBound))"
    let start = textWidth(low, size: size) + 8
    var marks: [any Mark] = [Label(low, x: 0, y: below, size: size)]
    for (step, color) in scale.colors.enumerated() {
      let from = start + Double(step) * 14
      let y = below + 11 - size
      marks.append(
        Links(
          [.init(x0: from, y0: y, x1: from + 14, y1: y)], shape: .straight,
          style: .line(color, width: 5)))
    }
    marks.append(
      Label(
        Words.value(scale.domain.upperBound), x: start + 14 * Double(scale.colors.count) + 6,
        y: below, size: size))
    return marks.flatMap { $0.elements(in: canvas) }
  }
}
