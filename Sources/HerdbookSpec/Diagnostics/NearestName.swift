/// The candidate that `name` is most likely a slip of the pen for, or nil when none is near.
///
/// Case, underscores and capital letters inside words are forgiven (`learningRate`). Otherwise one
/// edit in three characters is, counted as insertions, deletions, replacements and swaps of
/// neighbours; the first of equally near candidates is given.
package func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  guard !name.isEmpty, name.utf8.count <= 64 else { return nil }
  let typed = kebabCase(name)
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let limit = max(1, max(typed.count, candidate.count) / 3)
    guard abs(typed.count - candidate.count) <= limit else { continue }
    let distance = editDistance(typed, candidate)
    // A word of which nothing remains is another word.
    guard distance <= limit, distance < candidate.count else { continue }
    if distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.name
}

/// `learningRate` and `learning_rate` as `learning-rate`.
package func kebabCase(_ name: String) -> String {
  var result = ""
  for character in name {
    if character == "_" || character == " " {
      result.append("-")
    } else if character.isUppercase {
      if let last = result.last, last != "-" && name.contains(where: \.isLowercase) {
        result.append("-")
      }
      result += character.lowercased()
    } else {
      result.append(character)
    }
  }
  return result
}

/// The Damerau-Levenshtein distance in its restricted form (optimal string alignment): no part is
/// edited twice. O(n m) time.
package func editDistance(_ first: String, _ second: String) -> Int {
  let (a, b) = (Array(first.unicodeScalars), Array(second.unicodeScalars))
  var before = [Int](repeating: 0, count: b.count + 1)
  var above = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var cost = min(row[j] + 1, above[j + 1] + 1, above[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        cost = min(cost, before[j - 1] + 1)
      }
      row.append(cost)
    }
    (before, above) = (above, row)
  }
  return above[b.count]
}
