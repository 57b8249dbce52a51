import Testing

@Suite("diff with what git has")
struct DiffRevisionTests {
  private let project = Project()

  @Test("a bundle as it was committed, to the byte; what git does not have is told")
  func revision() throws {
    project.run("a", of: smallSpec(seed: 1))
    project.shell(
      """
      git init -q . && git config user.email a@b.c && git config user.name a
      printf '*.csv text eol=crlf export-ignore\\n' > .gitattributes
      git add -A && git commit -qm one && git tag first
      """)
    #expect(project.run("diff", "a@first", "a").out == "a@first -> a: identical\n")
    project.run("a", of: smallSpec(seed: 2))
    let diff = project.run("diff", "a@HEAD", "a", "--stat")
    #expect(diff.status == 1 && diff.out.hasPrefix("a@HEAD -> a: other cause, other effect\n"))
    project.shell("git commit -qam two")
    #expect(project.run("diff", "a@HEAD~1", "a@HEAD", in: "Experiments").status == 1)
    #expect(project.run("diff", "a@HEAD", "a").status == 0)
    for (argument, message) in [
      ("a@nonsense", "error: git knows no revision 'nonsense'\n"),
      ("a@", "error: git knows no revision ''\n"), ("a@-x", "error: git knows no revision '-x'\n"),
      ("b@HEAD", "error: there is no bundle of 'b' at HEAD: git has no file in Results/b/\n"),
      ("b", "error: there is no bundle of 'b', and no experiment of that name\n"),
      ("./b", "error: there is no folder ./b\n"),
      ("Experiments/", "error: Experiments/ is no bundle: it has no MANIFEST.sha256\n"),
    ] {
      let refused = project.run("diff", argument, "a")
      #expect(
        refused.status == 66 && refused.err == message && refused.out.isEmpty, "\(refused.err)")
    }
    let path = project.environment()["PATH"]?.split(separator: ":").first ?? ""
    let without = project.run("diff", "a@HEAD", "a", environment: ["PATH": String(path)])
    #expect(
      without.status == 74 && without.err.contains("error: git could not be started; install it"))
    project.shell("rm -rf .git")
    let outside = project.run(
      "diff", "a@HEAD", "a", environment: ["GIT_CEILING_DIRECTORIES": "/"])
    #expect(outside.status == 66 && outside.err.contains("is in no working tree of git"))
  }

  @Test("what is wrong in a committed bundle is told by its name, not by where it was written to")
  func names() {
    project.run("a", of: smallSpec())
    project.run("b", of: smallSpec(seed: 1))
    project.copy("a", as: "c")
    project.rewrite("runs/main-0/generations.csv", of: "c") { bytes in
      Array(bytes.prefix { $0 != UInt8(ascii: "\n") }) + [UInt8(ascii: "\n")]
    }
    project.shell(
      """
      git init -q . && git config user.email a@b.c && git config user.name a
      rm -r Results/a && mv copies/c Results/a && git add -A && git commit -qm one
      """)
    let empty = project.run("diff", "a@HEAD", "b")
    #expect(empty.status == 1 && empty.out.isEmpty)
    #expect(empty.err == "error: a@HEAD/runs/main-0/generations.csv: has no generation\n")
    project.shell("rm Results/a/MANIFEST.sha256 && git commit -qam two")
    let none = project.run("diff", "a@HEAD", "b")
    #expect(none.status == 66)
    #expect(none.err == "error: a@HEAD is no bundle: it has no MANIFEST.sha256\n")
  }

  @Test("nothing is left in the folder for what is needed for a moment")
  func scratch() {
    project.run("a", of: smallSpec())
    project.shell(
      """
      mkdir scratch; git init -q . && git config user.email a@b.c && git config user.name a
      git add -A && git commit -qm one
      """)
    let environment = ["TMPDIR": "\(project.path)/scratch"]
    #expect(project.run("diff", "a@HEAD", "a", environment: environment).status == 0)
    #expect(project.run("diff", "a@HEAD", "b", environment: environment).status == 66)
    #expect(project.shell("ls scratch").out.isEmpty)
    let nowhere = project.run("diff", "a@HEAD", "a", environment: ["TMPDIR": "/nowhere"])
    #expect(nowhere.status == 74)
    #expect(project.run("diff", "a", "a", environment: ["TMPDIR": "/nowhere"]).status == 0)
  }
}
