/// What became of the values of a tensor, whose shape stayed.
package struct TensorChange: Sendable, Equatable {
  /// A value that is another now.
  package struct Value: Sendable, Equatable {
    /// Its place in the order of the tensor.
    package let place: Int
    package let old: Float
    package let new: Float
  }

  /// Values whose bits differ; any NaN is as good as another.
  package let count: Int
  /// Neurons that such a value leads into.
  package let neurons: Int
  /// The first of those that differ most, in magnitude; nil where none differs, or only from or to NaN.
  package let largest: Value?
  /// The most that two of them are apart, in units in the last place (how many numbers of the tensor's type
  /// lie between, and one; both zeros are one number); NaN left out.
  package let ulps: Int

  /// - Parameter new: of the shape of `old`.
  package init(from old: Tensor, to new: Tensor) {
    precondition(old.shape == new.shape, "values are held against each other by their place")
    var (count, ulps) = (0, 0)
    var neurons: Set<Int> = []
    var largest: Value?
    var distance = -1.0
    for (place, (before, after)) in zip(old.values, new.values).enumerated() {
      let isChanged =
        before.isNaN || after.isNaN
        ? before.isNaN != after.isNaN : before.bitPattern != after.bitPattern
      guard isChanged else { continue }
      count += 1
      if new.neurons != nil { neurons.insert(new.neuron(of: place)) }
      guard !before.isNaN, !after.isNaN else { continue }
      ulps = max(ulps, abs(new.element.rank(after) - new.element.rank(before)))
      let apart = (Double(after) - Double(before)).magnitude
      if apart > distance {
        (largest, distance) = (Value(place: place, old: before, new: after), apart)
      }
    }
    self.count = count
    self.neurons = neurons.count
    self.largest = largest
    self.ulps = ulps
  }
}

extension Tensor.Element {
  /// Where a number stands among all of the type, both zeros at 0.
  fileprivate func rank(_ value: Float) -> Int {
    switch self {
    case .float32:
      let magnitude = Int(value.bitPattern & 0x7FFF_FFFF)
      return value.sign == .minus ? -magnitude : magnitude
    case .float16:
      let magnitude = Int(Binary16.bits(value) & 0x7FFF)
      return value.sign == .minus ? -magnitude : magnitude
    }
  }
}
