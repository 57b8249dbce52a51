/// A CSV file as it was read: text cells under named columns, given a type when they are asked for.
///
/// Lines may end in LF or CR LF. Cells stay in the file's bytes until then, so that reading costs
/// little more than one pass.
package struct CSVTable: Sendable {
  /// The name of the file in error messages.
  package let file: String
  /// The names in the header; no two are equal.
  package let columns: [String]
  package let rowCount: Int

  private let bytes: [UInt8]
  /// The cells below the header, row by row.
  private let cells: [Cell]
  private let positions: [String: Int]

  /// A stretch of the file's bytes, inside the quotes where there are any.
  private struct Cell {
    var start: Int
    var end: Int
    /// Whether quotes in it are doubled.
    var isQuoted: Bool
  }

  /// Reads a table, or says which row is wrong: rows count from 1 below the header.
  package init(parsing bytes: [UInt8], file: String) throws(BundleError) {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw .malformed(file: file, place: "", problem: "is not UTF-8")
    }
    guard !bytes.isEmpty else {
      throw .malformed(file: file, place: "", problem: "is empty; a header was expected")
    }
    self.file = file
    self.bytes = bytes
    var offset = 0
    let header = try CSVTable.row(of: bytes, at: &offset, number: 0, file: file)
    var columns: [String] = []
    var positions: [String: Int] = [:]
    for cell in header {
      let name = CSVTable.text(of: cell, in: bytes)
      guard positions.updateValue(columns.count, forKey: name) == nil else {
        throw .malformed(file: file, place: "header", problem: "column '\(name)' is there twice")
      }
      columns.append(name)
    }
    var cells: [Cell] = []
    var count = 0
    while offset < bytes.count {
      count += 1
      let row = try CSVTable.row(of: bytes, at: &offset, number: count, file: file)
      guard row.count == columns.count else {
        throw .malformed(
          file: file, place: "row \(count)",
          problem: "cells: \(row.count), in the header: \(columns.count)")
      }
      cells.append(contentsOf: row)
    }
    self.columns = columns
    self.positions = positions
    self.cells = cells
    rowCount = count
  }

  package func has(_ column: String) -> Bool { positions[column] != nil }

  /// The cells of a column as whole numbers; an empty one is nil.
  package func integers(_ column: String) throws(BundleError) -> [Int?] {
    try values(column, expected: "a whole number") { cell in
      cell.isEmpty ? .some(.none) : Decimal.integer(cell).map { .some($0) }
    }
  }

  /// The cells of a column as numbers; an empty one is NaN.
  package func reals(_ column: String) throws(BundleError) -> [Double] {
    try values(column, expected: "a number") { cell in
      infinity(cell) ?? Decimal.double(cell)
    }
  }

  /// The cells of a column as binary32 numbers; an empty one is NaN.
  package func singles(_ column: String) throws(BundleError) -> [Float] {
    try values(column, expected: "a number") { cell in
      infinity(cell).map { Float($0) } ?? Decimal.float(cell)
    }
  }

  package func texts(_ column: String) throws(BundleError) -> [String] {
    let position = try position(of: column)
    return (0..<rowCount).map { row in
      CSVTable.text(of: cells[row * columns.count + position], in: bytes)
    }
  }

  private func position(of column: String) throws(BundleError) -> Int {
    guard let position = positions[column] else {
      throw .malformed(
        file: file, place: "header",
        problem: "no column '\(column)' among \(columns.joined(separator: ", "))")
    }
    return position
  }

  private func values<Value>(
    _ column: String, expected: String, _ parse: (ArraySlice<UInt8>) -> Value?
  ) throws(BundleError) -> [Value] {
    let position = try position(of: column)
    var values: [Value] = []
    values.reserveCapacity(rowCount)
    for row in 0..<rowCount {
      let cell = cells[row * columns.count + position]
      guard let value = parse(bytes[cell.start..<cell.end]) else {
        throw .malformed(
          file: file, place: "row \(row + 1), column '\(column)'",
          problem:
            "found '\(CSVTable.text(of: cell, in: bytes).prefix(40))' where \(expected) belongs")
      }
      values.append(value)
    }
    return values
  }

  private func infinity(_ cell: ArraySlice<UInt8>) -> Double? {
    if cell.isEmpty { return .nan }
    if cell.elementsEqual("inf".utf8) { return .infinity }
    if cell.elementsEqual("-inf".utf8) { return -.infinity }
    return nil
  }

  private static func text(of cell: Cell, in bytes: [UInt8]) -> String {
    let content = bytes[cell.start..<cell.end]
    guard cell.isQuoted, content.contains(quote) else {
      return String(decoding: content, as: UTF8.self)
    }
    var plain: [UInt8] = []
    var index = cell.start
    while index < cell.end {
      plain.append(bytes[index])
      index += bytes[index] == quote ? 2 : 1
    }
    return String(decoding: plain, as: UTF8.self)
  }

  /// The cells of the row that begins at `offset`, which moves to the next row.
  private static func row(
    of bytes: [UInt8], at offset: inout Int, number: Int, file: String
  ) throws(BundleError) -> [Cell] {
    func fault(_ problem: String) -> BundleError {
      .malformed(file: file, place: number == 0 ? "header" : "row \(number)", problem: problem)
    }
    var cells: [Cell] = []
    while true {
      var cell = Cell(start: offset, end: offset, isQuoted: false)
      if offset < bytes.count && bytes[offset] == quote {
        offset += 1
        cell = Cell(start: offset, end: offset, isQuoted: true)
        while true {
          guard offset < bytes.count else { throw fault("a quote is not closed") }
          if bytes[offset] == quote {
            guard offset + 1 < bytes.count && bytes[offset + 1] == quote else { break }
            offset += 1
          }
          offset += 1
        }
        cell.end = offset
        offset += 1
      } else {
        while offset < bytes.count, bytes[offset] != comma, bytes[offset] != lineFeed,
          bytes[offset] != carriageReturn
        {
          guard bytes[offset] != quote else { throw fault("a quote inside a cell without quotes") }
          offset += 1
        }
        cell.end = offset
      }
      cells.append(cell)
      guard offset < bytes.count else { return cells }
      if bytes[offset] == comma {
        offset += 1
        continue
      }
      if bytes[offset] == carriageReturn { offset += 1 }
      guard offset < bytes.count, bytes[offset] == lineFeed else {
        throw fault("a cell is followed by neither a comma nor a line break")
      }
      offset += 1
      return cells
    }
  }
}
