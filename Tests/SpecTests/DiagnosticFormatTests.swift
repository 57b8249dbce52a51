import HerdbookModel
import HerdbookSpec
import Testing

@Suite("Diagnostics for programs")
struct DiagnosticFormatTests {
  private func problems(_ text: String, path: String = "Experiments/a.yaml") throws -> SpecProblems
  {
    let result = readExperiment(name: "a", path: path, bytes: Array(text.utf8), shape: testShape)
    guard case .failure(let problems) = result else {
      throw Unexpected.success
    }
    return problems
  }
  private enum Unexpected: Error { case success }

  @Test("a problem as JSON has its file, place, rule, message, notes and severity")
  func json() throws {
    let found = try problems(required + "record: {weights: [10, 20, 10]}\n").documents
    let place: [String: JSONValue] = [
      "file": .text("Experiments/a.yaml"), "line": .integer(4), "length": .integer(2),
    ]
    let note = place.merging([
      "column": .integer(20), "message": .text("it is given here first"),
    ]) { $1 }
    #expect(
      found == [
        .object(
          place.merging([
            "column": .integer(28), "rule": .text("duplicate-element"),
            "message": .text("'record.weights' has 10 twice"), "severity": .text("error"),
            "notes": .list([.object(note)]),
          ]) { $1 })
      ])
  }

  @Test("problems for GitHub are one command a line, notes in the message")
  func github() throws {
    let found = try problems("iterations: 1\niterations: 2\n" + required.dropFirst(15))
    #expect(
      found.workflowCommands
        == "::error file=Experiments/a.yaml,line=2,col=1,title=duplicate-key::"
        + "\(found.issues[0].message)%0AExperiments/a.yaml:1:1: note: "
        + "\(found.issues[0].notes[0].message)\n")
    let two = try problems("a%b: 1\nzebra: 2\n" + required).workflowCommands
    #expect(two.split(separator: "\n").count == 2 && two.contains("unknown key 'a%25b'"))
  }

  @Test(
    "what a command of GitHub is made of is escaped, in file names, too",
    arguments: [
      ("a,b:c.yaml", "file=a%2Cb%3Ac.yaml,line="), ("50%.yaml", "file=50%25.yaml,line="),
      ("a\r\nb.yaml", "file=a%0D%0Ab.yaml,line="), ("%\u{301}.yaml", "file=%25\u{301}.yaml,line="),
    ])
  func escaping(path: String, words: String) throws {
    #expect(try problems("zebra: 1\n" + required, path: path).workflowCommands.contains(words))
  }
}
