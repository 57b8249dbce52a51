import HerdbookBundle
import HerdbookModel
import Testing

@Suite("CSV")
struct CSVTests {
  private func text(_ table: Table) -> String { String(decoding: table.csv, as: UTF8.self) }
  private func read(_ text: String) throws(BundleError) -> CSVTable {
    try CSVTable(parsing: Array(text.utf8), file: "t.csv")
  }

  @Test("numbers are the shortest that read back, in one form")
  func numbers() {
    let cases: [(Double, String)] = [
      (0, "0"), (-0.0, "-0"), (1, "1"), (-17, "-17"), (0.1, "0.1"),
      (0.1 + 0.2, "0.30000000000000004"),
      (1e-5, "1e-5"), (1e15, "1000000000000000"), (1e16, "1e16"), (1.5e300, "1.5e300"),
      (.leastNonzeroMagnitude, "5e-324"), (-2.5e-10, "-2.5e-10"),
      (9_007_199_254_740_992, "9007199254740992"),
    ]
    for (value, expected) in cases { #expect(Decimal.text(value) == expected) }
    #expect(Decimal.text(Float(0.1)) == "0.1")
    #expect(Decimal.text(Float(16_777_216)) == "16777216")
    #expect(Decimal.text(Float.leastNonzeroMagnitude) == "1e-45")
  }

  @Test("any number reads back to the same bits", arguments: [1, 2, 3] as [UInt64])
  func numbersReadBack(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20_000 {
      let double = Double(bitPattern: random.next())
      if double.isFinite {
        let text = Array(Decimal.text(double).utf8)
        #expect(Decimal.double(text[...])?.bitPattern == double.bitPattern)
      }
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      if float.isFinite {
        let text = Array(Decimal.text(float).utf8)
        #expect(Decimal.float(text[...])?.bitPattern == float.bitPattern)
      }
    }
  }

  @Test("what looks like a number to others but is no decimal is refused")
  func foreignNumbers() {
    for text in ["", "-", "+1", ".5", "1.", "0x1p3", "nan", "1e", "1e999", " 1", "1,5", "--1"] {
      #expect(Decimal.double(Array(text.utf8)[...]) == nil, "\(text)")
    }
    #expect(Decimal.integer(Array("9223372036854775808".utf8)[...]) == nil)
  }

  @Test("a table is a header and lines that end in LF, quoted where needed")
  func layout() {
    let table = Table([
      .init("id", .integers([0, nil])), .init("fitness", .reals([.nan, -.infinity])),
      .init("scale", .singles([0.1, .infinity])),
      .init("ancestor_list", .texts(["[3,5]", "a\"b"])),
    ])
    #expect(
      text(table) == """
        id,fitness,scale,ancestor_list
        0,,0.1,"[3,5]"
        ,-inf,inf,"a""b"

        """)
    #expect(text(Table([.init("note", .texts(["", "x"]))])) == "note\n\"\"\nx\n")
  }

  @Test("random tables come back as they were", arguments: Array(1...40) as [UInt64])
  func randomTables(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let rows = Int.random(in: 0...20, using: &random)
    let pieces = ["", "a", ",", "\"", "\n", "\r", "\r\n", "é", "🐄", " ", "[1,2]", "-0", "inf"]
    func word() -> String {
      (0..<Int.random(in: 0...4, using: &random)).map { _ in
        pieces.randomElement(using: &random)!
      }.joined()
    }
    var columns: [Table.Column] = []
    for position in 0..<Int.random(in: 1...6, using: &random) {
      let name = "\(word())\(position)"
      switch Int.random(in: 0...3, using: &random) {
      case 0:
        let values: [Int?] = (0..<rows).map { _ in
          Bool.random(using: &random) ? Int(truncatingIfNeeded: random.next()) : nil
        }
        columns.append(.init(name, .integers(values)))
      case 1:
        let values = (0..<rows).map { _ in Double(bitPattern: random.next()) }
        columns.append(.init(name, .reals(values)))
      case 2:
        let values = (0..<rows).map { _ in
          Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
        }
        columns.append(.init(name, .singles(values)))
      default:
        columns.append(.init(name, .texts((0..<rows).map { _ in word() })))
      }
    }
    let read = try CSVTable(parsing: Table(columns).csv, file: "random.csv")
    #expect(read.columns == columns.map(\.name))
    #expect(read.rowCount == rows)
    for column in columns {
      switch column.values {
      case .integers(let values): #expect(try read.integers(column.name) == values)
      case .reals(let values):
        let canonical = values.map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern }
        #expect(try read.reals(column.name).map(\.bitPattern) == canonical)
      case .singles(let values):
        let canonical = values.map { $0.isNaN ? Float.nan.bitPattern : $0.bitPattern }
        #expect(try read.singles(column.name).map(\.bitPattern) == canonical)
      case .texts(let values): #expect(try read.texts(column.name) == values)
      }
    }
  }

  @Test("a table of 100,000 cells is read whole")
  func large() throws {
    let values = (0..<50_000).map { Double($0) / 7 }
    let table = Table([.init("a", .reals(values)), .init("b", .integers(Array(0..<50_000)))])
    let read = try CSVTable(parsing: table.csv, file: "large.csv")
    #expect(try read.reals("a") == values)
    #expect(try read.integers("b").last == 49_999)
  }

  @Test("lines may end in CR LF, and the last in nothing")
  func foreignLineEnds() throws {
    let table = try read("a,b\r\n1,\"x\"\r\n2,y")
    #expect(try table.integers("a") == [1, 2])
    #expect(try table.texts("b") == ["x", "y"])
  }

  @Test("a fault names file, row and column")
  func faults() throws {
    func message(_ text: String, _ column: String = "a") -> String {
      do throws(BundleError) {
        let table = try read(text)
        _ = try table.reals(column)
        _ = try table.integers(column)
        return "no error"
      } catch { return error.description }
    }
    #expect(message("") == "t.csv: is empty; a header was expected")
    #expect(message("a,a\n") == "t.csv, header: column 'a' is there twice")
    #expect(message("a,b\n1,2\n3\n") == "t.csv, row 2: cells: 1, in the header: 2")
    #expect(message("a\n1\nx\n") == "t.csv, row 2, column 'a': found 'x' where a number belongs")
    #expect(
      message("a\n1.5\n") == "t.csv, row 1, column 'a': found '1.5' where a whole number belongs")
    #expect(message("a,b\n1,2\n", "c") == "t.csv, header: no column 'c' among a, b")
    #expect(message("a\n\"1\n") == "t.csv, row 1: a quote is not closed")
    #expect(message("a\n1\"\n") == "t.csv, row 1: a quote inside a cell without quotes")
    #expect(
      message("a\n\"1\"2\n")
        == "t.csv, row 1: a cell is followed by neither a comma nor a line break")
    // What a file holds is not let loose on the terminal.
    #expect(message("a\n\u{1B}[2J\n").contains("found '\\u{1B}[2J' where"))
    #expect(throws: BundleError.malformed(file: "t.csv", place: "", problem: "is not UTF-8")) {
      _ = try CSVTable(parsing: [0x61, 0xFF, 0x0A], file: "t.csv")
    }
  }
}
