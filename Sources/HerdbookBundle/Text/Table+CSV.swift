package import HerdbookModel

extension Table {
  /// The table as CSV: UTF-8, a header, lines that end in LF, quotes as in RFC 4180 where a cell
  /// holds a comma, a quote or a line break.
  ///
  /// Numbers are as `Decimal` writes them; infinities are `inf` and `-inf`; NaN and nil are empty.
  /// In a table of one column an empty cell is `""`, so that no reader skips its line.
  package var csv: [UInt8] {
    var bytes: [UInt8] = []
    let alone = columns.count == 1
    for (position, column) in columns.enumerated() {
      if position > 0 { bytes.append(comma) }
      append(text: column.name, alone: alone, to: &bytes)
    }
    bytes.append(lineFeed)
    for row in 0..<rowCount {
      for (position, column) in columns.enumerated() {
        if position > 0 { bytes.append(comma) }
        let start = bytes.count
        switch column.values {
        case .integers(let values):
          if let value = values[row] { bytes.append(contentsOf: String(value).utf8) }
        case .reals(let values):
          append(values[row], Decimal.text, to: &bytes)
        case .singles(let values):
          append(values[row], Decimal.text, to: &bytes)
        case .texts(let values):
          append(text: values[row], alone: false, to: &bytes)
        }
        if alone && bytes.count == start { bytes.append(contentsOf: [quote, quote]) }
      }
      bytes.append(lineFeed)
    }
    return bytes
  }
}

let comma = UInt8(ascii: ",")
let quote = UInt8(ascii: "\"")
let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")

private func append<Value: BinaryFloatingPoint>(
  _ value: Value, _ decimal: (Value) -> String, to bytes: inout [UInt8]
) {
  if value.isFinite {
    bytes.append(contentsOf: decimal(value).utf8)
  } else if value.isInfinite {
    bytes.append(contentsOf: (value < 0 ? "-inf" : "inf").utf8)
  }
}

private func append(text: String, alone: Bool, to bytes: inout [UInt8]) {
  let isSpecial = text.utf8.contains {
    $0 == comma || $0 == quote || $0 == lineFeed || $0 == carriageReturn
  }
  guard isSpecial || (alone && text.isEmpty) else { return bytes.append(contentsOf: text.utf8) }
  bytes.append(quote)
  for byte in text.utf8 {
    if byte == quote { bytes.append(quote) }
    bytes.append(byte)
  }
  bytes.append(quote)
}
