import HerdbookModel
import HerdbookSpec
import Testing

@Suite("Composition")
struct CompositionTests {
  private func library(_ files: [String: String]) -> SpecLibrary {
    SpecLibrary(
      names: { files.keys.sorted() },
      load: { name in files[name].map { ("\(name).yaml", Array($0.utf8)) } })
  }

  private func parse(
    _ text: String, _ files: [String: String] = [:], overrides: [String] = []
  ) throws -> ParsedExperiment {
    try read(Array(text.utf8), overrides: overrides, library: library(files)).get()
  }

  private let base = """
    title: Base
    description: The first
    iterations: 40
    network: {layers: [784, 32, 10]}
    population: {size: 20}
    training: {batch: 16, learning-rate: {log-uniform: [0.01, 1]}}
    record: {weights: [0, 10]}

    """

  // MARK: extends

  @Test(
    "sections merge, values and lists are replaced, and what tells of the base is not inherited")
  func inherits() throws {
    let heir = try parse(
      "extends: base\ntraining: {steps: 7, learning-rate: {uniform: [0.1, 0.2]}}\n"
        + "record: {weights: [5]}\n", ["base": base]
    ).experiment
    #expect(heir.training?.batch == .fixed(16))
    #expect(heir.training?.steps == 7)
    #expect(heir.training?.learningRate == .uniform(0.1, 0.2))
    #expect(heir.record.weights == .listed([5]))
    #expect(heir.title == "test")
    #expect(heir.description == nil)
  }

  @Test("what is inherited goes through any number of experiments, the nearest wins")
  func chain() throws {
    let middle = "extends: base\nseed: 3\npopulation: {size: 30}\n"
    let parsed = try parse("extends: middle\nseed: 4\n", ["base": base, "middle": middle])
    #expect(parsed.experiment.seed == 4)
    #expect(parsed.experiment.population.size == 30)
    #expect(parsed.experiment.iterations == 40)
    #expect(parsed.inherited.map(\.name) == ["middle", "base"])
    #expect(parsed.inherited.map { String(decoding: $0.bytes, as: UTF8.self) } == [middle, base])
  }

  @Test("!remove drops a key or a section, whose defaults come back")
  func removes() throws {
    let heir = try parse(
      "extends: base\ntraining: !remove\nrecord: {weights: !remove }\n", ["base": base]
    ).experiment
    #expect(heir.training == nil)
    #expect(heir.record.weights == .last)
    #expect(heir.mutation.scale == .fixed(0.07))
  }

  @Test("each value knows where it came from")
  func origins() throws {
    let parsed = try parse(
      "extends: base\nseed: 3\n", ["base": base], overrides: ["population.size=5"])
    let origins = Dictionary(
      uniqueKeysWithValues: parsed.settings.map { ($0.path, $0.origin) })
    #expect(origins["seed"] == .file)
    #expect(origins["iterations"] == .inherited)
    #expect(origins["population.size"] == .override)
    #expect(origins["fitness.metric"] == .default)
    let place = parsed.variants[0].given.place(of: "iterations")
    #expect(place == SourceSpan(line: 3, column: 13, length: 2, source: 1))
    #expect(parsed.sources == ["test.yaml", "base.yaml", "--set"])
  }

  // MARK: overrides

  @Test("an override is read as a value of the file would be")
  func overrides() throws {
    let experiment = try parse(
      required,
      overrides: [
        "mutation.scale={log-uniform: [1e-3, 1]}", "network.layers=[784,50,10]", "title=A = b",
        "training.batch=8", "training.learning-rate.uniform=[0.1,0.2]",
      ]
    ).experiment
    #expect(experiment.mutation.scale == .logUniform(0.001, 1))
    #expect(experiment.network.layers == [784, 50, 10])
    #expect(experiment.title == "A = b")
    #expect(experiment.training?.batch == .fixed(8))
    #expect(experiment.training?.learningRate == .uniform(0.1, 0.2))
  }

  @Test("an override takes a key or a section away")
  func removal() throws {
    let experiment = try parse(base, overrides: ["~training", "~record.weights"]).experiment
    #expect(experiment.training == nil)
    #expect(experiment.record.weights == .last)
  }

  @Test("the last of several overrides of a key wins")
  func order() throws {
    #expect(try parse(required, overrides: ["seed=1", "seed=2"]).experiment.seed == 2)
  }

  // MARK: variants

  private func names(_ variants: String) throws -> [String] {
    try parse(required + variants).variants.map(\.name)
  }

  @Test("without variants there is main")
  func main() throws {
    #expect(try names("") == ["main"])
  }

  @Test("a matrix is the product of its lists, the last running fastest")
  func matrix() throws {
    let parsed = try parse(
      required
        + "variants: {matrix: {mutation.scale: [0.01, 0.1], selection.method: [random, tournament]}}"
    )
    #expect(
      parsed.variants.map(\.name) == [
        "scale=0.01,method=random", "scale=0.01,method=tournament", "scale=0.1,method=random",
        "scale=0.1,method=tournament",
      ])
    #expect(parsed.variants[2].experiment.mutation.scale == .fixed(0.1))
    #expect(parsed.variants[2].experiment.selection.method == .random)
    #expect(parsed.variants[2].axes == ["mutation.scale", "selection.method"])
    let origin = parsed.variants[2].settings.first { $0.path == "mutation.scale" }?.origin
    #expect(origin == .variant)
  }

  @Test("zip goes side by side, and with a matrix it is one more axis")
  func sideBySide() throws {
    let zip = "zip: {mutation.scale: [0.1, 0.2], mutation.rate: [1, 0.5]}"
    #expect(try names("variants: {\(zip)}") == ["scale=0.1,rate=1", "scale=0.2,rate=0.5"])
    #expect(
      try names("variants: {matrix: {selection.elites: [1, 2]}, \(zip)}") == [
        "elites=1,scale=0.1,rate=1", "elites=1,scale=0.2,rate=0.5", "elites=2,scale=0.1,rate=1",
        "elites=2,scale=0.2,rate=0.5",
      ])
  }

  @Test("exclude drops what all its values match, include adds")
  func excludeAndInclude() throws {
    let variants = """
      variants:
        matrix: {mutation.scale: [0.01, 0.1], selection.elites: [1, 2]}
        exclude: [{mutation.scale: 1e-2, selection.elites: 2}]
        include: [{name: still, set: {mutation.scale: 0}}]
      """
    #expect(
      try names(variants) == [
        "scale=0.01,elites=1", "scale=0.1,elites=1", "scale=0.1,elites=2", "still",
      ])
  }

  @Test("a list names each, sections merge, and one may be the experiment as it is")
  func named() throws {
    let parsed = try parse(
      base + """
        variants:
          - {name: plain}
          - {name: wide, set: {network.layers: [784, 200, 10], training: {batch: 32}}}
          - {name: untrained, set: {training: !remove }}
        """)
    #expect(parsed.variants.map(\.name) == ["plain", "wide", "untrained"])
    #expect(parsed.variants[1].experiment.training?.batch == .fixed(32))
    #expect(parsed.variants[1].experiment.training?.learningRate == .logUniform(0.01, 1))
    #expect(parsed.variants[2].experiment.training == nil)
  }

  @Test("a name has whole paths where the last parts are the same")
  func paths() throws {
    #expect(
      try names(
        "variants: {matrix: {mutation.scale: [0.1], network.initialization.scale: [1, 2]}}")
        == [
          "mutation.scale=0.1,network.initialization.scale=1",
          "mutation.scale=0.1,network.initialization.scale=2",
        ])
  }

  @Test("lists and maps make names, too")
  func labels() throws {
    #expect(
      try names("variants: {matrix: {network.layers: [[784, 10], [784, 5, 10]]}}")
        == ["layers=784-10", "layers=784-5-10"])
    #expect(
      try names("variants: {matrix: {training.learning-rate: [0.1, {log-uniform: [0.01, 1]}]}}")
        == ["learning-rate=0.1", "learning-rate=log-uniform-0.01-1"])
  }

  @Test("what only variants give need not stand in the experiment")
  func givenByVariants() throws {
    let text =
      "iterations: 2\npopulation: {size: 3}\nvariants: {matrix: {network.layers: [[784, 10]]}}"
    #expect(try parse(text).variants[0].experiment.network.layers == [784, 10])
  }

  @Test("a variant is what it is alone, whichever variants stand before it")
  func independence() throws {
    let spec = """
      iterations: 40
      network: {layers: [784, 32, 10]}
      population: {size: 20}
      training: {steps: 7}
      mutation: {scale: 0.1, rate: 0.5}
      transfer: {from: base}

      """
    let sets = [
      "plain", "training: !remove ", "training.batch: 3", "training: {optimizer: momentum}",
      "transfer: !remove ", "transfer.noise: 0.1", "mutation.scale: 0.2", "iterations: 3",
      "mutation: {rate: 1, kernel: {shape: box}}", "mutation.rate: !remove ",
      "transfer: !remove , network: {activation: tanh, initialization: {scheme: normal}}",
      "crossover.method: uniform",
      "dataset.name: mnist", "record.weights: [0, 2]",
    ]
    let lines = sets.enumerated().map { index, set in
      "  - {name: v\(index)\(index == 0 ? "" : ", set: {\(set)}")}"
    }
    let library = ["base": base]
    func variants(_ lines: [String]) throws -> [ParsedVariant] {
      try parse(spec + "variants:\n" + lines.joined(separator: "\n") + "\n", library).variants
    }
    let alone = try lines.map { try variants([$0])[0] }
    for first in lines.indices {
      let together = try variants(Array(lines[first...] + lines[..<first]))
      for (index, variant) in together.enumerated() {
        let expected = alone[(first + index) % lines.count]
        #expect(variant.experiment == expected.experiment)
        #expect(variant.settings == expected.settings)
        #expect(variant.given.paths == expected.given.paths)
      }
    }
  }

  @Test("variants can be taken away")
  func single() throws {
    let text = required + "variants: {matrix: {mutation.scale: [0.01, 0.1]}}"
    #expect(try parse(text, overrides: ["~variants"]).variants.map(\.name) == ["main"])
  }

  // MARK: plans

  private let identity = DatasetIdentity(
    name: "digits", digest: "", rows: 28, columns: 28, classes: 10, training: 55_000,
    validation: 5_000, test: 10_000)

  private func plan(_ text: String) throws -> Plan {
    makePlan(try parse(text)) { _ in identity }
  }

  @Test("each variant runs under each seed; they share it, and more leave the first as they are")
  func replicates() throws {
    let text = required + "seed: 5\nvariants: {matrix: {mutation.scale: [0.01, 0.1]}}\n"
    let few = try plan(text + "replicates: 2").runs
    #expect(few.map(\.id) == ["scale=0.01-0", "scale=0.1-0", "scale=0.01-1", "scale=0.1-1"])
    #expect(few[0].seed == 5 && few[1].seed == 5)
    #expect(few[2].seed == few[3].seed && few[2].seed != 5)
    let many = try plan(text + "replicates: 50").runs
    #expect(Array(many.prefix(4)) == few)
    #expect(Set(many.map(\.seed)).count == 50)
  }

  @Test("the seeds of replicates are those of SplitMix64, to the bit")
  func seeds() {
    // The first outputs of the generator started with 1234567, as published with it.
    #expect(
      (1...3).map { replicateSeed(1_234_567, replicate: $0) } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
    #expect(replicateSeed(.max, replicate: 0) == .max)
  }

  @Test("counts are summed over runs")
  func counts() throws {
    let one = try plan(required).counts
    let many = try plan(required + "replicates: 3\n").counts
    #expect(many.evaluations == 3 * one.evaluations)
    #expect(many.operations == 3 * one.operations)
  }

  @Test("a resolved spec reads back as the same plan", arguments: [sweetSpot, required])
  func formatting(text: String) throws {
    let parsed = try parse(text)
    let again = try parse(formatted(parsed.variants[0].keys) { "\($0.origin); \($0.meaning)" })
    #expect(again.experiment == parsed.experiment)
    let values = { (parsed: ParsedExperiment) in parsed.settings.map { [$0.path: $0.value] } }
    #expect(values(again) == values(parsed))
  }

  @Test("only what differs from the defaults has changed")
  func changed() throws {
    let variant = try parse(required + "seed: 0\nselection: {fraction: 0.5}\n").variants[0]
    #expect(
      variant.keys.filter { !$0.isDefault }.map(\.path)
        == ["iterations", "network.layers", "population.size", "selection.fraction"])
  }
}
