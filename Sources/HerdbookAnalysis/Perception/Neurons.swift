package import HerdbookModel
package import HerdbookNetworks

/// What each unit of the first hidden layer is to its network: the rows of `figures/neurons.csv`.
package struct Neurons: Sendable {
  package let importance: [Double]
  package let outgoingNorm: [Double]
  /// Moran's I of the receptive field on the plane; NaN without a plane.
  package let moran: [Double]
  package let meanActivation: [Double]
  package let deviation: [Double]
  /// What the network loses without each.
  package let ablation: Ablation
  /// The cosine between the weights into each and those that the founder of its line had there; NaN without a founder
  /// or where one is all zero.
  package let founderCosine: [Double]

  /// Activations are taken over `examples`; importance is |outgoing weights less their mean| times
  /// the deviation of the activation.
  ///
  /// - Parameter founder: the network of generation 0 that these weights come from, unit by unit.
  /// - Parameter lit: whether some training image lights each input; cosines leave out others, whose weights nothing moves
  ///   towards anything.
  package init(
    _ weights: Weights, on examples: Examples, founder: Weights?, lit: [Bool], planeRows: Int,
    planeColumns: Int, threads: Int = 1
  ) {
    let layout = weights.layout
    let units = layout.layers[0].outputs
    let activations = weights.activations(on: examples, layer: 1, threads: threads)
    let n = Double(examples.count)
    var means = [Double](repeating: 0, count: units)
    for start in stride(from: 0, to: activations.count, by: units) {
      for unit in 0..<units { means[unit] += Double(activations[start + unit]) }
    }
    for unit in means.indices { means[unit] /= n }
    // Two passes: the mean of squares less the squared mean loses a small deviation.
    var squares = [Double](repeating: 0, count: units)
    for start in stride(from: 0, to: activations.count, by: units) {
      for unit in 0..<units {
        let rest = Double(activations[start + unit]) - means[unit]
        squares[unit] += rest * rest
      }
    }
    let deviations = squares.map { ($0 / n).squareRoot() }
    let next = layout.layers[1].outputs
    let outgoing = weights.matrix(1)
    let rows = (0..<units).map { outgoing[$0 * next..<($0 + 1) * next].map(Double.init) }
    let spreads = rows.map { row in
      let mean = row.reduce(0, +) / Double(next)
      return row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
    }
    let incoming = weights.matrix(0)
    let inputs = layout.layers[0].inputs
    ablation = Ablation(weights, on: examples, threads: threads)
    let before = founder?.matrix(0)
    founderCosine = (0..<units).map { unit in
      before.map { before in
        cosine((0..<inputs).filter { lit[$0] }.map { $0 * units + unit }, of: incoming, before)
      } ?? .nan
    }
    meanActivation = means
    deviation = deviations
    importance = zip(spreads, deviations).map { $0 * $1 }
    outgoingNorm = rows.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    moran = (0..<units).map { unit in
      guard planeRows * planeColumns == inputs else { return .nan }
      return moransI(
        (0..<inputs).map { Double(incoming[$0 * units + unit]) }, rows: planeRows,
        columns: planeColumns)
    }
  }

  /// Units, the most important first, the first of equal ones; NaN last.
  package var order: [Int] {
    importance.indices.sorted {
      let (a, b) = (importance[$0], importance[$1])
      return (a.isNaN ? -1 : a, -$0) > (b.isNaN ? -1 : b, -$1)
    }
  }

  package func table() -> Table {
    Table([
      Table.Column("neuron", .integers(Array(importance.indices))),
      Table.Column("importance", .reals(importance)),
      Table.Column("outgoing_norm", .reals(outgoingNorm)),
      Table.Column("moran", .reals(moran)),
      Table.Column("mean_activation", .reals(meanActivation)),
      Table.Column("sd_activation", .reals(deviation)),
      Table.Column("ablation_loss", .singles(ablation.lossRise.map { Float($0) })),
      Table.Column("ablation_accuracy", .singles(ablation.accuracyFall.map { Float($0) })),
      Table.Column("founder_cosine", .singles(founderCosine.map { Float($0) })),
    ])
  }
}

/// Of the angle between two vectors, over some of their places; NaN where one is zero there.
private func cosine(_ places: [Int], of first: [Float], _ second: [Float]) -> Double {
  var (product, mine, theirs) = (0.0, 0.0, 0.0)
  for place in places {
    let (a, b) = (Double(first[place]), Double(second[place]))
    product += a * b
    mine += a * a
    theirs += b * b
  }
  return mine > 0 && theirs > 0 ? product / (mine.squareRoot() * theirs.squareRoot()) : .nan
}

/// Moran's I of a field on a plane with the four nearest neighbours (Moran 1950): about 1 for a
/// smooth field, 0 for noise, negative for a chequered one; NaN for a constant one.
package func moransI(_ field: [Double], rows: Int, columns: Int) -> Double {
  let mean = field.reduce(0, +) / Double(field.count)
  let d = field.map { $0 - mean }
  var (cross, links) = (0.0, 0)
  for r in 0..<rows {
    for c in 0..<columns {
      let here = r * columns + c
      if c + 1 < columns {
        cross += d[here] * d[here + 1]
        links += 1
      }
      if r + 1 < rows {
        cross += d[here] * d[here + columns]
        links += 1
      }
    }
  }
  let power = d.reduce(0) { $0 + $1 * $1 }
  // The mean of equal values may be a rounding beside them: the field says whether it is constant.
  guard power > 0, links > 0, field.contains(where: { $0 != field[0] }) else { return .nan }
  return (cross / Double(links)) / (power / Double(field.count))
}
