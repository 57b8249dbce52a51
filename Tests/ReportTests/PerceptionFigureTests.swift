import HerdbookCharts
import HerdbookModel
import HerdbookReport
import Testing

/// Activations and preferred inputs say what the tables hold.
@Suite struct PerceptionFigureTests {
  private func data(_ bundle: SyntheticBundle) throws -> BundleRun {
    try BundleRun(bundle.contents.runs[0], in: bundle.contents)
  }

  private func activations(_ bundle: SyntheticBundle) throws -> ActivationsFigure {
    let data = try data(bundle)
    return ActivationsFigure(bundle.contents, data, NeuronMatrix(bundle.contents, data))
  }

  @Test("silent units are counted, and the median share of the favourite class is told")
  func activations() throws {
    let figure = try #require(try activations(Cases.genetic).figure)
    let words = MarkupReader(figure.html.text).text
    // Units 3, 20, 37, 54, 71 and 88 are silent; others give 2 of 2 + 9 / 4 to one class.
    #expect(
      words.contains("Of 100 hidden units 6 never fire and 0 fire on all images"),
      "\(words.prefix(300))")
    #expect(words.contains("the median unit gives 47 %"))
    let reader = MarkupReader(figure.html.text)
    #expect(reader.tags.filter { $0["class"] == "excites" }.count == 8)
    #expect(reader.tags.filter { $0["class"] == "field" }.count == 8)
    #expect(try activations(Cases.named("bare")).figure == nil)
  }

  @Test("without a plane there is the map and no pictures")
  func noPlane() throws {
    var bundle = try Cases.named("no-plane")
    bundle.missing.insert("runs/main-0/figures/exciting.csv")
    let figure = try #require(try activations(bundle).figure)
    #expect(!figure.html.text.contains("excites\""))
  }

  @Test("of each class there are two pictures with their names, and the least sure is told")
  func preferred() throws {
    let figure = try #require(
      try PreferredFigure(Cases.genetic.contents, data(Cases.genetic)).figure)
    let reader = MarkupReader(figure.html.text)
    #expect(reader.tags.filter { $0["class"] == "wish" }.count == 20)
    #expect(
      reader.tags.compactMap { $0["aria-label"] }.contains("Preferred input of class 9"))
    // 1 - 0.03 k: one above 0.99.
    #expect(reader.text.contains("it reads 1 as their class"), "\(reader.text.prefix(300))")
    #expect(reader.text.contains("it is least sure of that of class 9, with 0.730."))
    // Each picture has its probability below it.
    let said = reader.tags.filter { $0["class"] == "said" }.map(\.content)
    #expect(said.contains("1.000") && said.contains("0.730"))
    #expect(
      try PreferredFigure(Cases.named("bare").contents, data(Cases.named("bare"))).figure == nil)
  }

  @Test("where the dataset has some classes alone, they are called what they are")
  func classes() throws {
    var bundle = Cases.genetic
    bundle.extraSettings = [
      .init(
        path: "dataset.classes", value: .list((10..<20).map { .integer($0) }), origin: .file)
    ]
    let contents = bundle.contents
    let data = try BundleRun(contents.runs[0], in: contents)
    let preferred = try #require(PreferredFigure(contents, data).figure)
    #expect(MarkupReader(preferred.html.text).text.contains("class 10"))
    #expect(!MarkupReader(preferred.html.text).text.contains("class 3"))
    let confusion = try #require(DataFigure(contents, data).figure)
    let reader = MarkupReader(confusion.html.text)
    #expect(reader.text.contains(#/reads a 1[0-9] as a 1[0-9]\./#))
    let labels = reader.tags.filter { $0.name == "text" }.map(\.content)
    #expect(["10", "19"].allSatisfy { name in labels.count { $0 == name } >= 2 })
    let said = reader.tags.filter { $0["class"] == "said" }.map(\.content)
    #expect(
      !said.isEmpty && said.filter { $0.contains("read as") }.allSatisfy { $0.hasPrefix("1") })
  }
}
