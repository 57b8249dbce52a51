import HerdbookBundle
import HerdbookModel
import HerdbookReport

extension Gallery.Card {
  init(_ name: String, _ bundle: Bundle) throws {
    let plan = try bundle.plan()
    self.init(
      name: name, title: try bundle.provenance().title, headline: try Headline(bundle).text,
      runs: plan.runs.count, variants: Set(plan.runs.map(\.variant)).count,
      datasets: Set(plan.runs.map { plan.dataset(of: $0).name }).sorted())
  }
}

extension Results {
  /// The page of all bundles, in their folder.
  var gallery: String { "\(folder)/\(Gallery.file)" }

  /// Throws where something stands in the place of the gallery that is none.
  func checkGallery() throws {
    guard Path.exists(gallery) else { return }
    guard Path.isFile(gallery), Gallery.isGallery(try Disk().read(gallery)) else {
      throw Failure(
        .different,
        "error: \(Path.shown(gallery)) is there and was not made by herdbook report --all, which would"
          + " replace it; move it away")
    }
  }

  func write(_ gallery: Gallery) throws {
    try Disk().writeWhole(gallery.bytes, to: self.gallery)
  }
}
