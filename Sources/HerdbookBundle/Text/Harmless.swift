/// Text of a foreign file, for a terminal: control characters are escaped.
package func harmless(_ text: String) -> String {
  text.unicodeScalars.reduce(into: "") { line, scalar in
    let isControl = scalar.properties.generalCategory == .control
    line += isControl ? scalar.escaped(asASCII: true) : String(scalar)
  }
}
