/// The colours of every figure.
///
/// Text colours have a contrast of at least 4.5 on their ground, marks at least 3; the tests
/// compute it. Red and green never stand against each other.
package enum Palette {
  package static let ground = ThemeColor("ground", light: 0xFFFFFF, dark: 0x121212)
  package static let ink = ThemeColor("ink", light: 0x16181D, dark: 0xECEAE6)
  package static let muted = ThemeColor("muted", light: 0x5A606B, dark: 0xA2A8B2)
  /// Axes and other lines that carry no data of their own.
  package static let line = ThemeColor("line", light: 0x8A909A, dark: 0x767C86)
  /// Grids and separators: decoration that may be missed.
  package static let faint = ThemeColor("faint", light: 0xE4E6EA, dark: 0x2B2E33)
  /// The champion, and what the page wants looked at.
  package static let accent = ThemeColor("accent", light: 0xBF4A0E, dark: 0xF0894A)
  /// The population.
  package static let herd = ThemeColor("herd", light: 0x2B73B0, dark: 0x5BA3DE)
  /// Nulls and controls.
  package static let null = ThemeColor("null", light: 0x767C86, dark: 0x8F959F)

  /// From low to high: seven steps of one hue, the lowest still seen against the ground.
  package static let sequence: [ThemeColor] = [
    ThemeColor("q0", light: 0x8FAFC6, dark: 0x3F5B72),
    ThemeColor("q1", light: 0x74A1C4, dark: 0x45698A),
    ThemeColor("q2", light: 0x5A92C0, dark: 0x4A79A3),
    ThemeColor("q3", light: 0x4382B8, dark: 0x518ABB),
    ThemeColor("q4", light: 0x2F71AC, dark: 0x5F9CD0),
    ThemeColor("q5", light: 0x1F5F99, dark: 0x79B1DF),
    ThemeColor("q6", light: 0x124A7E, dark: 0x9DCBF0),
  ]

  /// The two ends of a diverging scale; what lies between is their alpha, and zero transparent, so
  /// that one raster serves both grounds.
  package static let positive = Color(0xC8571B)
  package static let negative = Color(0x2F7FC1)
  /// Where nothing was measured: the hatching of inputs that never were lit.
  package static let hatch = Color(0x808791)

  package static let categories = [
    Color(0x009E73), Color(0x0072B2), Color(0xD55E00), Color(0xCC79A7),
  ]

  package static let themed: [ThemeColor] =
    [ground, ink, muted, line, faint, accent, herd, null] + sequence

  /// The style sheet that gives the theme: variables for light and dark, classes for fill and
  /// stroke. Print is always light.
  package static var styleSheet: String {
    func variables(_ value: (ThemeColor) -> Color) -> String {
      themed.map { "--\($0.name):\(value($0).hex)" }.joined(separator: ";")
    }
    var out = ":root{color-scheme:light dark;\(variables(\.light))}\n"
    out += "@media screen and (prefers-color-scheme:dark){:root{\(variables(\.dark))}}\n"
    for color in themed {
      out += ".f-\(color.name){fill:var(--\(color.name))}"
      out += ".s-\(color.name){stroke:var(--\(color.name))}\n"
    }
    return out
  }
}
