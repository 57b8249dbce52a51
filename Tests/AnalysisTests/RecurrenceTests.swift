import HerdbookAnalysis
import HerdbookNumerics
import Testing

@Suite("Recurring receptive fields")
struct RecurrenceTests {
  private static let side = 20
  private let lit = [Bool](repeating: true, count: side * side)

  /// A bright spot of two pixels' width at a place.
  private func spot(_ row: Int, _ column: Int, _ scale: Double = 1) -> [Double] {
    (0..<Self.side * Self.side).map { pixel in
      let (r, c) = (Double(pixel / Self.side - row), Double(pixel % Self.side - column))
      return scale * Elementary.exp(-(r * r + c * c) / 8)
    }
  }

  private func recurrence(_ fields: [[[Double]]], threads: Int = 1) -> Recurrence {
    Recurrence(fields, rows: Self.side, columns: Self.side, lit: lit, threads: threads)
  }

  @Test("features in other places and of other sizes are found in all runs that have them")
  func found() {
    // Three runs share two features, the third has a place of its own for its last.
    let own = recurrence([
      [spot(4, 4), spot(14, 14), spot(4, 16)], [spot(14, 14, 3), spot(4, 4), spot(4, 16)],
      [spot(16, 4), spot(14, 14), spot(4, 4, 0.1)],
    ])
    // Eight of nine fields have one like them in one of two other runs.
    #expect((own.rate - 8.0 / 9).magnitude < 1e-15)
    #expect(own.shiftedRate == 0)
    #expect(own.patterns.map(\.members.count) == [3, 3, 2])
    #expect(own.patterns[0].members.map(\.unit) == [0, 1, 2])
    #expect(own.patterns[1].members.map(\.unit) == [1, 0, 1])
    // The consensus is brightest where they are.
    let brightest = own.patterns[0].consensus.indices.max {
      own.patterns[0].consensus[$0] < own.patterns[0].consensus[$1]
    }
    #expect(brightest == 4 * Self.side + 4)
    // The first two are the same set: each field matches its like.
    #expect((own.similarity[0][1] - 1).magnitude < 1e-12 && own.similarity[2][2] == 1)
    #expect(own.similarity[0][2] < 0.75 && own.similarity[0][2] == own.similarity[2][0])
  }

  @Test("the sign matters: a dark spot is another feature than a bright one")
  func sign() {
    let own = recurrence([[spot(8, 8)], [spot(8, 8, -1)]])
    #expect(own.rate == 0 && own.patterns.isEmpty)
    #expect((own.similarity[0][1] + 1).magnitude < 1e-12)
  }

  @Test("the null moves fields aside: what repeats at that distance would recur by chance")
  func shifted() {
    let far = Recurrence.shift
    // A lattice with that period, also beyond the plane, looks the same where it is moved.
    let places = (-1...3).map { 2 + far * $0 }
    let spots = places.flatMap { row in places.map { spot(row, $0) } }
    let lattice = lit.indices.map { pixel in spots.reduce(0) { $0 + $1[pixel] } }
    let own = recurrence([[lattice], [lattice]])
    #expect(own.rate == 1 && own.shiftedRate == 1 && own.shiftedSimilarity > 0.95)
  }

  @Test(
    "unlit pixels count for nothing, fields that are constant are like none, threads change nothing"
  )
  func edges() {
    var mask = lit
    for pixel in 0..<Self.side { mask[pixel] = false }
    func noisy(_ field: [Double], _ value: Double) -> [Double] {
      field.enumerated().map { $0.offset < Self.side ? value : $0.element }
    }
    let own = Recurrence(
      [[noisy(spot(9, 9), 50)], [noisy(spot(9, 9), -50)]], rows: Self.side, columns: Self.side,
      lit: mask)
    #expect((own.similarity[0][1] - 1).magnitude < 1e-12)
    #expect(own.patterns[0].consensus.prefix(Self.side).allSatisfy { $0 == 0 })
    let flat = recurrence([[spot(9, 9)], [lit.map { _ in 0.5 }], [lit.map { _ in Double.nan }]])
    #expect(flat.rate == 0 && flat.similarity[0][1] == 0)
    let fields = [[spot(4, 4), spot(9, 3)], [spot(9, 4), spot(5, 4)], [spot(4, 5), spot(2, 2)]]
    let (one, three) = (recurrence(fields), recurrence(fields, threads: 3))
    #expect(one.similarity == three.similarity && one.rate == three.rate)
  }
}
