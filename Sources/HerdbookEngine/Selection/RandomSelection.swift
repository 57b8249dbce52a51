package import HerdbookNumerics

/// Parents are uniform among all candidates, whatever their fitness (`random`): one draw.
package struct RandomSelection: ParentSelection {
  package init() {}

  package func parent(among ranked: [Int], stream: inout RandomStream) -> Int {
    ranked[stream.bounded(ranked.count)]
  }
}
