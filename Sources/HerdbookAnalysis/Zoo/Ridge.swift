import HerdbookNumerics

/// A matrix of numbers in rows.
package struct Rows: Sendable {
  package let count: Int
  package let width: Int
  private(set) var values: [Double]

  /// - Parameter columns: of one length each; none gives rows of no numbers.
  package init(columns: [[Double]], count: Int) {
    self.count = count
    width = columns.count
    values = [Double](repeating: 0, count: count * columns.count)
    for (place, column) in columns.enumerated() {
      for row in 0..<count { values[row * width + place] = column[row] }
    }
  }

  package subscript(row: Int, column: Int) -> Double { values[row * width + column] }

  /// Some of the rows.
  func selecting(_ rows: [Int]) -> Rows {
    Rows(
      columns: (0..<width).map { column in rows.map { self[$0, column] } }, count: rows.count)
  }
}

/// Ridge regression (Hoerl and Kennard 1970): least squares of several outputs on features in units of their deviation,
/// with a penalty on squared coefficients that cross-validation within the fitted rows chose for each output. Nothing is
/// told that lies outside of what the fitted rows have.
///
/// The same bits for the same rows: sums run in the order of rows, and the equations are solved by Cholesky's method.
package struct Ridge: Sendable {
  /// The penalties, a row, that are tried.
  package static let penalties = (-4...3).map { Elementary.power(10, $0) }
  package static let folds = 5

  private let system: RidgeSystem
  /// Of each output, a row.
  package let penalties: [Double]
  /// [output][feature], of scaled features.
  private let coefficients: [[Double]]
  private let means: [Double]
  /// Of each output in the fitted rows.
  private let ranges: [ClosedRange<Double>]

  /// - Parameters:
  ///   - folds: for each row the fold that it is in, below `Ridge.folds`.
  ///   - penalties: of each output, a row; chosen unless given.
  package init(
    _ features: Rows, _ targets: Rows, folds: [Int], penalties: [Double]? = nil
  ) {
    let system = RidgeSystem(features)
    self.init(
      system, targets, penalties: penalties ?? system.bestPenalties(targets, folds: folds))
  }

  private init(_ system: RidgeSystem, _ targets: Rows, penalties: [Double]) {
    self.system = system
    self.penalties = penalties
    (coefficients, means) = system.solve(targets, penalties: penalties)
    ranges = (0..<targets.width).map { output in
      let values = (0..<targets.count).map { targets[$0, output] }
      return (values.min() ?? 0)...(values.max() ?? 0)
    }
  }

  /// On the same rows with other outputs and the same penalties.
  func refitted(_ targets: Rows) -> Ridge {
    Ridge(system, targets, penalties: penalties)
  }

  /// Told for each row, [row][output] in rows.
  package func predictions(_ features: Rows) -> Rows {
    let scaled = system.scaled(features)
    let columns = coefficients.enumerated().map { output, coefficients in
      (0..<features.count).map { row in
        var sum = means[output]
        for feature in coefficients.indices { sum += coefficients[feature] * scaled[row, feature] }
        return min(max(sum, ranges[output].lowerBound), ranges[output].upperBound)
      }
    }
    return Rows(columns: columns, count: features.count)
  }
}

/// The rows that a ridge regression is fitted on, with what does not hang on the outputs.
struct RidgeSystem: Sendable {
  private let rows: Rows
  private let centers: [Double]
  private let scales: [Double]
  /// X'X of the scaled features.
  private let gram: [Double]

  init(_ features: Rows) {
    let count = Double(features.count)
    var centers: [Double] = []
    var scales: [Double] = []
    for feature in 0..<features.width {
      var (sum, squares) = (0.0, 0.0)
      for row in 0..<features.count { sum += features[row, feature] }
      let center = sum / count
      for row in 0..<features.count {
        squares += (features[row, feature] - center) * (features[row, feature] - center)
      }
      centers.append(center)
      let deviation = (squares / count).squareRoot()
      // What is the same in all rows has no say.
      scales.append(deviation > 1e-12 * center.magnitude ? 1 / deviation : 0)
    }
    self.centers = centers
    self.scales = scales
    rows = RidgeSystem.scaled(features, centers, scales)
    gram = RidgeSystem.gram(rows, Array(0..<rows.count))
  }

  func scaled(_ features: Rows) -> Rows { RidgeSystem.scaled(features, centers, scales) }

  private static func scaled(_ features: Rows, _ centers: [Double], _ scales: [Double]) -> Rows {
    Rows(
      columns: (0..<features.width).map { feature in
        (0..<features.count).map {
          (features[$0, feature] - centers[feature]) * scales[feature]
        }
      }, count: features.count)
  }

  private static func gram(_ rows: Rows, _ places: [Int]) -> [Double] {
    let width = rows.width
    var gram = [Double](repeating: 0, count: width * width)
    for place in places {
      for a in 0..<width {
        let value = rows[place, a]
        for b in 0...a { gram[a * width + b] += value * rows[place, b] }
      }
    }
    for a in 0..<width {
      for b in 0..<a { gram[b * width + a] = gram[a * width + b] }
    }
    return gram
  }

  /// X'Y [output][feature] over some rows, Y less its mean over all of them.
  private func products(_ targets: Rows, _ means: [Double], _ places: [Int]) -> [[Double]] {
    (0..<targets.width).map { output in
      var sums = [Double](repeating: 0, count: rows.width)
      for place in places {
        let value = targets[place, output] - means[output]
        for feature in 0..<rows.width { sums[feature] += value * rows[place, feature] }
      }
      return sums
    }
  }

  private func means(_ targets: Rows) -> [Double] {
    (0..<targets.width).map { output in
      (0..<targets.count).reduce(0.0) { $0 + targets[$1, output] } / Double(targets.count)
    }
  }

  /// Coefficients [output][feature] and means of the outputs, with a penalty a row for each.
  func solve(
    _ targets: Rows, penalties: [Double]
  ) -> (coefficients: [[Double]], means: [Double]) {
    let means = means(targets)
    let right = products(targets, means, Array(0..<rows.count))
    var coefficients = right
    for penalty in Set(penalties).sorted() {
      let outputs = penalties.indices.filter { penalties[$0] == penalty }
      let solved = RidgeSystem.solve(
        gram, outputs.map { right[$0] }, width: rows.width, ridge: penalty * Double(rows.count))
      for (output, solution) in zip(outputs, solved) { coefficients[output] = solution }
    }
    return (coefficients, means)
  }

  /// For each output the penalty with the least squared error on rows of folds that were left out; the smallest of equal
  /// ones.
  func bestPenalties(_ targets: Rows, folds: [Int]) -> [Double] {
    let means = means(targets)
    let all = products(targets, means, Array(0..<rows.count))
    var errors = [[Double]](
      repeating: [Double](repeating: 0, count: Ridge.penalties.count), count: targets.width)
    for fold in 0..<Ridge.folds {
      let left = (0..<rows.count).filter { folds[$0] == fold }
      guard !left.isEmpty, left.count < rows.count else { continue }
      let own = RidgeSystem.gram(rows, left)
      let rest = gram.indices.map { gram[$0] - own[$0] }
      let right = zip(all, products(targets, means, left)).map { all, own in
        zip(all, own).map { $0 - $1 }
      }
      for (place, penalty) in Ridge.penalties.enumerated() {
        let solution = RidgeSystem.solve(
          rest, right, width: rows.width, ridge: penalty * Double(rows.count - left.count))
        for row in left {
          for output in 0..<targets.width {
            var told = means[output]
            for feature in 0..<rows.width {
              told += solution[output][feature] * rows[row, feature]
            }
            errors[output][place] += (targets[row, output] - told) * (targets[row, output] - told)
          }
        }
      }
    }
    return errors.map { errors in
      let best = errors.indices.min { (errors[$0], $0) < (errors[$1], $1) } ?? 0
      return Ridge.penalties[best]
    }
  }

  /// Solutions of (A + ridge I) x = b for each right side, by Cholesky's method.
  private static func solve(
    _ matrix: [Double], _ right: [[Double]], width: Int, ridge: Double
  ) -> [[Double]] {
    var lower = matrix
    for i in 0..<width { lower[i * width + i] += ridge }
    for j in 0..<width {
      var diagonal = lower[j * width + j]
      for k in 0..<j { diagonal -= lower[j * width + k] * lower[j * width + k] }
      let root = max(diagonal, .leastNormalMagnitude).squareRoot()
      lower[j * width + j] = root
      for i in (j + 1)..<max(width, j + 1) {
        var sum = lower[i * width + j]
        for k in 0..<j { sum -= lower[i * width + k] * lower[j * width + k] }
        lower[i * width + j] = sum / root
      }
    }
    return right.map { right in
      var x = right
      for i in 0..<width {
        for k in 0..<i { x[i] -= lower[i * width + k] * x[k] }
        x[i] /= lower[i * width + i]
      }
      for i in (0..<width).reversed() {
        for k in (i + 1)..<max(width, i + 1) { x[i] -= lower[k * width + i] * x[k] }
        x[i] /= lower[i * width + i]
      }
      return x
    }
  }
}
