/// A table of columns with names, as it stands in a bundle: one CSV file.
package struct Table: Sendable, Equatable {
  package enum Values: Sendable, Equatable {
    /// nil is an empty cell.
    case integers([Int?])
    /// NaN is an empty cell.
    case reals([Double])
    /// binary32 values, written with the shortest decimal that reads back to the same binary32.
    case singles([Float])
    case texts([String])

    package var count: Int {
      switch self {
      case .integers(let values): values.count
      case .reals(let values): values.count
      case .singles(let values): values.count
      case .texts(let values): values.count
      }
    }
  }
  package struct Column: Sendable, Equatable {
    package var name: String
    package var values: Values
    package init(_ name: String, _ values: Values) {
      self.name = name
      self.values = values
    }
  }

  package var columns: [Column]
  package var rowCount: Int { columns.first?.values.count ?? 0 }

  package init(_ columns: [Column]) {
    precondition(
      columns.allSatisfy { $0.values.count == columns[0].values.count },
      "columns of one table have one length")
    self.columns = columns
  }
}

/// A picture of bytes, row by row from the top left.
package struct Raster: Sendable, Equatable {
  package var width: Int
  package var height: Int
  package var pixels: [UInt8]

  package init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(pixels.count == width * height, "a raster holds width times height pixels")
    self.width = width
    self.height = height
    self.pixels = pixels
  }
}
