import HerdbookCharts
import HerdbookModel
import HerdbookReport
import Testing

@Suite struct CostFigureTests {
  private func figure(_ bundle: SyntheticBundle) throws -> CostFigure? {
    let contents = bundle.contents
    return try CostFigure(contents, BundleRun(contents.runs[0], in: contents))
  }

  @Test("the curve holds the best so far, from the first measured champion to the last image")
  func curve() throws {
    let curve = try #require(
      CostCurve(
        images: [10, 20, 30, 40, 50, 60], accuracy: [.nan, 0.2, 0.1, 0.4, 0.4, 0.3]))
    #expect(curve.images == [20, 40, 60] && curve.accuracy == [0.2, 0.4, 0.4])
    #expect(curve.images(until: 0.3) == 40 && curve.images(until: 0.5) == nil)
    #expect(CostCurve(images: [1, 2], accuracy: [.nan, .nan]) == nil)
    #expect(CostCurve(images: [0], accuracy: [0.5]) == nil)
  }

  @Test("a curve that is thinned never shows what was not yet reached")
  func thinned() throws {
    let whole = try #require(
      CostCurve(images: (1...1000).map(Double.init), accuracy: (1...1000).map { Double($0) / 1000 })
    )
    let thin = whole.thinned(to: 50)
    #expect(thin.images.count == 50 && thin.end == whole.end)
    #expect(zip(thin.images, thin.accuracy).allSatisfy { $1 == $0 / 1000 })
  }

  @Test("it is drawn without gradient training, and from the first generation on")
  func applies() throws {
    #expect(try figure(Cases.genetic) != nil)
    #expect(try figure(Cases.named("trained")) == nil)
    #expect(try figure(Cases.named("unmoved")) == nil)
  }

  @Test("published points stand beside MNIST as it is, and beside nothing else")
  func published() throws {
    let points = try #require(try figure(Cases.genetic)).figure.html.text
    #expect(points.contains("arXiv:1806.09819") && points.contains("102 billion"))
    #expect(points.contains("131 million") && points.contains("205 million"))
    var bundle = Cases.genetic
    bundle.dataset = "digits"
    #expect(try #require(try figure(bundle)).figure.tables.count == 1)
    bundle.dataset = "mnist"
    bundle.extraSettings = [
      .init(path: "dataset.classes", value: .list([.integer(0), .integer(1)]), origin: .file)
    ]
    #expect(try #require(try figure(bundle)).figure.tables.count == 1)
  }
}
