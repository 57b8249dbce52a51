/// How wide `text` is about to be in a sans-serif font of `size` pixels.
///
/// Advances are those of Helvetica in thousandths of an em, rounded up by class; enough to keep
/// labels apart, not to set type.
package func textWidth(_ text: String, size: Double) -> Double {
  var thousandths = 0
  for scalar in text.unicodeScalars {
    switch scalar {
    case "i", "j", "l", "'", "|": thousandths += 230
    case " ", ".", ",", ":", ";", "f", "t", "I", "/", "!", "(", ")", "-", "·": thousandths += 300
    case "r", "\"", "*": thousandths += 350
    case "m", "M", "W", "%", "@": thousandths += 870
    case "w", "A"..."Z", "+", "=", "~", "<", ">", "×", "≥", "≤", "→": thousandths += 690
    default: thousandths += scalar.isASCII || scalar.value < 0x2000 ? 560 : 800
    }
  }
  return Double(thousandths) * size / 1000
}

/// Positions near `wanted`, in the same order, that keep `gap` between neighbours and stay within
/// `bounds` as long as there is room.
///
/// Neighbours that would touch are gathered into blocks that share the mean of what their members
/// want (the pool-adjacent-violators rule), so nothing moves further than it must.
package func spread(
  _ wanted: [Double], gap: Double, within bounds: ClosedRange<Double>
) -> [Double] {
  let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
  var blocks: [(sum: Double, count: Int)] = []
  for (rank, index) in order.enumerated() {
    blocks.append((wanted[index] - Double(rank) * gap, 1))
    while blocks.count > 1 {
      let last = blocks[blocks.count - 1]
      let before = blocks[blocks.count - 2]
      guard before.sum / Double(before.count) > last.sum / Double(last.count) else { break }
      blocks.removeLast()
      blocks[blocks.count - 1] = (before.sum + last.sum, before.count + last.count)
    }
  }
  var result = wanted
  var rank = 0
  let highest = bounds.upperBound - Double(wanted.count - 1) * gap
  for block in blocks {
    let mean = block.sum / Double(block.count)
    let start = max(bounds.lowerBound, min(mean, highest))
    for _ in 0..<block.count {
      result[order[rank]] = start + Double(rank) * gap
      rank += 1
    }
  }
  return result
}
