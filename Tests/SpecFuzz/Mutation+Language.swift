/// Changes that know what a spec is made of.
extension Mutation {
  func changeLanguage(_ text: inout [UInt8], _ dice: inout Dice) {
    switch dice.roll(9) {
    case 0, 1: changeWord(&text, &dice)
    case 2, 3: changeValue(&text, &dice)
    case 4: insertSetting(&text, &dice)
    case 5: text += variants(&dice).utf8
    case 6: insertAnchor(&text, &dice)
    case 7: nest(&text, &dice)
    default: text = Array("extends: \(dice.pick(corpus.library).name)\n".utf8) + text
    }
  }

  /// `section.key=value`, or `~section.key`.
  func override(_ dice: inout Dice) -> String {
    let path = dice.pick(corpus.settings).path
    if dice.once(in: 5) { return "~\(path)" }
    return "\(path)=\(value(of: path, &dice))"
  }

  // MARK: words and values

  /// Another word of the corpus, or a number, in the place of one.
  private func changeWord(_ text: inout [UInt8], _ dice: inout Dice) {
    let starts = text.indices.filter {
      isOfWord(text[$0]) && ($0 == 0 || !isOfWord(text[$0 - 1]))
    }
    guard !starts.isEmpty else { return }
    let start = dice.pick(starts)
    let end = text[start...].firstIndex { !isOfWord($0) } ?? text.endIndex
    let word = dice.once(in: 3) ? Array(number(&dice).utf8) : dice.pick(corpus.words)
    text.replaceSubrange(start..<end, with: word)
  }

  /// Another value behind a colon, to the end of the line.
  private func changeValue(_ text: inout [UInt8], _ dice: inout Dice) {
    let colons = text.indices.filter { text[$0] == 58 }
    guard !colons.isEmpty else { return }
    let colon = dice.pick(colons)
    let end = text[colon...].firstIndex(of: 10) ?? text.endIndex
    text.replaceSubrange((colon + 1)..<end, with: (" " + value(&dice)).utf8)
  }

  /// A key of the language at the top, in its section.
  private func insertSetting(_ text: inout [UInt8], _ dice: inout Dice) {
    let path = dice.pick(corpus.settings).path
    var line = ""
    let parts = path.split(separator: ".")
    for part in parts.dropLast() { line += "\(part): {" }
    line += "\(parts[parts.count - 1]): \(value(of: path, &dice))"
    line += String(repeating: "}", count: parts.count - 1) + "\n"
    text = Array(line.utf8) + text
  }

  /// Mostly one that the path has in a spec, so that many inputs are accepted.
  private func value(of path: String, _ dice: inout Dice) -> String {
    if dice.once(in: 3) { return value(&dice) }
    let known = dice.pick(corpus.settings.filter { $0.path == path }).value
    return known.first == "\"" && dice.once(in: 2) ? text(&dice) : known
  }

  private func value(_ dice: inout Dice) -> String {
    switch dice.roll(14) {
    case 0, 1, 2: number(&dice)
    case 3, 4, 5: dice.pick(corpus.settings).value
    case 6: "[\((0...dice.roll(6)).map { _ in number(&dice) }.joined(separator: ", "))]"
    case 7:
      "{\(dice.pick(["uniform", "log-uniform", "choice", "every", "from"])): "
        + "[\(number(&dice)), \(number(&dice))]}"
    case 8: String(decoding: dice.pick(corpus.words), as: UTF8.self)
    case 9: "!remove"
    case 10: "*a"
    case 11: text(&dice)
    case 12: dice.pick(["|\n  text\n", ">-\n  one\n  two\n", "''", "~", "{}", "[]", "", "? x"])
    default: "&a \(number(&dice))"
    }
  }

  private func text(_ dice: inout Dice) -> String {
    "\"\(dice.pick(Self.escapes))\(dice.pick(Self.escapes))x\""
  }

  /// Escapes of double quotes, right ones and wrong ones.
  private static let escapes = [
    "\\n", "\\t", "\\0", "\\x41", "\\x7f", "\\u2028", "\\u2029", "\\uFEFF", "\\N", "\\L", "\\P",
    "\\_",
    "\\e", "\\U0001F600", "\\uFFFE", "\\U0010FFFF", "\\uD800", "\\\\", "\\\"", "\\/", "\\q", "é",
    "日",
    "e\u{301}", " ", "'", "#", ": ",
  ]

  /// Numbers at the edges of ranges and of their types, and what looks like numbers.
  private static let numbers = [
    "0", "-0", "1", "-1", "2", "3", "10", "0.0", "-0.0", ".5", "1.", "1e-3", "1E+1", "0x10", "0o17",
    "0x", "0xFFFFFFFFFFFFFFFF", "010", "1_000", "1:30", ".inf", "-.inf", ".nan", "1e308", "1e309",
    "5e-324", "1e-400", "2.2250738585072014e-308", "9007199254740993", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "18446744073709551615", "18446744073709551616",
    "4294967296", "2147483647", "999999999", "1000000000", "1000001", "1000000", "10000", "10001",
    "0.1", "0.30000000000000004", "0.9999999999999999", "1.0000000000000002", "0.999",
    "123456789.5",
    "1e15", "999999999999999.9", "784", "785", "60000", "55000", "5000", "65",
  ]

  private func number(_ dice: inout Dice) -> String {
    if dice.once(in: 3) { return String(dice.roll(100)) }
    return dice.pick(Self.numbers)
  }

  // MARK: structure

  private func variants(_ dice: inout Dice) -> String {
    func axes() -> String {
      let lists = (0...dice.roll(3)).map { _ in
        let path = dice.pick(corpus.settings).path
        let values = (0...dice.roll(4)).map { _ in value(of: path, &dice) }
        return "\(path): [\(values.joined(separator: ", "))]"
      }
      return "{\(lists.joined(separator: ", "))}"
    }
    func named() -> String {
      let path = dice.pick(corpus.settings).path
      return "{name: \(dice.pick(["a", "b", "c", "main", "x=1"])), "
        + "set: {\(path): \(value(of: path, &dice))}}"
    }
    switch dice.roll(4) {
    case 0: return "\nvariants: [\(named()), \(named())]\n"
    case 1: return "\nvariants: {matrix: \(axes()), include: [\(named())]}\n"
    case 2: return "\nvariants: {zip: \(axes())}\n"
    default:
      let path = dice.pick(corpus.settings).path
      return "\nvariants:\n  matrix: \(axes())\n  zip: \(axes())\n"
        + "  exclude: [{\(path): \(value(of: path, &dice))}]\n"
    }
  }

  /// An anchor before a value, and an alias of it somewhere below.
  private func insertAnchor(_ text: inout [UInt8], _ dice: inout Dice) {
    let gaps = text.indices.dropFirst().filter { text[$0 - 1] == 32 }
    guard !gaps.isEmpty else { return }
    let (first, second) = (dice.pick(gaps), dice.pick(gaps))
    text.insert(contentsOf: Array("*a ".utf8), at: max(first, second))
    text.insert(contentsOf: Array("&a ".utf8), at: min(first, second))
  }

  /// Brackets around a stretch, or many that do not close.
  private func nest(_ text: inout [UInt8], _ dice: inout Dice) {
    let stretch = dice.stretch(of: text.count, limit: 40)
    let (open, close) = dice.pick([("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", ""), ("[\n", "]")])
    let depth = dice.once(in: 2) ? 1 : 1 + dice.roll(80)
    let closings = dice.once(in: 4) ? 0 : depth
    text.insert(
      contentsOf: Array(String(repeating: close, count: closings).utf8), at: stretch.upperBound)
    text.insert(
      contentsOf: Array(String(repeating: open, count: depth).utf8), at: stretch.lowerBound)
  }
}
