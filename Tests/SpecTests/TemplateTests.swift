import HerdbookModel
import HerdbookSpec
import Testing

@Suite("Names and templates")
struct TemplateTests {
  @Test(
    "the template is valid, and all that it gives is in use", arguments: ["first", "42", "a.b"])
  func template(name: String) throws {
    let parsed = try read(Array(specTemplate(name: name).utf8), name: name).get()
    #expect(parsed.experiment.title == name)
    #expect(parsed.experiment.dataset.name == .digits)
    #expect(parsed.settings.filter { $0.origin == .file }.count == 19)
  }

  @Test("the template explains every key and every section that it gives")
  func comments() {
    for line in specTemplate(name: "x").split(separator: "\n") where line.contains(": ") {
      #expect(line.contains("# "), "\(line)")
    }
    #expect(
      specTemplate(name: "x").contains(
        "\n# which networks have offspring, and which make room for it\nselection:\n"))
  }

  @Test(
    "names of letters, digits, dashes, underscores and dots are accepted",
    arguments: ["a", "sweet-spot", "A_1.2", "_", "0", String(repeating: "x", count: 64)])
  func goodNames(name: String) throws {
    try checkExperimentName(name)
  }

  @Test(
    "other names are refused with the reason",
    arguments: [
      ("", "it is empty"), (".hidden", "it begins with '.'"), ("..", "it begins with '.'"),
      ("-x", "it begins with '-'"), ("a/b", "a name is not a path"),
      ("..\\b", "a name is not a path"), ("a b", "it holds ' '"), ("é", "it holds 'é'"),
      ("a\n", "it holds '\\u{A}'"),
      (String(repeating: "x", count: 65), "it has 65 characters, more than 64"),
    ])
  func badNames(name: String, reason: String) {
    let error = #expect(throws: ExperimentNameError.self) { try checkExperimentName(name) }
    #expect(error?.message.contains(": \(reason); use letters") == true)
  }
}
