/// Makes the inputs: each is a spec of the corpus, changed in one place or a few.
struct Mutation {
  let corpus: Corpus
  let seed: UInt64

  /// An input by its number.
  func input(_ number: UInt64) -> FuzzInput {
    var dice = Dice(seed: seed, input: number)
    // Most specs of the corpus are wrong already; those that are not show more when they are changed.
    var input = dice.once(in: 3) ? dice.pick(corpus.entries) : dice.pick(corpus.accepted)
    repeat { change(&input, &dice) } while dice.once(in: 2)
    return input
  }

  private func change(_ input: inout FuzzInput, _ dice: inout Dice) {
    switch dice.roll(12) {
    case 0: input.overrides.append(override(&dice))
    case 1: changeText(&input.base, &dice)
    case 2:
      if input.overrides.isEmpty { input.overrides.append(override(&dice)) }
      let index = dice.roll(input.overrides.count)
      var bytes = Array(input.overrides[index].utf8)
      changeBytes(&bytes, &dice)
      input.overrides[index] = String(decoding: bytes.filter { $0 != 10 }, as: UTF8.self)
    default: changeText(&input.spec, &dice)
    }
  }

  private func changeText(_ text: inout [UInt8], _ dice: inout Dice) {
    switch dice.roll(4) {
    case 0: changeBytes(&text, &dice)
    case 1: changeLines(&text, &dice)
    default: changeLanguage(&text, &dice)
    }
  }

  // MARK: bytes

  private static let bytes =
    Array("{}[]:,-#&*!|>'\"%@`\t\n \\<?0aé~.x=+\r\u{85}\0\u{2028}".utf8) + [0xFF, 0xC3]

  private func changeBytes(_ text: inout [UInt8], _ dice: inout Dice) {
    guard !text.isEmpty else {
      text.append(dice.pick(Self.bytes))
      return
    }
    let place = dice.roll(text.count)
    switch dice.roll(6) {
    case 0: text[place] = dice.pick(Self.bytes)
    case 1: text.insert(dice.pick(Self.bytes), at: place)
    case 2: text.removeSubrange(dice.stretch(of: text.count, limit: 8))
    case 3: text[place] ^= 1 << UInt8(dice.roll(8))
    case 4: text.insert(contentsOf: text[dice.stretch(of: text.count, limit: 60)], at: place)
    default: text.removeSubrange(place...)
    }
  }

  // MARK: lines

  private func changeLines(_ text: inout [UInt8], _ dice: inout Dice) {
    var lines = text.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    let place = dice.roll(lines.count)
    switch dice.roll(6) {
    case 0: lines.remove(at: place)
    case 1: lines.insert(lines[place], at: dice.roll(lines.count + 1))
    case 2: lines.swapAt(place, dice.roll(lines.count))
    case 3:
      let indentation = [UInt8](repeating: dice.once(in: 8) ? 9 : 32, count: 1 + dice.roll(4))
      lines[place].insert(contentsOf: indentation, at: 0)
    case 4: lines[place] = Array(lines[place].drop { $0 == 32 })
    default:
      let others = dice.pick(corpus.entries).spec
        .split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
      let stretch = dice.stretch(of: others.count, limit: 8)
      if dice.once(in: 2) {
        lines.insert(contentsOf: others[stretch], at: dice.roll(lines.count + 1))
      } else {
        lines.replaceSubrange(place..., with: others[stretch.lowerBound...])
      }
    }
    text = Array(lines.joined(separator: [10]))
  }
}
