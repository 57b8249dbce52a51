package import HerdbookNumerics

/// The fittest of `size` candidates drawn uniformly with replacement: `size` draws.
package struct Tournament: ParentSelection {
  package let size: Int

  package init(size: Int) { self.size = size }

  package func parent(among ranked: [Int], stream: inout RandomStream) -> Int {
    ranked[(0..<size).map { _ in stream.bounded(ranked.count) }.min() ?? 0]
  }
}
