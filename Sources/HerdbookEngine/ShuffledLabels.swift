import HerdbookModel
package import HerdbookNetworks
import HerdbookNumerics

extension Evolution {
  /// The first networks of generation 0 at a later generation, each trained alone, on images with labels of other
  /// images: what networks come to that see the same pixels and have nothing to learn about them.
  ///
  /// Labels are those of the training images in an order that is drawn from the run's seed.
  ///
  /// - Parameter observe: called after each generation; may throw to end it.
  package func trainedOnShuffledLabels<Failure: Error>(
    _ count: Int, through last: Int, observe: () throws(Failure) -> Void
  ) throws(Failure) -> [Weights] {
    var labels = data.training.labels
    var stream = RandomStream(seed: seed, purpose: .zooLabels)
    stream.shuffle(&labels)
    let shuffled = RunData(
      training: Examples(
        images: data.training.images, rows: data.training.rows, labels: labels,
        values: data.training.values), validation: data.validation, test: data.test,
      planeRows: data.planeRows, planeColumns: data.planeColumns)
    let evolution = Evolution(
      experiment: experiment, seed: seed, data: shuffled, threads: threads,
      transfer: breeder.transfer, swap: swap)
    // How good they are at that is of no interest: one image says whether they are finite.
    let images = data.validation.selecting(0..<1)
    var lives = (0..<count).map { Waiting(.initial(id: $0)) }
    var members: [Member] = []
    for generation in 0...last {
      members = evolution.develop(lives, generation: generation, on: images).map(\.member)
      lives = members.map { Waiting(.survivor($0)) }
      try observe()
    }
    return members.map(\.weights)
  }
}
