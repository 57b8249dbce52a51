import HerdbookCharts

/// Numbers as prose has them.
package enum Words {
  /// An accuracy or other share with the digits that `count` cases can carry.
  package static func share(_ value: Double, of count: Double = 10_000) -> String {
    Decimal.fixed(value, decimals: count >= 10_000 ? 4 : 3)
  }

  package static func percent(_ value: Double, decimals: Int = 1) -> String {
    Decimal.fixed(value * 100, decimals: decimals) + " %"
  }

  /// A count, in full up to 999,999, then in millions and billions.
  package static func count(_ value: Double) -> String {
    guard value.isFinite else { return "n/a" }
    if value >= 1e9 { return Decimal.significant(value / 1e9, 3) + " billion" }
    if value >= 1e6 { return Decimal.significant(value / 1e6, 3) + " million" }
    return Decimal.fixed(value, decimals: 0, grouped: true)
  }

  /// A text in lines that are about to be so wide at most, broken between words.
  package static func lines(_ text: String, size: Double, width: Double) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      let last = lines[lines.count - 1]
      let longer = last.isEmpty ? String(word) : last + " " + word
      if textWidth(longer, size: size) <= width || last.isEmpty {
        lines[lines.count - 1] = longer
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// `1 network`, `2 networks`.
  package static func plural(_ count: Int, _ noun: String, _ nouns: String? = nil) -> String {
    "\(Decimal.grouped(count)) \(count == 1 ? noun : nouns ?? noun + "s")"
  }

  /// A verb beside a count: `1 fires`, `2 fire`.
  package static func verb(_ count: Int, _ one: String, _ many: String) -> String {
    count == 1 ? one : many
  }

  /// A measured value: three significant digits, or n/a.
  package static func value(_ value: Double, _ digits: Int = 3) -> String {
    value.isNaN ? "n/a" : Decimal.significant(value, digits)
  }

  /// The values, sampled evenly to at most `count`, ends included.
  package static func evenly(_ total: Int, atMost count: Int) -> [Int] {
    guard total > count else { return Array(0..<max(0, total)) }
    return (0..<count).map { $0 * (total - 1) / (count - 1) }
  }
}
