import HerdbookModel

/// What recurs in a synthetic zoo, and what its good networks share.
extension SyntheticZoo {
  var patternCount: Int { 64 }

  private func rate(_ condition: String) -> Double {
    switch condition {
    case "fit": 0.9
    case "held": recurring
    case "untrained": 0.02
    case "shuffled": 0.31
    default: 0.18
    }
  }

  var recurrence: Table {
    Table([
      .init("condition", .texts(conditions)),
      .init("networks", .integers(conditions.map { $0 == "shuffled" ? 50 : heldOut })),
      .init("units", .integers(conditions.map { ($0 == "shuffled" ? 50 : heldOut) * 32 })),
      .init("rate", .reals(conditions.map(rate))),
    ])
  }

  var patterns: Table {
    let numbers = Array(0..<patternCount)
    return Table(
      [
        .init("pattern", .integers(numbers)),
        .init("units", .integers(numbers.map { 900 - 12 * $0 })),
      ]
        + conditions.map { condition in
          .init(
            condition,
            .reals(
              numbers.map { number in
                condition == "held" && number >= patternCount - unconfirmed
                  ? 0 : rate(condition) * (1.1 - Double(number) / Double(patternCount))
              }))
        })
  }

  /// A smooth field that is dark in a corner.
  func pattern(_ number: Int) -> [Float] {
    var source = Source(state: UInt64(300 + number))
    let noise = (0..<196).map { _ in source.normal() }
    var tile = (0..<196).map { cell in
      cell % 14 < 2 || cell / 14 < 1 ? 0 : Digits.smoothed(noise, cell, 14, 14)
    }
    let length = tile.reduce(0) { $0 + $1 * $1 }.squareRoot()
    tile = tile.map { $0 / max(length, 1e-9) }
    return tile.map(Float.init)
  }

  // MARK: contrasts

  var contrasts: Table {
    let kinds = ["mean", "variance", "p1", "p25", "p50", "p75", "p99"]
    let features =
      ["learning_rate", "batch", "initialization_scale"]
      + tensorNames.flatMap { name in kinds.map { "\(name) \($0)" } }
    let moments = [1, 5, iterations].filter { $0 <= iterations }
    let rows = Set(moments).sorted().flatMap { time in features.indices.map { (time, $0) } }
    var source = Source(state: 17)
    let half = rows.map { time, feature -> (fit: Double, held: Double) in
      let sign = feature.isMultiple(of: 3) ? -1.0 : 1
      let size =
        contrast * known(time) * (feature == 0 ? 1 : 1 / (1 + 0.2 * Double(feature % 11)))
      return (
        0.5 + (isHalved ? 0 : sign * size) + 0.04 * (source.uniform() - 0.5),
        0.5 + sign * size + 0.04 * (source.uniform() - 0.5)
      )
    }
    return Table([
      .init("feature", .texts(rows.map { features[$0.1] })),
      .init("generation", .integers(rows.map(\.0))),
      .init("good", .reals(rows.map { 0.05 + 0.001 * Double($0.1) })),
      .init("bad", .reals(rows.map { 0.04 + 0.001 * Double($0.1) })),
      .init("auc_fit", .reals(half.map(\.fit))), .init("auc_held", .reals(half.map(\.held))),
      .init("chance", .reals(rows.map { _ in 1.96 / (6 * Double(max(4, heldOut))).squareRoot() })),
    ])
  }
}
