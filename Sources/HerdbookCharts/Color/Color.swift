/// An opaque colour of the sRGB space, eight bits a channel.
package struct Color: Sendable, Equatable {
  package var red: UInt8
  package var green: UInt8
  package var blue: UInt8

  /// The colour that CSS writes as `#rrggbb`, from its 24-bit number.
  package init(_ rgb: UInt32) {
    red = UInt8(truncatingIfNeeded: rgb >> 16)
    green = UInt8(truncatingIfNeeded: rgb >> 8)
    blue = UInt8(truncatingIfNeeded: rgb)
  }

  package var hex: String {
    "#"
      + [red, green, blue].map { channel in
        let text = String(channel, radix: 16)
        return text.count == 1 ? "0" + text : text
      }.joined()
  }
}

/// A colour with a name that has a value on light and one on dark ground.
package struct ThemeColor: Sendable, Equatable {
  /// Becomes the CSS variable `--name` and the classes `f-name` (fill) and `s-name` (stroke).
  package let name: String
  package let light: Color
  package let dark: Color

  package init(_ name: String, light: UInt32, dark: UInt32) {
    self.name = name
    self.light = Color(light)
    self.dark = Color(dark)
  }
}

/// What a shape is painted with.
package enum Paint: Sendable, Equatable {
  case none
  case theme(ThemeColor)
  case fixed(Color)

  var attribute: String {
    switch self {
    case .none: "none"
    case .theme(let color): color.light.hex
    case .fixed(let color): color.hex
    }
  }

  /// The class by which a style sheet gives the colour of the theme; without one the light value
  /// stands in the attribute.
  func themeClass(_ prefix: String) -> String? {
    if case .theme(let color) = self { "\(prefix)-\(color.name)" } else { nil }
  }
}
