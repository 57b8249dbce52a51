import TestSupport
import Testing

/// `--format html` of `diff` and `compare`, to the letter.
///
/// The bundles are of drawn digits, whose bits and those of all runs are the same on every machine.
@Suite("diff and compare as pages")
struct PageTests {
  private let project = Project()

  /// Two experiments that differ in two keys.
  private func two() {
    project.run("a", of: smallSpec())
    project.run(
      "b",
      of: smallSpec(more: "mutation: {scale: 0.02}")
        .replacing("batch: 16", with: "batch: 32"))
  }

  @Test("of two bundles: one page, the same from any number of threads, on stdout or in a file")
  func diff() throws {
    two()
    let page = project.run("diff", "a", "b", "--format", "html", "--threads", "1")
    #expect(page.status == 1 && page.err == "a and b differ\n", "\(page.err)")
    let file = project.run(
      "diff", "a", "b", "--format", "html", "--threads", "3", "--output", "page.html")
    #expect(file.status == 1 && file.out.isEmpty)
    #expect(text("\(project.path)/page.html") == page.out)
    #expect(page.out.utf8.count < 150_000)
    try expectGolden(page.out, "diff/page.html")
  }

  @Test("a page of one bundle and its copy says that they are the same")
  func same() {
    project.run("a", of: smallSpec())
    project.copy("a", as: "b")
    let page = project.run("diff", "a", "copies/b", "--format", "html")
    #expect(page.status == 0 && page.err.isEmpty, "\(page.err)")
    #expect(page.out.contains("identical") && !page.out.contains("id=\"fitness\""))
  }

  @Test("bundles of other images are not comparable, on top of the page")
  func notComparable() {
    project.run("a", of: smallSpec())
    project.run("b", of: smallSpec().replacing("test: 100", with: "test: 90"))
    let page = project.run("diff", "a", "b", "--format", "html")
    #expect(page.status == 1, "\(page.err)")
    let header = page.out.split(separator: "<nav").first ?? ""
    #expect(header.contains("Test accuracy is not comparable: measured on different images"))
    #expect(!page.out.contains("id=\"confusion\""))
    let compare = project.run("compare", "a", "b", "--format", "html")
    #expect(compare.out.contains("Not comparable: measured on different images"))
    #expect(compare.err.contains("warning: not comparable"))
  }

  @Test("a page tells all, so that --metrics and --stat do not go with it")
  func refused() {
    two()
    for flag in ["--metrics", "--stat"] {
      let refusal = project.run("diff", "a", "b", "--format", "html", flag)
      #expect(refusal.status == 64 && refusal.out.isEmpty)
      #expect(refusal.err.contains("--format html tells all"))
    }
  }

  @Test(
    "of several bundles: the ranking, its picture and what the others lie away from the baseline")
  func compare() throws {
    let seeds = "replicates: 6\nvariants: [{name: x}, {name: y, set: {training.steps: 8}}]"
    project.run("a", of: smallSpec(more: seeds))
    project.run("b", of: smallSpec(more: "replicates: 6"))
    let page = project.run(
      "compare", "a", "b", "--baseline", "a/x", "--format", "html", "--threads", "1")
    #expect(page.status == 0 && page.err.isEmpty, "\(page.err)")
    #expect(
      project.run("compare", "a", "b", "--baseline", "a/x", "--format", "html").out == page.out)
    #expect(page.out.utf8.count < 150_000)
    try expectGolden(page.out, "compare/baseline.html")
  }
}
