import HerdbookBundle
import HerdbookModel
import Testing

@Suite("diff, what it says of effects")
struct DiffEffectTests {
  private let project = Project()

  @Test("another seed: outcome, populations, matched neurons and McNemar's test, in each format")
  func seed() throws {
    project.run("a", of: smallSpec(seed: 0))
    project.run("b", of: smallSpec(seed: 1))
    let diff = project.run("diff", "a", "b")
    #expect(diff.status == 1 && diff.err == "a and b differ\n")
    #expect(diff.out.hasPrefix("a -> b: other cause, other effect\n"))
    #expect(diff.out.contains("\ncause: spec\n  key   first  second\n  seed  0      1\n\n"))
    #expect(
      diff.out.contains(
        "  the populations (weights or hyperparameters) differ from generation 0 on: main-0\n"))
    #expect(diff.out.contains("McNemar's exact test, of two networks, not of the methods"))
    #expect(diff.out.contains("  main-0: hidden neurons matched, as the lineages differ; "))
    #expect(diff.lines.allSatisfy { $0.count <= 100 })
    let found = try project.differences("a", "b")
    #expect(found["verdict"] == .text("other") && found["same"] == .boolean(false))
    #expect(
      found["cause"]?["settings"]?[0]
        == .object([
          "key": .text("seed"), "variant": .null, "first": .integer(0), "second": .integer(1),
        ]))
    let accuracy = found["effect"]?["outcome"]?[0]
    let values = ["a", "b"].map { project.cell("test_accuracy", of: "Results/\($0)/summary.csv") }
    #expect(accuracy?["metric"] == .text("test-accuracy") && accuracy?["pairs"] == .integer(0))
    #expect(accuracy?["first"]?.number == values[0] && accuracy?["second"]?.number == values[1])
    #expect(accuracy?["difference"]?.number == values[1] - values[0])
    #expect(accuracy?["way"] == .text(values[1] > values[0] ? "better" : "worse"))
    // Those that one alone gets right account for the difference of accuracies.
    let test = found["effect"]?["champions"]?["tests"]?[0]
    #expect(test?["images"] == .integer(100))
    let alone = (test?["only_second"]?.number ?? .nan) - (test?["only_first"]?.number ?? .nan)
    #expect((alone - 100 * (values[1] - values[0])).magnitude < 1e-9)
    // By layer of the first, then of the second: one hidden, and the outputs.
    #expect(test?["cka_images"] == .integer(100))
    let cka = [0, 1].map { row in
      [0, 1].map { test?["cka"]?[row]?[$0]?.number ?? .nan }
    }
    let untrained = test?["cka_untrained"]?[0]?[0]?.number ?? .nan
    #expect(cka.joined().allSatisfy { $0 > -0.2 && $0 < 1 } && Set(cka.joined()).count == 4)
    #expect(untrained > 0 && untrained < 1 && untrained != cka[0][0])
    #expect(diff.out.contains("  champions of main-0: hidden layers 1 are alike by "))
    let pair = found["effect"]?["runs"]?[0]
    #expect(pair?["first_seed"] == .text("0") && pair?["second_seed"] == .text("1"))
    #expect(pair?["one_lineage"] == .boolean(false))
    // Weights change their sign, so that steps between them tell nothing.
    #expect((pair?["tensors"]?[0]?["ulps"]?.number ?? 0) > 1e9)
    #expect(diff.out.contains("  largest\n") && !diff.out.contains("ulps"))
    #expect(pair?["populations"] == .object(["state": .text("part"), "generation": .integer(0)]))
    let matching = pair?["matching"]
    #expect((matching?["matched_distance"]?.number ?? 9e9) < (matching?["distance"]?.number ?? 0))
    #expect((matching?["matched_cosine"]?.number ?? -1) > (matching?["cosine"]?.number ?? 1))
    let markdown = project.run("diff", "a", "b", "--format", "md", "--output", "diff.md")
    #expect(markdown.status == 1 && markdown.out.isEmpty)
    let table = text("\(project.path)/diff.md")
    #expect(table.hasPrefix("### `a` → `b`: other cause, other effect\n\n**Cause: spec**\n\n"))
    #expect(table.contains("| key | first | second |\n|---|---|---|\n| seed | 0 | 1 |\n"))
    // Every line of a table has as many cells as its header.
    for part in table.split(separator: "\n\n") where part.hasPrefix("|") {
      let bars = part.split(separator: "\n").map {
        $0.replacing("\\|", with: "").count { $0 == "|" }
      }
      #expect(Set(bars).count == 1, "\(part)")
    }
  }

  @Test(
    "another value: the populations part where it first tells; within a lineage nothing is matched")
  func value() throws {
    project.run("a", of: smallSpec(iterations: 3))
    project.run("b", of: smallSpec(iterations: 3).replacing("steps: 3", with: "steps: 4"))
    let found = try project.differences("a", "b")
    #expect(found["cause"]?["settings"]?[0]?["key"] == .text("training.steps"))
    let pair = found["effect"]?["runs"]?[0]
    #expect(pair?["populations"]?["generation"] == .integer(1))
    #expect(pair?["one_lineage"] == .boolean(true) && pair?["matching"] == .null)
    #expect(pair?["distributions"]?[0]?["generation"] == .integer(3))
    #expect(
      project.run("diff", "a", "b").out.contains(
        "  the populations are the same through generation 0 and part at 1: main-0\n"))
  }

  @Test(
    "founders that begin with the same weights are of one lineage, whatever they are trained with")
  func lineage() throws {
    let spec = { (training: String, network: String, more: String) in
      smallSpec(more: more).replacing("size: 4", with: "size: 1")
        .replacing("batch: 16", with: "batch: 16, \(training)")
        .replacing("10]}", with: "10]\(network)}")
    }
    project.run("a", of: spec("learning-rate: 0.1", "", ""))
    project.run("rate", of: spec("learning-rate: 0.2", "", ""))
    project.run("tanh", of: spec("learning-rate: 0.1", ", activation: tanh", ""))
    project.run("wide", of: spec("learning-rate: 0.1", ", initialization: {scale: 1.5}", ""))
    project.run("heir", of: spec("learning-rate: 0.1", "", "transfer: {from: a}"))
    project.run("noisy", of: spec("learning-rate: 0.1", "", "transfer: {from: a, noise: 0.1}"))
    project.run("later", of: spec("learning-rate: 0.2", "", "transfer: {from: a}"))
    for (first, second, isOne) in [
      ("a", "rate", true), ("a", "tanh", true), ("a", "wide", false), ("a", "heir", false),
      ("heir", "noisy", false), ("heir", "later", true),
    ] {
      let pair = try project.differences(first, second)["effect"]?["runs"]?[0]
      #expect(pair?["one_lineage"] == .boolean(isOne), "\(first) \(second)")
      #expect((pair?["matching"] == .null) == isOne, "\(first) \(second)")
    }
    let rate = try project.differences("a", "rate")["effect"]?["runs"]?[0]
    #expect(rate?["populations"]?["generation"] == .integer(0))
  }

  @Test("without common seeds differences are those of medians, whichever runs are held together")
  func unpaired() throws {
    project.run("a", of: smallSpec(seed: 0, more: "replicates: 3"))
    project.run("b", of: smallSpec(seed: 1, more: "replicates: 3"))
    let effect = try project.differences("a", "b")["effect"]
    func measures(of aspect: String) -> [JSONValue] {
      if case .list(let measures)? = effect?[aspect] { measures } else { [] }
    }
    for aspect in ["convergence", "diversity"] {
      #expect(!measures(of: aspect).isEmpty)
      for measure in measures(of: aspect) {
        let (first, second) = (measure["first"]?.number, measure["second"]?.number)
        #expect(measure["difference"]?.number == (second ?? .nan) - (first ?? .nan), "\(measure)")
      }
    }
    // The median of the runs' means, one less the other.
    func middle(_ name: String) throws -> Double {
      let means = try (0..<3).map { run in
        let path = "Results/\(name)/runs/main-\(run)/generations.csv"
        let values = try CSVTable(parsing: bytes("\(project.path)/\(path)"), file: path)
          .reals("fitness_mean")
        return values.reduce(0, +) / Double(values.count)
      }
      return means.sorted()[1]
    }
    let expected = try middle("b") - middle("a")
    let found = measures(of: "convergence").first { $0["measure"] == .text("fitness_mean") }
    #expect(((found?["mean_difference"]?.number ?? .nan) - expected).magnitude < 1e-9)
  }

  @Test("more iterations: the same as far as both go")
  func longer() throws {
    project.run("a", of: smallSpec(iterations: 2))
    project.run("b", of: smallSpec(iterations: 4))
    let diff = project.run("diff", "a", "b")
    #expect(diff.status == 1)
    #expect(
      diff.out.contains(
        "the populations are the same through generation 2, where one of them ends: main-0\n"))
    let found = try project.differences("a", "b")
    #expect(
      found["effect"]?["runs"]?[0]?["populations"]
        == .object(["state": .text("end"), "generation": .integer(2)]))
    let last = found["effect"]?["convergence"]?[0]
    #expect(last?["measure"] == .text("last_generation") && last?["second"]?.number == 4)
    #expect(last?["from_generation"] == .null)
  }

  @Test("one step in one weight: not reproducible, and the same with --ulp 1")
  func oneStep() throws {
    project.run("a", of: smallSpec())
    project.copy("a", as: "b")
    project.stepOneWeight(of: "b")
    let diff = project.run("diff", "a", "copies/b")
    #expect(diff.status == 1)
    #expect(diff.out.hasPrefix("a -> copies/b: same cause, other effect: not reproducible\n"))
    #expect(!diff.out.contains("effect: populations") && !diff.out.contains("neurons"))
    let tensors = try project.differences("a", "copies/b")["effect"]?["runs"]?[0]?["tensors"]
    #expect(tensors?[0]?["changed"] == .integer(1) && tensors?[0]?["ulps"] == .integer(1))
    #expect(tensors?[1] == nil)
    #expect(tensors?[0]?["distance"] == tensors?[0]?["largest"])
    for allowed in [
      ["--ulp", "1"], ["--abs", "1e-6"], ["--rel", "1e-6"], ["--ulp", "0", "--abs", "1e-6"],
    ] {
      let same = project.start(["diff", "a", "copies/b"] + allowed).wait()
      #expect(same.status == 0, "\(allowed)")
      #expect(same.out == "a -> copies/b: same cause, same effect (within the tolerance)\n")
    }
    for refused in [["--ulp", "0"], ["--abs", "0"], ["--rel", "1e-12"]] {
      #expect(project.start(["diff", "a", "copies/b"] + refused).wait().status == 1, "\(refused)")
    }
    let metrics = project.run("diff", "a", "copies/b", "--metrics")
    #expect(metrics.status == 0 && metrics.out == "a -> copies/b: same outcomes\n")
    let told = try project.differences("a", "copies/b", "--metrics")
    #expect(told["verdict"] == .text("same-result") && told["same"] == .boolean(true))
    #expect(project.run("diff", "a", "copies/b", "--ulp", "-1").status == 64)
    #expect(project.run("diff", "a", "copies/b", "--abs", "nan").status == 64)
  }

  @Test("other numbers in a table: which measure, from which generation, by how much")
  func table() throws {
    project.run("a", of: smallSpec(iterations: 3))
    project.copy("a", as: "b")
    let path = "runs/main-0/generations.csv"
    let value = project.cell("diversity", of: "Results/a/\(path)")
    let lines = text("\(project.path)/Results/a/\(path)").split(separator: "\n")
    let row = lines[4].split(separator: ",", omittingEmptySubsequences: false)
    let place = try #require(lines[0].split(separator: ",").firstIndex(of: "diversity"))
    var changed = row.map(String.init)
    changed[place] = "\(value + 0.5)"
    project.rewrite(path, of: "b", String(lines[4]), with: changed.joined(separator: ","))
    let found = try project.differences("a", "copies/b")
    #expect(found["verdict"] == .text("not-reproducible"))
    let measure = found["effect"]?["diversity"]?[0]
    #expect(measure?["measure"] == .text("diversity") && measure?["from_generation"] == .integer(3))
    #expect(((measure?["difference"]?.number ?? 0) - 0.5).magnitude < 1e-6)
    #expect(((measure?["mean_difference"]?.number ?? 0) - 0.125).magnitude < 1e-6)
    #expect(measure?["way"] == .null)
    #expect(
      found["effect"]?["diversity"]?[1] == nil && found["effect"]?["convergence"] == .list([]))
    #expect(project.run("diff", "a", "copies/b", "--abs", "0.4").status == 1)
    #expect(project.run("diff", "a", "copies/b", "--abs", "0.51").status == 0)
    #expect(
      project.run("diff", "a", "copies/b", "--stat").out == """
        a -> copies/b: same cause, other effect: not reproducible
        cause   spec           same
        cause   inputs         same
        cause   engine         same
        effect  outcome        same
        effect  populations    same
        effect  convergence    same
        effect  lineage        same
        effect  diversity      1 measure
        effect  distributions  same
        effect  weights        same
        effect  files          1 file

        """)
  }

  @Test("more replicates: those that both have are pairs, and the same")
  func replicates() throws {
    let study = { (count: Int, more: String) in
      smallSpec(
        more: """
          replicates: \(count)
          record: {champions: all}
          variants: [{name: x}, {name: y, set: {training.steps: \(more)}}]
          """)
    }
    project.run("a", of: study(2, "4"))
    project.run("b", of: study(3, "4"))
    project.run("c", of: study(6, "4"))
    project.run("d", of: study(6, "6"))
    let found = try project.differences("a", "b")
    #expect(
      found["cause"]?["runs"]
        == .object(["added": .list([.text("x-2"), .text("y-2")]), "removed": .list([])]))
    #expect(found["cause"]?["settings"]?[0]?["key"] == .text("replicates"))
    #expect(found["effect"]?["runs"] == .list([]))
    let row = found["effect"]?["outcome"]?[0]
    #expect(row?["pairs"] == .integer(2) && row?["first_runs"] == .integer(2))
    #expect(row?["second_runs"] == .integer(3) && row?["difference"]?.number == 0)
    // Six pairs of the variant that changed have an interval and a p.
    let other = try project.differences("c", "d")
    #expect(other["cause"]?["settings"]?[0]?["variant"] == .text("y"))
    let changed = other["effect"]?["outcome"]?[0]
    #expect(changed?["variant"] == .text("y") && changed?["pairs"] == .integer(6))
    let (low, high) = (changed?["low"]?.number ?? .nan, changed?["high"]?.number ?? .nan)
    let middle = changed?["difference"]?.number ?? .nan
    #expect(low <= middle && middle <= high)
    #expect((changed?["p"]?.number ?? 0) >= 1 / 32.0)
    #expect((changed?["p_holm"]?.number ?? 0) >= (changed?["p"]?.number ?? 1))
    #expect(project.run("diff", "c", "d").out.contains(" of 6 "))
    // Without a variant tables of all runs differ, and what came of the others does not.
    project.run("e", of: smallSpec(more: "replicates: 2\nvariants: [{name: x}]"))
    let fewer = try project.differences("a", "e")
    #expect(fewer["verdict"] == .text("other-cause"))
    let files = fewer["effect"]?["files"]
    #expect(files?[0] == .text("summary.csv") && files?[1] == .text("variants.csv"))
    let removed = try project.differences("b", "a")
    #expect(
      removed["cause"]?["runs"]?["removed"] == .list([.text("x-2"), .text("y-2")]))
  }

  @Test("recorded weights: the first generation that differs, and the tensors of the last one")
  func recorded() throws {
    let spec = smallSpec(iterations: 2, more: "record: {weights: all, individuals: all}")
    project.run("a", of: spec)
    project.run("b", of: spec.replacing("steps: 3", with: "steps: 4"))
    let found = try project.differences("a", "b")["effect"]?["runs"]?[0]
    #expect(
      found?["recorded_weights"]
        == .object([
          "generations": .integer(3), "changed": .integer(2), "from_generation": .integer(1),
          "compared_generation": .integer(2),
        ]))
    let files = try project.differences("a", "b")["effect"]?["files"]
    #expect(files?[1] == .text("WEIGHTS.sha256"))
    project.shell("rm -r Results/b/runs/main-0/weights")
    let absent = try project.differences("a", "b")["effect"]?["runs"]?[0]
    // The champion's two tensors, and what was recorded.
    #expect(try project.differences("a", "b")["counts"]?["weights"] == .integer(3))
    #expect(absent?["recorded_weights"]?["compared_generation"] == .null)
    #expect(
      project.run("diff", "a", "b").out.contains(
        "recorded weights differ in 2 of 3 generations, from 1 on; their files are not in both"))
    project.copy("a", as: "c")
    rewriteDamagedWeights()
    let damaged = project.run("diff", "copies/c", "copies/d")
    #expect(damaged.status == 1 && damaged.err.contains("generation-00002.safetensors has changed"))
  }

  /// A copy whose manifest of weights has another digest of the last generation than the file.
  private func rewriteDamagedWeights() {
    project.copy("a", as: "d")
    project.rewrite("WEIGHTS.sha256", of: "d") { bytes in
      var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
      lines[2] = String(repeating: "0", count: 64) + lines[2].dropFirst(64)
      return Array(lines.map { "\($0)\n" }.joined().utf8)
    }
  }

  @Test("fitness of another metric is not better or worse")
  func fitness() throws {
    project.run("a", of: smallSpec())
    project.run("b", of: smallSpec(more: "fitness: {metric: cross-entropy}"))
    guard case .list(let rows)? = try project.differences("a", "b")["effect"]?["outcome"] else {
      Issue.record("there are outcomes")
      return
    }
    let row = rows.first { $0["metric"] == .text("fitness") }
    #expect(row?["better"] == .null && row?["way"] == .null)
    let measures = try project.differences("a", "b")["effect"]?["convergence"]
    #expect(measures?[0]?["measure"] == .text("fitness_min") && measures?[0]?["way"] == .null)
  }
}
