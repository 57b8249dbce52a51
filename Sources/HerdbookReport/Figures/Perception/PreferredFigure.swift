import HerdbookCharts
import HerdbookModel

/// F18: what would each class like best to see?
package struct PreferredFigure {
  private let contents: BundleContents
  private let data: BundleRun

  package init(_ contents: BundleContents, _ data: BundleRun) {
    self.contents = contents
    self.data = data
  }

  package var figure: Figure? {
    guard let preferred = data.preferred, preferred.probability.count > 1 else { return nil }
    return Figure(
      id: "f18", short: "Preferred inputs", question: "What would the network like best to see?",
      finding: finding(preferred), body: pictures(preferred), notes: notes,
      tables: [table(preferred)], budget: 60_000)
  }

  private func finding(_ preferred: BundleRun.Preferred) -> HTML {
    let known = preferred.probability.indices.filter { preferred.probability[$0].isFinite }
    guard let least = known.min(by: { preferred.probability[$0] < preferred.probability[$1] })
    else {
      return "The champion diverged and prefers nothing."
    }
    let sure = known.count { preferred.probability[$0] > 0.99 }
    return """
      Of \(Words.plural(preferred.probability.count, "picture")) made for the champion, one a class, it reads \(sure == 0 ? "none" : "\(sure)" as String) as their class with \
      a probability above 0.99\(preferred.probability[least] >= 0.9995 ? ", all nearly 1" : "; it is least sure of that of class \(contents.name(ofClass: least)), with \(said(preferred.probability[least]))" as HTML). Whether they look like digits to you is the question.
      """
  }

  private func said(_ probability: Double) -> String {
    probability.isFinite ? Decimal.fixed(probability, decimals: 3) : "n/a"
  }

  private var notes: HTML {
    """
    Above, with the probability that the champion gives to its class: an input that climbs the gradient of the class’s score less the mean of all scores, from grey, 64 steps, faded and smoothed \
    at each; its brightest pixel is fully lit, and pixels that no training image lights stay at zero. Below: of the validation \
    images of the class the one that the champion is surest of. Probabilities are softmax’s.\(contents.setting("dataset.shuffle-labels") == .boolean(true) ? " Labels are shuffled." : "")
    """
  }

  private func table(_ preferred: BundleRun.Preferred) -> NumberTable {
    NumberTable(
      caption: "The numbers, all \(preferred.probability.count) classes",
      header: ["class", "probability of the picture", "of the surest image"],
      rows: preferred.probability.indices.map { kind in
        [
          "\(contents.name(ofClass: kind))", Words.value(preferred.probability[kind], 4),
          Words.value(preferred.imageProbability[kind], 4),
        ]
      }, source: "runs/\(data.run.id)/figures/preferred.csv")
  }

  private func pictures(_ preferred: BundleRun.Preferred) -> Drawing {
    let count = preferred.probability.count
    let uri = "data:image/png;base64," + base64(preferred.picture)
    let items = (0..<count).map { kind -> HTML in
      let place = count > 1 ? Double(kind) / Double(count - 1) * 100 : 0
      let position = Decimal.coordinate(place)
      let name = contents.name(ofClass: kind)
      return """
        <li><span class="wish" role="img" aria-label="Preferred input of class \(name)" style="background-position:\(position)% 0"></span>\
        <span class="wish" role="img" aria-label="Surest image of class \(name)" style="background-position:\(position)% 100%"></span>\
        <span class="said">class <b>\(name)</b></span>\
        <span class="said">\(said(preferred.probability[kind]))</span></li>

        """
    }.joined()
    let tiles = TileRows(
      id: "f18", title: "Preferred inputs",
      summary: "Above each other, by class: the input made for it, "
        + "and the validation image that the champion is surest of.", strip: preferred.picture,
      words: (0..<count).map {
        ["class \(contents.name(ofClass: $0))", said(preferred.probability[$0])]
      })
    return Drawing(
      """
      <ul class="wishes" style="--strip:url('\(uri)');--size:\(count * 100)% 200%">
      \(items)</ul>

      """, pictures: tiles.plot.map { [$0] } ?? [])
  }
}
