/// Repeated measurements of one quantity.
struct Measurement: Codable, Sendable {
  let benchmark: String
  /// nil where no images take part.
  let input: Input?
  let unit: String
  /// In the order in which they were taken.
  let values: [Double]

  var median: Double { values.median }
  /// As tables show it: the median, then the least and the most of more than one.
  var text: String { "\(figure(median))\(values.spread)" }
}

extension [Double] {
  /// NaN of nothing.
  var median: Double {
    let ascending = sorted()
    guard let last = ascending.last else { return .nan }
    let middle = count / 2
    if count == 1 { return last }
    return count.isMultiple(of: 2)
      ? (ascending[middle - 1] + ascending[middle]) / 2 : ascending[middle]
  }

  /// The least and the most, in brackets; nothing of one value.
  var spread: String {
    guard count > 1, let least = self.min(), let most = self.max() else { return "" }
    return " (\(figure(least))–\(figure(most)))"
  }
}

/// A number with three significant digits, thousands in groups.
func figure(_ value: Double) -> String {
  guard value.isFinite else { return "none" }
  var decimals = 2
  var size = value.magnitude
  while size >= 10, decimals > 0 { (size, decimals) = (size / 10, decimals - 1) }
  while size > 0, size < 1, decimals < 6 { (size, decimals) = (size * 10, decimals + 1) }
  var factor = 1.0
  for _ in 0..<decimals { factor *= 10 }
  let digits = String(Int((value.magnitude * factor).rounded()))
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  let whole = grouped(padded.dropLast(decimals))
  return (value < 0 ? "-" : "") + whole + (decimals > 0 ? ".\(padded.suffix(decimals))" : "")
}

/// 12,345,678.
func grouped(_ number: Int) -> String { grouped(String(number)[...]) }

private func grouped(_ digits: Substring) -> String {
  stride(from: digits.count, to: 0, by: -3).map { end in
    String(digits.dropLast(digits.count - end).suffix(3))
  }.reversed().joined(separator: ",")
}

/// A table in Markdown.
func table(_ head: [String], _ rows: [[String]]) -> String {
  let lines =
    [head, head.indices.map { $0 == 0 ? "---" : "---:" }] + rows
  return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
}
