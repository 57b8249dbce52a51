import HerdbookCharts
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The contrast ratio of WCAG 2.2.
func contrast(_ a: Color, _ b: Color) -> Double {
  func luminance(_ color: Color) -> Double {
    let channels = [color.red, color.green, color.blue].map { channel -> Double in
      let value = Double(channel) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }
  let pair = [luminance(a), luminance(b)].sorted()
  return (pair[1] + 0.05) / (pair[0] + 0.05)
}

@Suite struct PaletteTests {
  @Test(
    "colours of text have a contrast of 4.5 on their ground",
    arguments: [Palette.ink, Palette.muted, Palette.accent, Palette.herd])
  func text(color: ThemeColor) {
    #expect(contrast(color.light, Palette.ground.light) >= 4.5)
    #expect(contrast(color.dark, Palette.ground.dark) >= 4.5)
  }

  @Test(
    "colours of marks have a contrast of 3 on their ground",
    arguments: [Palette.line, Palette.null])
  func marks(color: ThemeColor) {
    #expect(contrast(color.light, Palette.ground.light) >= 3)
    #expect(contrast(color.dark, Palette.ground.dark) >= 3)
  }

  @Test("the ends of the diverging scale have a contrast of 4.2 on both grounds")
  func diverging() {
    for color in [Palette.positive, Palette.negative] {
      #expect(contrast(color, Palette.ground.light) >= 4.2)
      #expect(contrast(color, Palette.ground.dark) >= 4.2)
    }
  }

  @Test("the sequence rises in contrast with its ground, in both themes")
  func sequence() {
    let light = Palette.sequence.map { contrast($0.light, Palette.ground.light) }
    let dark = Palette.sequence.map { contrast($0.dark, Palette.ground.dark) }
    #expect(zip(light, light.dropFirst()).allSatisfy { $0 < $1 })
    #expect(zip(dark, dark.dropFirst()).allSatisfy { $0 < $1 })
    #expect(light[0] >= 2 && dark[0] >= 2)
  }

  @Test("each themed colour has a variable in both themes and its two classes")
  func styleSheet() {
    let css = Palette.styleSheet
    for color in Palette.themed {
      #expect(css.components(of: "--\(color.name):\(color.light.hex)") == 1)
      #expect(css.contains("--\(color.name):\(color.dark.hex)"))
      #expect(css.contains(".f-\(color.name){fill:var(--\(color.name))}"))
      #expect(css.contains(".s-\(color.name){stroke:var(--\(color.name))}"))
    }
  }
}

extension String {
  /// How often `part` occurs.
  fileprivate func components(of part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let range = rest.firstRange(of: part) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
