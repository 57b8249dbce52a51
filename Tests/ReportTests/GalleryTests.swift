import HerdbookReport
import Testing

/// The page of all bundles.
@Suite struct GalleryTests {
  private let cards = [
    Gallery.Card(
      name: "a", title: "</a><script>alert('&')</script>",
      headline: "test accuracy 0.9 on 10 images",
      runs: 1, variants: 1, datasets: ["mnist"]),
    Gallery.Card(
      name: "b.2", title: "Second", headline: "median of 70 runs: <b>", runs: 70, variants: 7,
      datasets: ["digits", "mnist"]),
  ]
  private var page: String { String(decoding: Gallery(cards).bytes, as: UTF8.self) }

  @Test("it is sound, has headings in order, and runs and fetches nothing from elsewhere")
  func sound() {
    let reader = MarkupReader(page)
    #expect(reader.faults.isEmpty)
    #expect(!page.contains("<script") && !page.contains("http"))
    #expect(
      !reader.tags.contains { ["script", "link", "iframe", "object", "form"].contains($0.name) })
    let levels = reader.tags.map(\.name).filter { ["h1", "h2", "h3"].contains($0) }
    #expect(levels == ["h1", "h2", "h2"])
    #expect(reader.tags.first { $0.name == "html" }?["lang"] == "en")
    let skip = reader.tags.first { $0["class"] == "skip" }
    #expect(skip?["href"] == "#main" && reader.tags.contains { $0["id"] == "main" })
  }

  @Test("each bundle has its cover with words for it, its report, and what came out")
  func whole() {
    let reader = MarkupReader(page)
    let images = reader.tags.filter { $0.name == "img" }
    #expect(images.map { $0["src"] } == ["a/cover.svg", "b.2/cover.svg"])
    #expect(images.allSatisfy { $0["loading"] == "lazy" })
    #expect(images.map { $0["alt"]?.prefix(12) } == ["Cover of a: ", "Cover of b.2"])
    let links = reader.tags.filter { $0.name == "a" }.compactMap { $0["href"] }
    #expect(links == ["#main", "a/report.html", "b.2/report.html"])
    #expect(page.contains("&lt;script&gt;alert(") && page.contains("median of 70 runs: &lt;b&gt;"))
    #expect(page.contains("<code>a</code>, 1 run, mnist</p>"))
    #expect(page.contains("<code>b.2</code>, 70 runs, 7 variants, digits, mnist</p>"))
    #expect(page.contains("What came of 2 experiments?"))
  }

  @Test("it is known as what it is, and the same cards give the same bytes")
  func known() {
    #expect(Gallery.isGallery(Gallery(cards).bytes) && Gallery.isGallery(Gallery([]).bytes))
    #expect(
      !Gallery.isGallery(Array("<!doctype html>\n<html lang=\"en\"><title>mine</title>".utf8)))
    #expect(Gallery(cards).bytes == Gallery(cards).bytes)
  }
}
