import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A spec before and after it was changed, what is done to its bundle between, and what the next run
/// takes over.
struct Change: Sendable, CustomTestStringConvertible {
  let testDescription: String
  var before = study()
  var after = study()
  var preparation = "true"
  /// The ids of the runs that are taken over, and how many runs there are.
  let taken: [String]
  let count: Int
}

/// Two variants of two replicates that record their weights.
private func study(
  _ variants: String = "{name: a}, {name: b, set: {mutation.scale: 0.1}}", replicates: Int = 2,
  iterations: Int = 2
) -> String {
  smallSpec(
    iterations: iterations,
    more: """
      record: {weights: all, individuals: all}
      replicates: \(replicates)
      variants: [\(variants)]
      """)
}

/// Runs so long that their neutral drift is a large table.
private func long(replicates: Int) -> String {
  smallSpec(
    iterations: 600,
    more: """
      record: {weights: last, individuals: all}
      replicates: \(replicates)
      variants: [{name: a}, {name: b, set: {mutation.scale: 0.1}}]
      """)
}

private let changes = [
  Change(
    testDescription: "more replicates of long runs", before: long(replicates: 2),
    after: long(replicates: 3), taken: ["a-0", "b-0", "a-1", "b-1"], count: 6),
  Change(
    testDescription: "more replicates", after: study(replicates: 3),
    taken: ["a-0", "b-0", "a-1", "b-1"], count: 6),
  Change(
    testDescription: "fewer replicates", after: study(replicates: 1), taken: ["a-0", "b-0"],
    count: 2),
  Change(
    testDescription: "a variant more, before the others",
    after: study(
      "{name: c, set: {population.size: 5}}, {name: a}, {name: b, set: {mutation.scale: 0.1}}"),
    taken: ["a-0", "b-0", "a-1", "b-1"], count: 6),
  Change(
    testDescription: "a variant less", after: study("{name: a}"), taken: ["a-0", "a-1"], count: 2),
  Change(
    testDescription: "another value in one variant",
    after: study("{name: a}, {name: b, set: {mutation.scale: 0.2}}"), taken: ["a-0", "a-1"],
    count: 4),
  Change(
    testDescription: "other images for one variant",
    after: study("{name: a}, {name: b, set: {mutation.scale: 0.1, dataset.train: 200}}"),
    taken: ["a-0", "a-1"], count: 4),
  Change(
    testDescription: "another name for one variant",
    after: study("{name: c}, {name: b, set: {mutation.scale: 0.1}}"), taken: ["b-0", "b-1"],
    count: 4),
  Change(
    testDescription: "names that are exchanged",
    after: study("{name: b}, {name: a, set: {mutation.scale: 0.1}}"), taken: [], count: 4),
  Change(
    testDescription: "a variant with a target, which gives the summary columns",
    after: study(
      "{name: a}, {name: b, set: {mutation.scale: 0.1}}, {name: c, set: {fitness.target: 0.3}}"),
    taken: ["a-0", "b-0", "a-1", "b-1"], count: 6),
  Change(
    testDescription: "no more target, which takes columns from the summary",
    before: study("{name: a}, {name: b, set: {fitness.target: 0.3}}"),
    after: study("{name: a}, {name: c, set: {mutation.scale: 0.3}}"), taken: ["a-0", "a-1"],
    count: 4),
  Change(
    testDescription: "a value of all variants that one had before",
    before: study("{name: a}, {name: b, set: {population.size: 5}}"),
    after: study("{name: a, set: {population.size: 5}}, {name: b}")
      .replacing("size: 4", with: "size: 5"),
    taken: ["b-0", "b-1"], count: 4),
  Change(
    testDescription: "champions of the best alone, where all were kept",
    after: study().replacing("individuals: all}", with: "individuals: all, champions: best}"),
    taken: ["a-0", "b-0", "a-1", "b-1"], count: 4),
  Change(
    testDescription: "champions of all, where those of the best were kept",
    before: study().replacing("individuals: all}", with: "individuals: all, champions: best}"),
    taken: ["a-1", "b-1"], count: 4),
  Change(
    testDescription: "the champion of one alone, and more seeds than before",
    before: study().replacing("individuals: all}", with: "individuals: all, champions: one}"),
    after: study(replicates: 3).replacing(
      "individuals: all}", with: "individuals: all, champions: one}"),
    taken: ["a-0", "b-0", "a-1", "b-1"], count: 6),
  Change(testDescription: "another value in all", after: study(iterations: 3), taken: [], count: 4),
  Change(
    testDescription: "a table that was damaged", after: study(replicates: 3),
    preparation: "echo x >> Results/s/runs/a-1/phylogeny.csv", taken: ["a-0", "b-0", "b-1"],
    count: 6),
  Change(
    testDescription: "a champion that is gone, and no other change",
    preparation: "rm Results/s/runs/b-0/champion.safetensors", taken: ["a-0", "a-1", "b-1"],
    count: 4),
  Change(
    testDescription: "recorded weights that are not there", after: study(replicates: 3),
    preparation: "rm -r Results/s/runs/a-0/weights Results/s/runs/b-1/weights/*2.safetensors",
    taken: ["b-0", "a-1"], count: 6),
  Change(
    testDescription: "recorded weights that were damaged", after: study(replicates: 3),
    preparation: "echo x >> Results/s/runs/a-0/weights/generation-00001.safetensors",
    taken: ["b-0", "a-1", "b-1"], count: 6),
  Change(
    testDescription: "a summary that was damaged", after: study(replicates: 3),
    preparation: "echo x >> Results/s/summary.csv", taken: [], count: 6),
  Change(
    testDescription: "a plan that is gone", after: study(replicates: 3),
    preparation: "rm Results/s/plan.json", taken: [], count: 6),
  Change(
    testDescription: "another result version", after: study(replicates: 3),
    preparation: """
      cd Results/s && sed -i.old 's/"result_version": /&9/' provenance.json \
      && digest=$(sha256sum provenance.json | cut -c 1-64) \
      && sed -i.old "s/^.*  provenance.json/$digest  provenance.json/" MANIFEST.sha256 \
      && rm *.old && sha256sum --quiet -c MANIFEST.sha256
      """, taken: [], count: 6),
]

@Suite("taking runs over")
struct TakeoverTests {
  private let project = Project()

  /// The number of the file behind a table of each run, by the run's id; new files have others, as the
  /// old ones are there until the new bundle is complete.
  private func tables() -> [String: Generations] {
    let list = project.shell("ls -i Results/s/runs/*/generations.csv*").out
    var tables: [String: Generations] = [:]
    for line in list.split(separator: "\n") {
      let words = line.split(separator: " ")
      tables[String(words[1].split(separator: "/")[3])] = Generations(
        number: String(words[0]), isCompressed: words[1].hasSuffix(".gz"))
    }
    return tables
  }

  /// The table of a run: its file's number, which a link shares, and whether it is compressed.
  private struct Generations: Equatable {
    let number: String
    let isCompressed: Bool
  }

  private var isWhole: Bool {
    project.shell(
      "cd Results/s && sha256sum --quiet -c MANIFEST.sha256 && sha256sum --quiet -c WEIGHTS.sha256"
    ).status == 0
  }

  /// The states that `plan` tells of the runs, by their ids.
  private func states() -> [String: String] {
    var states: [String: String] = [:]
    for line in project.run("plan", "s").lines where line.hasPrefix("  run  ") {
      let words = line.split(separator: " ").map(String.init)
      states[words[1]] = words[4]
    }
    return states
  }

  @Test(
    "only what is missing or differs is run, and the bundle is that of a run from nothing, to the byte",
    arguments: changes)
  func change(_ change: Change) {
    let other = Project()
    other.spec("s", change.after)
    #expect(other.run("run", "s").status == 0)

    project.spec("s", change.before)
    #expect(project.run("run", "s").status == 0)
    let prepared = project.shell(change.preparation)
    #expect(prepared.status == 0, "\(prepared.err)")
    let before = tables()
    project.spec("s", change.after)
    let states = states()
    #expect(states.count == change.count)
    #expect(Set(states.filter { $0.value == "fresh" }.keys) == Set(change.taken))
    let run = project.run("run", "s")
    #expect(run.status == 0, "\(run.err)")
    let after = tables()
    #expect(after.count == change.count)
    // One that has lost its champion was compressed meanwhile.
    let unchanged = change.taken.filter { before[$0]?.isCompressed == after[$0]?.isCompressed }
    #expect(Set(after.filter { before[$0.key] == $0.value }.keys) == Set(unchanged))
    let words = "s: \(change.taken.count) of \(change.count) runs taken over\n"
    #expect(run.err.contains(words) == !change.taken.isEmpty, "\(run.err)")
    #expect(project.manifest("s") == other.manifest("s"))
    #expect(isWhole)
    #expect(project.shell("ls -A Results/.partial").out == "")
    #expect(project.run("run", "s").err.hasPrefix("s: up to date"))
  }

  @Test("--force runs all of it")
  func force() {
    project.spec("s", study())
    project.run("run", "s")
    let (before, manifest) = (tables(), project.manifest("s"))
    let run = project.run("run", "s", "--force")
    #expect(run.status == 0 && !run.err.contains("taken over"))
    let after = tables()
    #expect(after.count == 4 && after.allSatisfy { before[$0.key] != $0.value })
    #expect(project.manifest("s") == manifest)
  }

  @Test("another source runs again what transfers from it, and nothing else")
  func transfer() {
    let variants = "{name: a}, {name: b, set: {transfer.from: source}}"
    project.spec("source", smallSpec(seed: 1))
    project.spec("s", study(variants))
    #expect(project.run("run", "s").status == 0)
    project.spec("source", smallSpec(seed: 2))
    project.spec("s", study(variants, replicates: 3))
    let run = project.run("run", "s")
    #expect(run.err.contains("s: 2 of 6 runs taken over\n"), "\(run.err)")
    let manifest = project.manifest("s")
    #expect(project.run("run", "s", "--force").status == 0)
    #expect(project.manifest("s") == manifest)
    // A source that is the same is no reason.
    project.spec("s", study(variants, replicates: 4))
    #expect(project.run("run", "s").err.contains("s: 6 of 8 runs taken over\n"))
  }

  @Test(
    "killed with runs taken over, the old bundle stays whole, and the next run ends in the same bytes"
  )
  func killed() {
    let (small, large) = (study(replicates: 2), study(replicates: 40))
    let other = Project()
    other.spec("s", large)
    #expect(other.run("run", "s").status == 0)

    project.spec("s", small)
    #expect(project.run("run", "s").status == 0)
    let old = project.manifest("s")
    project.spec("s", large)
    let run = project.start(["run", "s", "--threads", "1"])
    let partial = "\(project.path)/Results/.partial/s/bundle"
    let isUnderWay = run.wait { exists("\(partial)/runs/a-3/champion.safetensors") }
    run.signal(SIGKILL)
    #expect(isUnderWay && run.wait().status == 128 + SIGKILL)
    #expect(exists("\(partial)/runs/a-0/champion.safetensors"))
    #expect(project.manifest("s") == old && isWhole)
    let next = project.run("run", "s")
    #expect(next.err.contains("s: 4 of 80 runs taken over\n"), "\(next.err)")
    #expect(project.manifest("s") == other.manifest("s") && isWhole)
    #expect(project.shell("ls -A Results/.partial").out == "")
  }

  @Test("plan says of each run what the bundle holds, and costs only what is to run")
  func plan() {
    project.spec("s", study())
    #expect(states() == ["a-0": "missing", "b-0": "missing", "a-1": "missing", "b-1": "missing"])
    project.run("run", "s")
    #expect(Set(states().values) == ["fresh"])
    let fresh = project.run("plan", "s").lines
    #expect(fresh.contains("  to run       0 of 4 runs"))
    #expect(!fresh.contains { $0.hasPrefix("  time ") })
    project.shell(
      """
      rm -r Results/s/runs/a-0/weights; echo x >> Results/s/runs/a-1/generations.csv
      """)
    project.spec(
      "s",
      study(
        "{name: a}, {name: b, set: {mutation.scale: 0.2}}, {name: c, set: {mutation.scale: 0.3}}"))
    #expect(
      states() == [
        "a-0": "missing", "b-0": "stale", "c-0": "missing", "a-1": "damaged", "b-1": "stale",
        "c-1": "missing",
      ])
    #expect(project.run("plan", "s").lines.contains("  to run       6 of 6 runs"))
    let json = project.run("plan", "s", "--json").out
    #expect(json.contains("\"state\": \"damaged\""))
    #expect(json.contains("\"id\": \"b-1\""))
  }
}
