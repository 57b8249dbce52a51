import HerdbookNumerics
import Testing

@Suite("Quantiles and order")
struct QuantileTests {
  /// NumPy 2.4.6, numpy.quantile(values, level), whose default is type 7.
  @Test(
    "are those of NumPy",
    arguments: [
      (0, -7.25), (0.025, -6.3875), (0.1, -3.7999999999999994), (0.25, -0.75), (1.0 / 3, 0),
      (0.5, 0.3), (0.68, 2), (0.75, 2), (0.975, 10.287499999999996), (1, 11.75),
    ] as [(Double, Double)])
  func numpy(level: Double, expected: Double) {
    let values = [-7.25, -1.5, 0, 0.3, 2, 2, 11.75]
    #expect((quantile(values, level) - expected).magnitude < 1e-14)
  }

  @Test("of one value are the value, of none NaN; slices and binary32 have them too")
  func few() {
    #expect(quantile([3.5], 0.7) == 3.5)
    #expect(quantile([Double](), 0.5).isNaN)
    #expect(quantile([9, 1, 2, 3][1...], 0.5) == 2)
    #expect(quantile([Float(1), 2], 0.25) == 1.25)
    #expect(quantile([-Double.infinity, 0, .infinity], 0.5) == 0)
  }

  @Test(
    "the radix sort agrees with the standard library's, to the bit",
    arguments: [0, 1, 2, 3, 255, 2048, 5000])
  func sort(count: Int) {
    var stream = RandomStream(seed: UInt64(count), purpose: .bootstrap)
    let special: [Float] = [
      0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
      .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1, -1,
    ]
    let values = (0..<count).map { _ -> Float in
      if stream.bounded(4) == 0 { return special[stream.bounded(special.count)] }
      let any = Float(bitPattern: stream.bits32())
      return any.isNaN ? 1.5 : any
    }
    // -0 comes before 0, which `<` leaves open.
    let expected = values.sorted {
      $0 == $1 ? $0.sign == .minus && $1.sign == .plus : $0 < $1
    }
    #expect(sorted(values).map(\.bitPattern) == expected.map(\.bitPattern))
  }

  @Test("evenly spread numbers have both ends and equal steps, give or take one")
  func spread() {
    #expect(evenly(8, through: 0) == [0])
    #expect(evenly(8, through: 7) == Array(0...7))
    #expect(evenly(8, through: 8) == [0, 1, 2, 3, 5, 6, 7, 8])
    for count in 2...9 {
      for last in 0...200 {
        let numbers = evenly(count, through: last)
        #expect(numbers.first == 0 && numbers.last == last)
        #expect(numbers.count == min(count, last + 1))
        let steps = zip(numbers, numbers.dropFirst()).map { $1 - $0 }
        #expect(steps.allSatisfy { $0 > 0 })
        #expect((steps.max() ?? 0) - (steps.min() ?? 0) <= 1)
      }
    }
  }

  @Test(
    "powers are products, of a negative exponent the inverse",
    arguments: [(-3, 0.125), (-1, 0.5), (0, 1), (1, 2), (2, 4), (10, 1024), (31, 0x1p31)])
  func powers(exponent: Int, expected: Double) {
    #expect(Elementary.power(2, exponent) == expected)
    #expect(Elementary.power(1, exponent) == 1)
  }

  @Test("parallel results stand at their index, whatever the threads", arguments: 1...8)
  func parallel(threads: Int) {
    #expect(parallelMap(count: 0, threads: threads, body: { $0 }).isEmpty)
    for count in [1, 2, 7, 1000] {
      let squares = parallelMap(count: count, threads: threads, body: { "\($0 * $0)" })
      #expect(squares == (0..<count).map { "\($0 * $0)" })
    }
  }
}
