import HerdbookNumerics

/// Whether independent runs learn the same receptive fields: a unit recurs where at least half of the other runs have
/// one like it. Which unit is which differs between runs, so that units are told by what they look at alone.
///
/// Fields are smoothed by a Gaussian of one pixel and less their mean; alike are two whose cosine is at least
/// `threshold`, which was fixed before any run was looked at. The null holds each field against those of the other runs
/// moved aside by `shift` pixels: as smooth as they are, and in the wrong place.
package struct Recurrence: Sendable {
  /// Fields of different runs that are alike.
  package struct Pattern: Sendable {
    /// Run and unit of each, from the one with the most partners on; at most one of each run.
    package let members: [(run: Int, unit: Int)]
    /// The mean of their fields, each of length 1: [rows x columns], 0 where no pixel is lit.
    package let consensus: [Double]
  }
  package static let threshold = 0.6
  package static let shift = 7
  private static let sigma = 1.0

  /// The share of all units that recur, and that of the null.
  package let rate: Double
  package let shiftedRate: Double
  /// [run][run]: the mean cosine of two runs' fields where each is matched with one of the other so that the sum is
  /// largest; 1 on the diagonal.
  package let similarity: [[Double]]
  /// The mean of such cosines over all pairs of the null.
  package let shiftedSimilarity: Double
  /// Those found in most runs first, each field in one of them at most.
  package let patterns: [Pattern]

  /// - Parameter fields: [run][unit][rows x columns], at least two runs of as many units.
  /// - Parameter lit: whether some training image lights each pixel.
  package init(_ fields: [[[Double]]], rows: Int, columns: Int, lit: [Bool], threads: Int = 1) {
    let plane = FieldPlane(rows: rows, columns: columns, lit: lit)
    let smooth = parallelMap(count: fields.count, threads: threads) { run in
      fields[run].map { plane.smoothed($0, sigma: Recurrence.sigma) }
    }
    let whole = smooth.map { $0.map { plane.unit($0, on: lit) } }
    let (here, there) = plane.overlap(Recurrence.shift)
    let resting = smooth.map { $0.map { plane.unit($0, on: here) } }
    let moved = smooth.map { run in
      run.map { plane.shifted(plane.unit($0, on: there), Recurrence.shift) }
    }
    let own = PairedFields(whole, whole, threads: threads)
    let null = PairedFields(resting, moved, threads: threads)
    let ranked = own.partners(Recurrence.threshold)
    let enough = Double(fields.count - 1) / 2
    func share(_ counts: [[Int]]) -> Double {
      let all = counts.joined()
      return all.isEmpty ? .nan : Double(all.count { Double($0) >= enough }) / Double(all.count)
    }
    rate = share(ranked)
    shiftedRate = share(null.partners(Recurrence.threshold))
    similarity = own.matched(threads: threads)
    let others = null.matched(threads: threads).enumerated().flatMap { row, values in
      values.enumerated().filter { $0.offset > row }.map(\.element)
    }
    shiftedSimilarity = others.reduce(0, +) / Double(max(others.count, 1))
    patterns = own.patterns(Recurrence.threshold, partners: ranked).map { members in
      var mean = [Double](repeating: 0, count: rows * columns)
      for member in members {
        for pixel in mean.indices {
          mean[pixel] += whole[member.run][member.unit][pixel] / Double(members.count)
        }
      }
      return Pattern(members: members, consensus: mean)
    }
  }
}

/// Cosines between the fields of every two runs.
private struct PairedFields: Sendable {
  private let runs: Int
  private let units: Int
  /// For runs first < second, in the order of `pairs`: [unit of first x unit of second].
  private let cosines: [[Double]]
  private let place: [[Int]]

  /// - Parameter first: [run][unit][pixel], of length 1 or 0; held against `second` of later runs.
  init(_ first: [[[Double]]], _ second: [[[Double]]], threads: Int) {
    let (runs, units) = (first.count, first.first?.count ?? 0)
    let pairs = (0..<runs).flatMap { a in (a + 1..<max(runs, a + 1)).map { (a, $0) } }
    var place = [[Int]](repeating: [Int](repeating: -1, count: runs), count: runs)
    for (index, pair) in pairs.enumerated() { place[pair.0][pair.1] = index }
    cosines = parallelMap(count: pairs.count, threads: threads) { index in
      let (a, b) = pairs[index]
      return first[a].flatMap { mine in
        second[b].map { theirs in
          var sum = 0.0
          for pixel in mine.indices { sum += mine[pixel] * theirs[pixel] }
          return sum
        }
      }
    }
    self.runs = runs
    self.units = units
    self.place = place
  }

  private func cosine(_ run: Int, _ unit: Int, _ other: Int, _ partner: Int) -> Double {
    run < other
      ? cosines[place[run][other]][unit * units + partner]
      : cosines[place[other][run]][partner * units + unit]
  }

  /// The unit of another run that is most like one, the first of equal ones.
  private func best(_ run: Int, _ unit: Int, in other: Int) -> (unit: Int, cosine: Double)? {
    var found: (unit: Int, cosine: Double)?
    for partner in 0..<units {
      let cosine = cosine(run, unit, other, partner)
      if cosine > found?.cosine ?? -2 { found = (partner, cosine) }
    }
    return found
  }

  /// [run][unit]: in how many other runs it has a unit like it.
  func partners(_ threshold: Double) -> [[Int]] {
    (0..<runs).map { run in
      (0..<units).map { unit in
        (0..<runs).count { other in
          other != run && best(run, unit, in: other)?.cosine ?? -2 >= threshold
        }
      }
    }
  }

  func matched(threads: Int) -> [[Double]] {
    let means = parallelMap(count: cosines.count, threads: threads) { index in
      let matching = leastCostMatching(cosines[index].map { 0 - $0 }, size: units)
      let sum = matching.enumerated().reduce(0.0) {
        $0 + cosines[index][$1.offset * units + $1.element]
      }
      return sum / Double(max(units, 1))
    }
    return (0..<runs).map { a in
      (0..<runs).map { b in a == b ? 1 : means[place[min(a, b)][max(a, b)]] }
    }
  }

  /// Units that are alike across runs, begun from those with the most partners, none in two of them.
  func patterns(
    _ threshold: Double, partners: [[Int]]
  ) -> [[(run: Int, unit: Int)]] {
    let seeds = (0..<runs).flatMap { run in (0..<units).map { (run: run, unit: $0) } }
      .filter { partners[$0.run][$0.unit] > 0 }
      .sorted { a, b in
        let (first, second) = (partners[a.run][a.unit], partners[b.run][b.unit])
        return (-first, a.run, a.unit) < (-second, b.run, b.unit)
      }
    var isUsed = [[Bool]](repeating: [Bool](repeating: false, count: units), count: runs)
    var found: [[(run: Int, unit: Int)]] = []
    for seed in seeds where !isUsed[seed.run][seed.unit] {
      var members = [seed]
      for other in 0..<runs where other != seed.run {
        guard let partner = best(seed.run, seed.unit, in: other), partner.cosine >= threshold,
          !isUsed[other][partner.unit]
        else { continue }
        members.append((other, partner.unit))
      }
      guard members.count > 1 else { continue }
      for member in members { isUsed[member.run][member.unit] = true }
      found.append(members)
    }
    return found.enumerated().sorted { a, b in
      (-a.element.count, a.offset) < (-b.element.count, b.offset)
    }.map(\.element)
  }
}

/// The plane that fields lie in.
private struct FieldPlane: Sendable {
  let rows: Int
  let columns: Int
  let lit: [Bool]

  /// The mean over the lit pixels around each, weighted by a Gaussian that is cut at three sigma; 0 where none is lit. A
  /// pixel that is no number counts as 0.
  func smoothed(_ field: [Double], sigma: Double) -> [Double] {
    let reach = Int((3 * sigma).rounded(.up))
    let weights = (-reach...reach).map { Elementary.exp(Double(-$0 * $0) / (2 * sigma * sigma)) }
    func convolved(_ values: [Double]) -> [Double] {
      [true, false].reduce(values) { source, isAcross in
        source.indices.map { pixel in
          let (row, column) = (pixel / columns, pixel % columns)
          var sum = 0.0
          for step in -reach...reach {
            let (r, c) = isAcross ? (row, column + step) : (row + step, column)
            guard (0..<rows).contains(r), (0..<columns).contains(c) else { continue }
            sum += weights[step + reach] * source[r * columns + c]
          }
          return sum
        }
      }
    }
    let sums = convolved(field.indices.map { lit[$0] && field[$0].isFinite ? field[$0] : 0 })
    let shares = convolved(lit.map { $0 ? 1 : 0 })
    return sums.indices.map { lit[$0] ? sums[$0] / shares[$0] : 0 }
  }

  /// Less its mean over some pixels and of length 1 there, 0 elsewhere; all 0 where it is constant there.
  func unit(_ field: [Double], on pixels: [Bool]) -> [Double] {
    let count = Double(max(pixels.count { $0 }, 1))
    let mean = field.indices.reduce(0.0) { pixels[$1] ? $0 + field[$1] : $0 } / count
    let centred = field.indices.map { pixels[$0] ? field[$0] - mean : 0 }
    let length = centred.reduce(0) { $0 + $1 * $1 }.squareRoot()
    // What is constant but for roundings has no shape.
    let magnitude = field.indices.reduce(0.0) { pixels[$1] ? max($0, field[$1].magnitude) : $0 }
    return length > 1e-12 * magnitude * count.squareRoot()
      ? centred.map { $0 / length } : centred.map { _ in 0 }
  }

  /// Moved right and down.
  func shifted(_ field: [Double], _ shift: Int) -> [Double] {
    field.indices.map { pixel in
      let (row, column) = (pixel / columns - shift, pixel % columns - shift)
      return row >= 0 && column >= 0 ? field[row * columns + column] : 0
    }
  }

  /// Lit pixels on which a lit one falls that is moved right and down, and those that fall there.
  func overlap(_ shift: Int) -> (here: [Bool], there: [Bool]) {
    var (here, there) = (lit.map { _ in false }, lit.map { _ in false })
    for row in 0..<max(0, rows - shift) {
      for column in 0..<max(0, columns - shift) {
        let (from, to) = (row * columns + column, (row + shift) * columns + column + shift)
        if lit[from] && lit[to] { (there[from], here[to]) = (true, true) }
      }
    }
    return (here, there)
  }
}
