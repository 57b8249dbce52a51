/// What others reached on MNIST without gradients, where a publication tells both the accuracy on test images
/// and how many images it took.
struct PublishedPoint {
  let name: String
  let accuracy: Double
  /// Evaluations times images in each.
  let images: Double
  let source: String

  /// In the order of their images. A count stands here only where population, iterations and images of a
  /// batch are told; the 0.815 of hill climbers and other numbers without them are left out.
  static let all = [
    PublishedPoint(
      name: "parameter-exploring policy gradients, convolutional net", accuracy: 0.9743,
      images: 64 * 2000 * 1024,
      source: "EvoJAX, scripts/benchmarks: PGPE, 64 samples, 2,000 iterations, batches of 1,024"),
    PublishedPoint(
      name: "OpenAI’s evolution strategy, convolutional net", accuracy: 0.9669,
      images: 100 * 2000 * 1024,
      source: "EvoJAX, scripts/benchmarks: OpenES, 100 samples, 2,000 iterations, batches of 1,024"),
    PublishedPoint(
      name: "genetic algorithm, 196-256-128-64-10", accuracy: 0.976, images: 2000 * 50_000 * 1024,
      source:
        "Prellberg and Kramer 2018, arXiv:1806.09819, and its code: 2,000 networks, 50,000 generations, "
        + "batches of 1,024, images of 14 x 14"),
  ]
}
