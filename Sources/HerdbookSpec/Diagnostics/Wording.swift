/// A name or value in quotes for a message: control characters escaped, cut after 40 characters.
func quoted(_ text: String) -> String {
  var result = ""
  for character in text.prefix(40).unicodeScalars {
    switch character.value {
    case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF:
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
