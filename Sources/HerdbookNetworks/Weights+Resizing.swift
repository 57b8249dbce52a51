extension Weights {
  /// The network with other numbers of hidden units, and as many layers.
  ///
  /// A smaller hidden layer keeps the units with the largest |incoming| |outgoing|, L2 norms of their weights;
  /// ties go to the lowest. A larger one has all, and behind them those units again in that order,
  /// from the largest again once all have been repeated; the outgoing weights of a unit are divided by the
  /// number of its copies, so that the function stays (Chen, Goodfellow and Shlens, arXiv:1511.05641).
  ///
  /// - Parameter layout: of the new network, with the same inputs, classes, layers and kind.
  package func resized(to layout: NetworkLayout) -> Weights {
    precondition(
      layout.layers.count == self.layout.layers.count && layout.inputs == self.layout.inputs
        && layout.classes == self.layout.classes && layout.hasBiases == self.layout.hasBiases,
      "only hidden layers change their size")
    /// For each unit below a layer its place in this network, and for each place there its copies.
    var below = (
      places: Array(0..<layout.inputs), copies: [Int](repeating: 1, count: layout.inputs)
    )
    var (matrices, biases): ([[Float]], [[Float]]) = ([], [])
    for (index, layer) in layout.layers.enumerated() {
      let isLast = index == layout.layers.count - 1
      let above =
        isLast
        ? Array(0..<layer.outputs)
        : places(ofUnits: self.layout.layers[index].outputs, in: layer.outputs, behind: index)
      let (matrix, columns) = (self.matrix(index), self.layout.layers[index].outputs)
      matrices.append(
        below.places.flatMap { row in
          above.map { matrix[row * columns + $0] / Float(below.copies[row]) }
        })
      if let bias = self.biases(index) { biases.append(above.map { bias[$0] }) }
      var copies = [Int](repeating: 0, count: columns)
      for place in above { copies[place] += 1 }
      below = (above, copies)
    }
    return Weights(layout: layout, matrices: matrices, biases: biases)
  }

  /// Which of the hidden units between layer `index` and the next each of `wanted` units is.
  private func places(ofUnits count: Int, in wanted: Int, behind index: Int) -> [Int] {
    let (incoming, outgoing) = (matrix(index), matrix(index + 1))
    let next = layout.layers[index + 1].outputs
    let sizes = (0..<count).map { unit in
      let into = stride(from: unit, to: incoming.count, by: count).reduce(0.0) {
        $0 + Double(incoming[$1]) * Double(incoming[$1])
      }
      let out = (unit * next..<(unit + 1) * next).reduce(0.0) {
        $0 + Double(outgoing[$1]) * Double(outgoing[$1])
      }
      return into.squareRoot() * out.squareRoot()
    }
    let ranked = (0..<count).sorted { sizes[$0] == sizes[$1] ? $0 < $1 : sizes[$0] > sizes[$1] }
    return wanted <= count
      ? ranked.prefix(wanted).sorted()
      : Array(0..<count) + (0..<wanted - count).map { ranked[$0 % count] }
  }
}
