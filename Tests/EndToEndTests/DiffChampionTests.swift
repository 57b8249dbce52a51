import HerdbookBundle
import HerdbookModel
import Testing

@Suite("diff, champions on test images")
struct DiffChampionTests {
  private let project = Project()

  @Test(
    "the best champions of a variant are compared where no run has both, and counted as differences"
  )
  func best() throws {
    // Of five runs the best one's champion is kept: main-4 under one seed, main-1 under the other.
    project.run("a", of: smallSpec(seed: 0, more: "replicates: 5"))
    project.run("b", of: smallSpec(seed: 2, more: "replicates: 5"))
    let diff = project.run("diff", "a", "b")
    #expect(diff.out.contains("\n  best of main: main-4 against main-1 on 100 test images: "))
    #expect(diff.out.contains("\n  main-1: the second bundle alone keeps its champion\n"))
    // Lines that are long are broken.
    #expect(
      diff.out.contains(
        " differ from generation 0 on: main-0; main-1; main-2;\n    main-3; main-4\n"))
    let found = try project.differences("a", "b")
    let test = found["effect"]?["champions"]?["tests"]?[0]
    #expect(test?["best_of"] == .text("main") && test?["first"] == .text("main-4"))
    #expect(test?["second"] == .text("main-1"))
    #expect(found["counts"]?["weights"] == .integer(2))
    #expect(found["counts"]?["distributions"] == .null)
    let lines = project.run("diff", "a", "b", "--stat").lines
    #expect(lines.contains("effect  weights        2 differences"))
    #expect(lines.contains("effect  distributions  nothing to compare"))
  }

  @Test("where no variant has a champion in both, none is compared")
  func withoutBest() throws {
    let study = { (slow: String, fast: String) in
      smallSpec(
        more: """
          record: {champions: one}
          variants: [{name: \(slow)}, {name: \(fast), set: {training.steps: 60}}]
          """)
    }
    project.run("a", of: study("x", "y"))
    project.run("b", of: study("y", "x"))
    let champions = try project.differences("a", "b")["effect"]?["champions"]
    #expect(champions?["tests"] == .list([]))
    #expect(champions?["omission"] == .text("no variant has a champion in both bundles"))
  }

  @Test(
    "champions that learned from other images are held against each other where the test images are the same"
  )
  func otherTraining() throws {
    for (name, more) in [("plain", ""), ("normal", ", normalize: standard")] {
      for (place, from) in [("a", 0), ("b", 300)] {
        project.run(
          "\(name)-\(place)",
          of: smallSpec().replacing("from: 0", with: "from: \(from)")
            .replacing("test: 100", with: "test: 100\(more)"))
      }
    }
    let plain = try project.differences("plain-a", "plain-b")["effect"]?["champions"]
    #expect(plain?["tests"]?[0]?["images"] == .integer(100) && plain?["omission"] == .null)
    project.run(
      "shuffled", of: smallSpec().replacing("test: 100", with: "test: 100, shuffle-labels: true"))
    let shuffled = try project.differences("plain-a", "shuffled")["effect"]?["champions"]
    #expect(shuffled?["tests"]?[0]?["images"] == .integer(100) && shuffled?["omission"] == .null)
    // Their means normalize test images, too.
    let normal = try project.differences("normal-a", "normal-b")["effect"]?["champions"]
    #expect(normal?["tests"] == .list([]))
    #expect(normal?["omission"] == .text("their test images differ"))
  }

  @Test("a dataset that is gone is told in lines of its section")
  func goneDataset() {
    project.shell(
      """
      mkdir -p Data/own && cd Data/own
      labels() { i=0; while [ $i -lt 40 ]; do printf "\\\\$((i % 8))"; i=$((i+1)); done; }
      for part in train t10k; do
        { printf '\\0\\0\\10\\1\\0\\0\\0\\50'; labels; } > $part-labels-idx1-ubyte
        { printf '\\0\\0\\10\\3\\0\\0\\0\\50\\0\\0\\0\\34\\0\\0\\0\\34'; yes pixels | head -c 31360; } \\
          > $part-images-idx3-ubyte
      done
      """)
    for seed in 0...1 {
      project.run(
        "s\(seed)",
        of: """
          seed: \(seed)
          iterations: 1
          dataset: {name: idx, path: Data/own, train: {from: 0, count: 20}, validation: 16}
          network: {layers: [784, 8]}
          population: {size: 2}

          """)
    }
    project.shell("mv Data/own Data/away")
    let diff = project.run("diff", "s0", "s1")
    #expect(
      diff.out.contains(
        "  champions are not compared on test images: the dataset 'idx' was not found; looked in\n"
          + "      \(project.path)/Data/own\n"), "\(diff.out)")
    #expect(diff.lines.contains { $0.hasPrefix("    give a folder with ") })
  }
}
