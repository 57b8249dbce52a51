/// From values to the steps of a themed sequence, with as many of the data in each step: skewed data
/// use all colours, which equal widths would spend on a few.
package struct QuantileScale: Sendable, Equatable {
  package let colors: [ThemeColor]
  /// The least and the greatest of the data; zero to zero without any.
  package let domain: ClosedRange<Double>
  /// The least value of each step but the first.
  package let thresholds: [Double]

  /// NaN among `values` is left out.
  package init(_ values: [Double], colors: [ThemeColor] = Palette.sequence) {
    self.colors = colors
    let sorted = values.filter { !$0.isNaN }.sorted()
    domain = (sorted.first ?? 0)...(sorted.last ?? 0)
    thresholds = (1..<colors.count).compactMap { step in
      sorted.isEmpty ? nil : sorted[step * sorted.count / colors.count]
    }
  }

  /// The step of `value`; the middle one when all data are one, nil for NaN.
  package func step(_ value: Double) -> Int? {
    guard !value.isNaN else { return nil }
    guard domain.lowerBound < domain.upperBound else { return colors.count / 2 }
    return thresholds.prefix { $0 <= value }.count
  }
}

/// From values to palette indices, symmetric around zero: blue below, orange above, alpha
/// proportional to the magnitude.
///
/// Index 0 is transparent zero, 1...levels are negative, levels + 1...2 * levels positive, and the
/// last is the hatching. With seven levels the palette fits four bits.
package struct DivergingScale: Sendable, Equatable {
  /// The magnitude at which the colour is full; beyond it values are clipped.
  package let limit: Double
  package let levels: Int

  package init(limit: Double, levels: Int = 7) {
    self.limit = limit
    self.levels = levels
  }

  package var hatchIndex: UInt8 { UInt8(2 * levels + 1) }

  /// NaN gets the hatching.
  package func index(_ value: Double) -> UInt8 {
    guard !value.isNaN else { return hatchIndex }
    guard limit > 0 else { return 0 }
    let share = min(1, value.magnitude / limit)
    let level = Int((share * Double(levels)).rounded())
    guard level > 0 else { return 0 }
    return UInt8(value < 0 ? level : levels + level)
  }

  /// The colours of the indices.
  package var palette: [PaletteEntry] {
    var entries = [PaletteEntry(Palette.negative, alpha: 0)]
    for color in [Palette.negative, Palette.positive] {
      for level in 1...levels {
        entries.append(PaletteEntry(color, alpha: UInt8(level * 255 / levels)))
      }
    }
    entries.append(PaletteEntry(Palette.hatch, alpha: 150))
    return entries
  }
}
