package import HerdbookNumerics

/// Parents are uniform among the best `count`: one draw.
package struct Truncation: ParentSelection {
  package let count: Int

  package init(count: Int) { self.count = count }

  package func parent(among ranked: [Int], stream: inout RandomStream) -> Int {
    ranked[stream.bounded(min(count, ranked.count))]
  }
}
