import Testing

private let canCompare: Bool =
  RunningShell("python3 -c 'import jsonschema, yaml'", in: "/", environment: nil)
  .wait().status == 0

/// The tests of the schema against the program, by a validator that others wrote.
@Suite(
  "schema against specs",
  .enabled(if: canCompare, "needs python3 with jsonschema and PyYAML"))
struct SchemaComparisonTests {
  private let project = Project()
  private let script = "python3 -B \(quoted("\(Program.testsFolder)/compare_schema.py"))"

  @Test("the schema accepts every shipped spec, and those of the tests")
  func good() {
    let folders = ["Experiments", "Benchmarks/Experiments"]
    let specs = folders.map { "\(quoted("\(Program.packageFolder)/\($0)"))/*.yaml" }
    project.shell("cp \(specs.joined(separator: " ")) Experiments/")
    project.run("new", "template")
    for (number, more) in everyForm.enumerated() {
      project.spec("form-\(number)", "iterations: 4\n\(network)population: {size: 9}\n\(more)\n")
    }
    let check = project.run("check", "--format", "json")
    #expect(check.status == 0 && check.out == "[]\n", "\(check.out)")
    #expect(compare("Experiments/*.yaml") == [])
  }

  private let network = "network: {layers: [784, 8, 10]}\n"
  /// Valid values in every form that there is.
  private let everyForm = [
    "description: |\n  two\n  lines", "title: \"1\"", "seed: 18446744073709551615",
    "dataset: {train: 1000}", "dataset: {train: {count: 10}, validation: 10, split: tail}",
    "training: {}", "training: {optimizer: adam, beta1: 0, epsilon: 1.0e-300}",
    "training: {batch: {choice: [16, 32]}, learning-rate: {uniform: [.5, 1.]}}",
    "training: {batch: {log-uniform: [1, 64]}, learning-rate: 1e-3}",
    "mutation: {scale: {uniform: [0, 1]}, hyperparameters: {resample: 1}}",
    "mutation: {scale: {choice: [0.1]}, hyperparameters: {perturb: [1, 2], resample: 0}}",
    "mutation: {scale: {log-uniform: [0.1, 2]}, hyperparameters: none}",
    "approximator: {kind: operator, features: [hebbian], adapt: 0}",
    "approximator: {kind: operator, step-length: {uniform: [0, 1]}, learning-rate: 1}",
    "mutation: {kernel: {shape: box, radius: 0x2, shuffle: true}}", "mutation: {}",
    "record: {weights: all, individuals: all}", "record: {weights: 'last'}",
    "record: {weights: {every: 2}}", "record: {weights: [4, 0]}", "fitness: &x {target: 1}",
  ]

  @Test("the schema refuses every wrong spec that a schema can refuse")
  func bad() {
    let specs = "\(quoted("\(Program.packageFolder)/Tests/SpecTests/Bad"))/*.yaml"
    #expect(
      compare(specs)
        == [
          // Whole numbers of JSON Schema include those that are written with an exponent.
          "wrong-type-exponent: accepted",
          // Readers that know binary64 alone cannot tell 2^64 from the largest seed.
          "out-of-range-seed: accepted",
          // Another reader of YAML 1.2 has the ten before the schema sees it.
          "wrong-type-leading-zero: accepted",
          // A tab before a comment is beyond PyYAML.
          "rendering-tab: not read",
          // What our tag removes has no value for a schema to see.
          "remove-with-value: not read",
          // An heir may inherit it.
          "missing-key-transfer: accepted", "missing-key-transfer-empty: accepted",
          // What variants set is read with the experiment that they are laid over.
          "variants-all-faults: accepted", "variants-exclude-all: accepted",
          "variants-path-folded: accepted", "variants-path-quoted: accepted",
          "variants-unknown-path: accepted", "variants-wrong-value: accepted",
          "variants-zip-lengths: accepted",
        ].sorted())
  }

  @Test("of a hundred values for a key of each kind, the schema accepts those that Herdbook reads")
  func values() throws {
    project.shell("mkdir made")
    writeSchema()
    let made = project.shell("\(script) make schema.json made", outside: true)
    #expect(made.status == 0 && made.out.hasPrefix("made "), "\(made.err)")
    let differences = compare("made/*.yaml")
    // Why a schema cannot refuse a value that is refused.
    let reasons = [
      "1e3": "is a whole number to JSON Schema", "1.0": "is a whole number to JSON Schema",
      "1.": "is a whole number to JSON Schema", "[1.0, 2]": "has a whole number to JSON Schema",
      "010": "is ten to readers of YAML 1.2", "True": "is a boolean to readers of YAML 1.2",
      ".nan": "is neither inside nor outside of a range", "1e-999": "is zero to other readers",
      "18446744073709551616": "is the largest seed in binary64",
      "{uniform: [2, 1]}": "is of numbers that schemas do not compare",
      "\"\\u00A0\"": "is a space, which patterns have no common word for",
    ]
    for difference in differences {
      let isKnown = reasons.keys.contains { difference.hasSuffix(": \($0): accepted") }
      #expect(isKnown, "\(difference)")
    }
    for value in reasons.keys {
      #expect(
        differences.contains { $0.hasSuffix(": \(value): accepted") }, "no exception: \(value)")
    }
  }

  private func writeSchema() { project.run("schema", "--output", "schema.json") }

  /// The lines that tell the specs apart on which schema and program differ.
  private func compare(_ specs: String) -> [String] {
    writeSchema()
    project.shell(
      "\(quoted(Program.path)) check --format json --output problems.json \(specs)")
    let outcome = project.shell(
      "\(script) compare schema.json problems.json \(specs)", outside: true)
    #expect(outcome.status == 0, "\(outcome.err)")
    let lines = outcome.lines
    #expect(lines.last?.hasPrefix("compared ") == true && lines.last != "compared 0")
    return lines.dropLast().sorted()
  }
}

@Suite("schema and completion")
struct SchemaTests {
  private let project = Project()

  @Test("schema prints a document, or writes it to a file")
  func schema() {
    let printed = project.run("schema", in: "/")
    #expect(printed.status == 0 && printed.err.isEmpty && project.isJSON(printed.out))
    #expect(printed.out.hasPrefix("{\n  \"$id\": \"urn:herdbook:experiment:1\",\n  \"$schema\": "))
    #expect(project.run("schema", "--output", "s.json").out.isEmpty)
    #expect(text("\(project.path)/s.json") == printed.out)
    #expect(project.run("schema", "--output", "no/where/s.json").status == 74)
  }

  @Test("init and new keep the schema beside the specs, and a new spec names it")
  func modeline() {
    let schema = "\(project.path)/Experiments/.schema.json"
    let new = project.run("new", "a")
    #expect(new.err.hasPrefix("Experiments/.schema.json is the schema for editors\n"))
    #expect(
      text("\(project.path)/Experiments/a.yaml").hasPrefix(
        "# yaml-language-server: $schema=.schema.json\n"))
    #expect(text(schema) == project.run("schema").out)
    #expect(project.run("new", "b").err == "run it with: herdbook run b\n")
    write(Array("{}".utf8), to: schema)
    project.run("init")
    #expect(text(schema) == project.run("schema").out)
    #expect(project.run("list").lines.count == 3)
  }

  /// What a shell asks when the Tab key is pressed after the words.
  private func complete(_ words: String..., in folder: String = "") -> Outcome {
    let index = words.count + 1
    let question = ["---completion", words[0], "--", "positional@0", "\(index)", "0", "herdbook"]
    return project.start(question + words + [""], in: folder).wait()
  }

  @Test(
    "names of experiments complete, but for those that stand there already",
    arguments: ["run", "check", "plan", "report"])
  func completion(command: String) {
    for name in ["b", "a", "c-d.e"] { project.spec(name, smallSpec()) }
    project.spec("odd name", smallSpec())
    project.shell("mkdir sub")
    let all = complete(command, in: "sub")
    #expect(all.status == 0 && all.lines == ["a", "b", "c-d.e"] && all.err.isEmpty, "\(all)")
    #expect(complete(command, "a").lines == ["b", "c-d.e"])
    #expect(complete(command, "-C", project.path, in: "/").lines == ["a", "b", "c-d.e"])
    #expect(complete(command, "--project=\(project.path)", "a", in: "/").lines == ["b", "c-d.e"])
  }

  @Test("outside a project nothing completes, silently")
  func completionOutside() {
    for outcome in [
      complete("run", in: "/"), complete("run", "-C", "/nonexistent"), complete("run", "-C"),
    ] {
      #expect(outcome.status == 0 && outcome.err.isEmpty)
      #expect(outcome.out.filter { $0 != "\n" }.isEmpty)
    }
  }

  @Test("each shell has a script, which asks for names", arguments: ["bash", "zsh", "fish"])
  func scripts(shell: String) {
    let script = project.run("--generate-completion-script", shell)
    #expect(script.status == 0 && script.out.contains("---completion"))
  }

  @Test("bash completes with the script that is generated")
  func bash() {
    project.spec("sweet-spot", smallSpec())
    project.spec("sour-spot", smallSpec())
    write(
      Array(project.run("--generate-completion-script", "bash").out.utf8),
      to: "\(project.path)/herdbook.bash")
    let program = Program.path.split(separator: "/").dropLast().joined(separator: "/")
    let answer = project.shell(
      """
      PATH=\(quoted("/" + program)):$PATH bash -c '. ./herdbook.bash
      COMP_WORDS=(herdbook run sw) COMP_CWORD=2 COMP_LINE="herdbook run sw" COMP_POINT=15
      $(complete -p herdbook | sed "s/.*-F \\([^ ]*\\).*/\\1/") herdbook sw run
      echo "${COMPREPLY[@]}"'
      """)
    #expect(answer.out.contains("sweet-spot") && !answer.out.contains("sour-spot"), "\(answer)")
  }
}

@Suite("check for programs")
struct CheckFormatTests {
  private let project = Project()

  @Test("--format json gives the problems of all files as a list on stdout, exit 2")
  func json() {
    project.spec("a", smallSpec(more: "nope: 1"))
    project.spec("b", smallSpec(seed: -1))
    project.spec("c", smallSpec())
    let check = project.run("check", "--format", "json")
    #expect(check.status == 2 && project.isJSON(check.out))
    #expect(check.err == "error: 2 problems in 2 of 3 experiments\n")
    for words in [
      "\"file\": \"Experiments/a.yaml\"", "\"line\": 8", "\"rule\": \"unknown-key\"",
      "\"file\": \"Experiments/b.yaml\"", "\"column\": 7", "\"rule\": \"out-of-range\"",
    ] {
      #expect(check.out.contains(words))
    }
    let good = project.run("check", "c", "--format", "json")
    #expect(good.status == 0 && good.out == "[]\n" && good.err == "1 experiment, no problems\n")
  }

  @Test("--format github annotates lines")
  func github() {
    project.spec("a", smallSpec(more: "nope: 1"))
    let check = project.run("check", "--format", "github")
    #expect(check.status == 2 && check.lines.count == 1)
    #expect(
      check.out.hasPrefix(
        "::error file=Experiments/a.yaml,line=8,col=1,title=unknown-key::unknown key 'nope'; "))
    #expect(project.run("check", "--format", "sarif").status == 64)
  }

  @Test("--output writes any format to a file", arguments: ["human", "json", "github"])
  func output(format: String) {
    project.spec("a", smallSpec(more: "nope: 1"))
    let shown = project.run("check", "--format", format)
    let check = project.run("check", "--format", format, "--output", "found")
    #expect(check.status == 2 && check.out.isEmpty)
    #expect(check.err == "error: 1 problem in 1 of 1 experiment, written to found\n")
    #expect(text("\(project.path)/found") == (format == "human" ? shown.err : shown.out))
    project.spec("a", smallSpec())
    #expect(project.run("check", "--format", format, "--output", "found").status == 0)
    #expect(text("\(project.path)/found") == (format == "json" ? "[]\n" : ""))
  }
}
