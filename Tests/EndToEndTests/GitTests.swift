import HerdbookBundle
import Testing

@Suite("git-setup")
struct GitTests {
  private let project = Project()
  private let champion = "Results/m/runs/main-0/champion.safetensors"

  /// A repository with the bundle `m` in it, not committed.
  private func begin() {
    project.shell(
      "git init --quiet . && git config user.email a@b.c && git config user.name a"
        + " && git config core.pager cat && echo '/Results/.*' > .gitignore")
    project.spec("m", smallSpec())
    #expect(project.run("run", "m").status == 0)
  }

  private func commit() { project.shell("git add -A && git commit --quiet -m x") }

  /// Gives a weight of the champion's first layer a value.
  private func set(_ row: Int, _ column: Int, _ value: Float) throws {
    let path = "\(project.path)/\(champion)"
    var file = try Safetensors(parsing: bytes(path), file: path)
    let place = try #require(file.tensors.firstIndex { $0.name == "layers.1.weight" })
    file.tensors[place].values[row * 8 + column] = value
    write(file.bytes, to: path)
  }

  private func facts(_ layer: Int) throws -> String {
    let path = "\(project.path)/\(champion)"
    let file = try Safetensors(parsing: bytes(path), file: path)
    let tensor = try #require(file.tensors.first { $0.name == "layers.\(layer).weight" })
    let facts = TensorFacts(tensor)
    return "digest \(facts.digest.prefix(12)), minimum \(Decimal.text(facts.minimum)), maximum"
      + " \(Decimal.text(facts.maximum)), mean \(Decimal.text(Float(facts.mean)))"
  }

  @Test("git diff counts the one weight that changed, and says where, from what to what")
  func oneWeight() throws {
    begin()
    try set(3, 5, 0.5)
    let setup = project.run("git-setup")
    #expect(setup.status == 0 && setup.out.isEmpty)
    #expect(
      setup.err
        == """
        .gitattributes: written; commit it, so that it is there for everybody
        diff drivers of this clone: set, with \(Program.path)

        """)
    commit()
    let before = try facts(1)
    try set(3, 5, 0.75)
    let diff = project.shell("git diff", in: "\(project.path)/Experiments")
    #expect(diff.status == 0 && diff.err.isEmpty, "\(diff.err)")
    #expect(
      diff.out
        == """
        diff --herdbook a/\(champion) b/\(champion)
        1 of 6,352 values changed
         layers.1.weight [784, 8]: 1 of 6,272 values changed, in 1 of 8 neurons
           at most by 0.25, at [3, 5]: 0.5 became 0.75; at most 4,194,304 ULPs apart
        -  \(before)
        +  \(try facts(1))
         layers.2.weight [8, 10]: the same

        """)
    // What is not for people is as it was.
    #expect(project.shell("git diff --no-ext-diff --no-textconv").out.contains("Binary files"))
    #expect(project.shell("git diff --stat").out.contains("Bin"))
  }

  @Test("git show and log tell of weights by lines, of which those of one layer and neuron differ")
  func asText() throws {
    begin()
    try set(3, 5, 0.5)
    project.run("git-setup")
    commit()
    let before = try facts(1)
    try set(3, 5, 0.75)
    commit()
    for line in ["git show", "git show", "git log -p -1"] {
      let shown = project.shell(line).out.split(separator: "\n").filter {
        ($0.hasPrefix("+") || $0.hasPrefix("-")) && !$0.hasPrefix("+++") && !$0.hasPrefix("---")
      }
      try #require(shown.count == 4, "\(shown)")
      #expect(shown[0] == "-layers.1.weight [784, 8]: \(before)")
      let (old, new) = (shown[1].split(separator: " "), shown[3].split(separator: " "))
      #expect(old.count == 12 && zip(old, new).filter { $0 != $1 }.count == 2, "\(old) \(new)")
    }
  }

  @Test("of a manifest both headlines are told, wherever the versions lie, and the changed files")
  func manifest() {
    begin()
    project.run("git-setup")
    commit()
    project.spec("m", smallSpec(seed: 1))
    #expect(project.run("run", "m").status == 0)
    let path = "Results/m/MANIFEST.sha256"
    let told = project.shell("git diff \(path)").out
    let lines = told.split(separator: "\n").map(String.init)
    #expect(lines.count == 5, "\(told)")
    #expect(lines.first == "diff --herdbook a/\(path) b/\(path)")
    for (line, sign) in zip(lines.dropFirst(), ["-", "+"]) {
      #expect(line.hasPrefix("\(sign)experiment m, result version "), "\(line)")
      #expect(line.contains(", result digest ") && line.hasSuffix(" on 100 images"), "\(line)")
    }
    #expect(lines.last?.contains(" changed, 0 added, 0 removed, ") == true, "\(told)")
    #expect(lines[3] == " another result")
    // Neither version is in the work tree, nor at the head.
    commit()
    project.spec("m", smallSpec(title: "another title", seed: 1))
    #expect(project.run("run", "m").status == 0)
    commit()
    #expect(project.shell("git diff HEAD~2 HEAD~1 -- \(path)").out == told)
    let retold = project.shell("git diff HEAD~1 HEAD -- \(path)").out
    #expect(
      retold.contains(" the same result: the spec, where it comes from or the pages alone changed"))
    project.shell("git rm --quiet --cached \(path)")
    #expect(project.shell("git diff --cached").out.contains("\n-experiment m, result version "))
  }

  @Test("compressed tables are told as text")
  func table() {
    begin()
    project.run("git-setup")
    project.shell("printf 'a,b\\n1,2\\n' | gzip -n > Results/m/t.csv.gz")
    commit()
    project.shell("printf 'a,b\\n1,3\\n' | gzip -n > Results/m/t.csv.gz")
    #expect(project.shell("git diff").out.hasSuffix("\n a,b\n-1,2\n+1,3\n"))
  }

  @Test("what is malformed is told, and what stands beside it, too")
  func malformed() {
    begin()
    project.run("git-setup")
    project.shell("printf 'a\\n' | gzip -n > Results/m/t.csv.gz; echo a > Results/z.txt")
    commit()
    project.shell(
      "printf 'no\\033 safetensors' > \(champion); echo no > Results/m/t.csv.gz;"
        + " echo no >> Results/m/MANIFEST.sha256; echo b > Results/z.txt")
    let diff = project.shell("git diff")
    #expect(diff.status == 0 && diff.err.isEmpty, "\(diff.err)")
    #expect(diff.out.contains("\ncannot be shown: the new version: header: is to have "))
    #expect(diff.out.contains("\ncannot be shown: the new version: line "))
    #expect(diff.out.contains("\n+cannot be shown: is no whole gzip file: "))
    #expect(diff.out.hasSuffix("\n-a\n+b\n"))
    // Added and removed files are told of whole.
    project.shell("git checkout --quiet . && git rm --quiet --cached \(champion)")
    #expect(project.shell("git diff --cached").out.contains("\n-layers.2.weight [8, 10]: digest "))
    // A program that is gone does not end the diff either.
    let key = "diff.herdbook-weights.command"
    project.shell(
      "git config \(key) \"$(git config \(key) | sed 's|/herdbook|/gone|')\";"
        + " git reset --quiet; echo c > \(champion)")
    let gone = project.shell("git diff")
    #expect(gone.status == 0 && gone.out.contains("renew the drivers with: herdbook git-setup"))
  }

  @Test(
    "setting up twice is setting up once, and --remove leaves no byte behind",
    arguments: [nil, "", "*.png binary\n", "*.png binary", "a text\r\nb text\r\n", "\u{FF} -diff"])
  func removal(attributes: String?) {
    begin()
    let path = "\(project.path)/.gitattributes"
    if let attributes { write(Array(attributes.utf8), to: path) }
    commit()
    let config = text("\(project.path)/.git/config")
    #expect(project.run("git-setup").status == 0)
    let once = (text(path), text("\(project.path)/.git/config"))
    #expect(once.0.hasPrefix(attributes ?? "") && once.0.hasSuffix("<<< herdbook git-setup\n"))
    let again = project.run("git-setup")
    #expect(again.err.hasPrefix(".gitattributes: up to date\n"))
    #expect((text(path), text("\(project.path)/.git/config")) == once)
    // Something for git to keep.
    project.shell("echo no > \(champion); git diff; git log -p --all")
    #expect(project.shell("git for-each-ref refs/notes").out.contains("herdbook-weights"))
    #expect(project.run("git-setup", "--remove").status == 0)
    #expect(exists(path) == !(attributes ?? "").isEmpty)
    #expect(text(path) == attributes ?? "")
    #expect(text("\(project.path)/.git/config") == config)
    #expect(project.shell("git for-each-ref refs/notes").out.isEmpty)
    #expect(project.run("git-setup", "--remove").err.hasPrefix(".gitattributes: has no block\n"))
  }

  @Test("lines that were added around the block stay when it goes")
  func linesAround() {
    begin()
    let path = "\(project.path)/.gitattributes"
    write(Array("a text".utf8), to: path)
    project.run("git-setup")
    project.shell("echo 'b text' >> .gitattributes")
    project.run("git-setup")
    #expect(project.run("git-setup", "--remove").status == 0)
    #expect(text(path) == "a text\nb text\n")
  }

  @Test("a project below the top of its repository has attributes of its own")
  func below() {
    project.spec("m", smallSpec())
    project.run("run", "m")
    let top = "\(project.path)/.."
    project.shell(
      "git init --quiet . && git config user.email a@b.c && git config user.name a", in: top)
    #expect(project.run("git-setup").status == 0)
    project.shell("git add project && git commit --quiet -m x", in: top)
    project.shell("echo no > \(champion)")
    #expect(
      project.shell("git diff").out.hasPrefix("diff --herdbook a/project/\(champion) b/project/"))
  }

  @Test("no repository, no git, a driver of somebody else's and half a block are refused")
  func refused() {
    let none = project.run("git-setup")
    #expect(none.status == 66)
    #expect(none.err.hasPrefix("error: \(project.path) is in no working tree of git (fatal: "))
    let missing = project.run("git-setup", environment: ["PATH": "\(project.path)/nothing"])
    #expect(missing.status == 74)
    #expect(missing.err == "error: git could not be started; install it\n")
    begin()
    project.shell("git config diff.herdbook-table.textconv 'zcat'")
    let foreign = project.run("git-setup")
    #expect(foreign.status == 64)
    #expect(
      foreign.err
        == "error: git has a diff driver 'herdbook-table' that is not Herdbook's:"
        + " diff.herdbook-table.textconv = zcat; take it away with: git config --remove-section"
        + " diff.herdbook-table\n")
    #expect(!exists("\(project.path)/.gitattributes"))
    #expect(project.run("git-setup", "--remove").status == 0)
    #expect(project.shell("git config diff.herdbook-table.textconv").out == "zcat\n")
    project.shell(
      "git config --remove-section diff.herdbook-table;"
        + " echo '# <<< herdbook git-setup' > .gitattributes")
    #expect(project.run("git-setup").status == 2)
  }
}
