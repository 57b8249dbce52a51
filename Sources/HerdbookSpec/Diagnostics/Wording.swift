/// A name or value in quotes for a message: characters that cannot be seen escaped, cut after 40
/// characters.
func quoted(_ text: String) -> String {
  var result = ""
  for character in text.prefix(40).unicodeScalars {
    switch character.properties.generalCategory {
    // Zero-width joiners stand inside emoji.
    case .control, .lineSeparator, .paragraphSeparator,
      .format where character != "\u{200D}",
      .spaceSeparator where character != " ":
      result += "\\u{\(String(character.value, radix: 16, uppercase: true))}"
    default:
      result.unicodeScalars.append(character)
    }
  }
  return "'\(result)\(text.count > 40 ? "…" : "")'"
}

/// A count with its noun: `1 class`, `3 classes`.
func counted(_ count: Int, _ singular: String, _ plural: String) -> String {
  "\(count) \(count == 1 ? singular : plural)"
}

/// A number in the shortest form that reads back as itself, whole numbers without a fraction.
func written(_ number: Double) -> String {
  if number.magnitude < 1e15, number == number.rounded() { return String(Int(number)) }
  return String(number)
}
