import HerdbookModel

/// The best validation accuracy so far of the champions of a run, against the images passed until then.
package struct CostCurve {
  /// Where it rises, and its end.
  package let images: [Double]
  package let accuracy: [Double]

  /// Nil where no champion was measured, or no image passed.
  package init?(images: [Double], accuracy: [Double]) {
    var rises: (images: [Double], accuracy: [Double]) = ([], [])
    var best = -Double.infinity
    for (images, accuracy) in zip(images, accuracy) where accuracy > best && images > 0 {
      best = accuracy
      rises.images.append(images)
      rises.accuracy.append(accuracy)
    }
    guard let last = images.last, let end = rises.images.last else { return nil }
    if last > end {
      rises.images.append(last)
      rises.accuracy.append(best)
    }
    self.images = rises.images
    self.accuracy = rises.accuracy
  }

  package var end: (images: Double, accuracy: Double) {
    (images[images.count - 1], accuracy[accuracy.count - 1])
  }

  /// When an accuracy was reached; nil where it was not.
  package func images(until accuracy: Double) -> Double? {
    self.accuracy.firstIndex { $0 >= accuracy }.map { images[$0] }
  }

  /// At most `count` points, evenly, ends included: each at a height that was reached by then.
  package func thinned(to count: Int) -> CostCurve {
    let kept = Words.evenly(images.count, atMost: count)
    return CostCurve(images: kept.map { images[$0] }, accuracy: kept.map { accuracy[$0] }) ?? self
  }
}

extension BundleContents {
  /// The curves of other runs without training, evenly among all, by id.
  func costCurves(besides run: Plan.Run, atMost count: Int) throws -> [CostCurve] {
    let others = runs.filter { $0 != run && !isTrained($0) }
    return try Words.evenly(others.count, atMost: count).compactMap { index in
      let path = "runs/\(others[index].id)/generations.csv"
      guard let table = try table(path) else { return nil }
      let columns = Columns(path: path, table: table)
      return CostCurve(
        images: try columns.reals("images"), accuracy: try columns.reals("validation_accuracy"))
    }
  }
}
