package import HerdbookCharts
import HerdbookModel

/// A figure that travels without its page: told by one headline, readable at 600 pixels.
package struct Card {
  /// What was found, as a headline.
  package var headline: String
  package var finding: HTML
  package var picture: Plot

  /// Beside the margins of a file of 600 pixels.
  static let layout = Layout(width: 552, isNarrow: false)
}

extension Card {
  /// - Parameters:
  ///   - key: what a spec calls its figure.
  ///   - isOfOne: whether the picture shows one run alone.
  func file(called key: String, of contents: BundleContents, _ shown: ShownRun, isOfOne: Bool)
    -> FigureFile?
  {
    FigureFile(
      id: "card", key: key, of: contents, question: headline, finding: finding,
      pictures: [picture], width: Card.layout.width,
      footer: Card.footer(contents, isOfOne ? shown : nil))
  }

  /// What ran, for whom has nothing else of it.
  private static func footer(_ contents: BundleContents, _ shown: ShownRun?) -> String {
    var parts: [String] = []
    if let size = contents.number("population.size"), let iterations = contents.number("iterations")
    {
      parts.append(
        "populations of \(Words.plural(Int(size), "network")), \(Words.plural(Int(iterations), "iteration"))"
      )
    }
    if case .list(let layers)? = contents.setting("network.layers") {
      parts.append(
        layers.map { if case .integer(let width) = $0 { "\(width)" } else { "?" } }
          .joined(separator: "-"))
    }
    parts.append(contents.dataset.name)
    let what = parts.joined(separator: ", ")
    guard let shown else { return "\(what). Made by Herdbook." }
    let rank = shown.rank.map {
      " Number \($0.place) of \($0.of) runs by test accuracy."
    }
    return "\(what), seed \(shown.run.seed).\(rank ?? "") Made by Herdbook."
  }
}
