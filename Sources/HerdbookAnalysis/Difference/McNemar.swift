/// McNemar's test (1947, Psychometrika 12) of two networks on the same images: whether those that one
/// alone gets right lie more to one side than a fair coin would have it.
///
/// It compares two networks, not the methods that made them.
package struct McNemar: Sendable, Equatable {
  /// Images that the first alone gets right.
  package let onlyFirst: Int
  package let onlySecond: Int
  /// Two-sided and exact, from the binomial distribution; 1 where they err on the same images.
  package let p: Double

  /// From the class that each network gives to each image.
  package init(_ first: [UInt8], _ second: [UInt8], labels: [UInt8]) {
    precondition(
      first.count == labels.count && second.count == labels.count, "each image has an answer")
    onlyFirst = labels.indices.count { first[$0] == labels[$0] && second[$0] != labels[$0] }
    onlySecond = labels.indices.count { first[$0] != labels[$0] && second[$0] == labels[$0] }
    p = PairedTests.fairCoin(onlyFirst, onlySecond)
  }
}
