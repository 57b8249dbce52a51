import HerdbookCharts
import Testing

@Suite struct DecimalTests {
  @Test(
    "coordinates have at most two decimals and no negative zero",
    arguments: [
      (1.0, "1"), (1.5, "1.5"), (-0.001, "0"), (0.125, "0.13"), (-2.345, "-2.35"), (1e6, "1000000"),
      (99.999, "100"), (0.1, "0.1"),
    ])
  func coordinates(value: Double, text: String) {
    #expect(Decimal.coordinate(value) == text)
  }

  @Test("fixed decimals are padded and thousands grouped")
  func fixed() {
    #expect(Decimal.fixed(0.5, decimals: 3) == "0.500")
    #expect(Decimal.fixed(1234.5, decimals: 1, grouped: true) == "1,234.5")
    #expect(Decimal.fixed(0.0499, decimals: 2) == "0.05")
    #expect(Decimal.fixed(.nan, decimals: 2) == "n/a")
    #expect(Decimal.grouped(-1_234_567) == "-1,234,567")
  }

  @Test(
    "significant digits, small numbers with an exponent",
    arguments: [
      (0.076543, "0.0765"), (12.345, "12.3"), (1234.5, "1,235"), (0.00001234, "1.23e-5"),
      (0.99999, "1.000"), (2.5e12, "2.5e12"), (0, "0"), (-0.5, "-0.500"),
    ])
  func significant(value: Double, text: String) {
    #expect(Decimal.significant(value) == text)
  }
}
