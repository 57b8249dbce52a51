import Testing

private let championFile = "Results/source/runs/main-0/champion.safetensors"
private let populationFile = "Results/source/runs/main-0/weights/generation-00002.safetensors"

/// A transfer that cannot be, what is done to the source before, and the message.
struct Refused: Sendable, CustomTestStringConvertible {
  let transfer: String
  var preparation = "true"
  var status: Int32 = 2
  let message: String
  var testDescription: String { message }
}

@Suite("transfer")
struct TransferTests {
  private let project = Project()

  /// The cells of a column of a table in the results.
  private func column(_ name: String, of path: String) -> [String] {
    let rows = text("\(project.path)/Results/\(path)").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let position = rows.first?.firstIndex(of: name) else { return [] }
    return rows.dropFirst().map { $0[position] }
  }

  /// Runs the experiment `source`, which records its last population.
  private func runSource(_ more: String = "record: {individuals: all}") {
    project.spec("source", smallSpec(more: more))
    let run = project.run("run", "source")
    #expect(run.status == 0, "\(run.err)")
  }

  private func student(_ transfer: String, iterations: Int = 0, size: Int = 4) -> String {
    smallSpec(seed: 5, iterations: iterations, more: "transfer: \(transfer)")
      .replacing("size: 4", with: "size: \(size)")
  }

  @Test(
    "at generation 0 the champion does what it did in the source, by whatever name it is taken",
    arguments: ["source", "source/main-0", "Results/source/runs/main-0/champion.safetensors"])
  func champion(from: String) {
    runSource()
    project.spec("s", student("{from: \(from)}"))
    let run = project.run("run", "s")
    #expect(run.status == 0, "\(run.err)")
    for name in ["fitness", "validation_accuracy", "test_accuracy"] {
      let values = column(name, of: "s/summary.csv")
      #expect(!values.isEmpty && values == column(name, of: "source/summary.csv"), "\(name)")
    }
    let phylogeny = "s/runs/main-0/phylogeny.csv"
    #expect(column("operator", of: phylogeny) == [String](repeating: "transfer", count: 4))
    #expect(column("ancestor_list", of: phylogeny) == [String](repeating: "[none]", count: 4))
    #expect(Set(column("learning_rate", of: phylogeny)).count == 4)
  }

  @Test("a population goes on in its order; a larger one begins again from the first")
  func population() throws {
    runSource()
    project.spec("s", student("{from: source, take: population}", size: 6))
    project.spec("f", student("{from: \(populationFile), take: population}", size: 6))
    let run = project.run("run", "s", "f")
    #expect(run.status == 0, "\(run.err)")
    let fitness = column("fitness", of: "s/runs/main-0/phylogeny.csv")
    #expect(fitness.count == 6 && Array(fitness[4...]) == Array(fitness[..<2]))
    // The living of the source, each with the fitness of its last evaluation.
    let ends = column("destruction_time", of: "source/runs/main-0/phylogeny.csv")
    let source = column("fitness", of: "source/runs/main-0/phylogeny.csv")
    let living = zip(ends, source).filter { $0.0 == "inf" }.map(\.1)
    #expect(living.sorted() == fitness[..<4].sorted())
    #expect(column("fitness", of: "f/runs/main-0/phylogeny.csv") == fitness)
  }

  @Test("filters, neurons and a teacher are taken from a bundle, and from a file")
  func parts() {
    runSource()
    for (name, take) in [("f", "filters"), ("n", "neurons"), ("d", "distill")] {
      for (suffix, from) in [("1", "source"), ("2", championFile)] {
        project.spec("\(name)\(suffix)", student("{from: \(from), take: \(take)}", iterations: 1))
        let run = project.run("run", "\(name)\(suffix)")
        #expect(run.status == 0, "\(run.err)")
      }
      let first = column("fitness", of: "\(name)1/runs/main-0/phylogeny.csv")
      #expect(
        !first.isEmpty && first == column("fitness", of: "\(name)2/runs/main-0/phylogeny.csv"))
    }
    // As many units as the source has are its champion.
    #expect(
      column("validation_accuracy", of: "n1/runs/main-0/generations.csv")[0]
        == column("validation_accuracy", of: "source/summary.csv")[0])
    let operators = column("operator", of: "d1/runs/main-0/phylogeny.csv")
    #expect(
      operators.prefix(4) == [
        "initialization", "initialization", "initialization", "initialization",
      ])
    #expect(column("operator", of: "f1/runs/main-0/phylogeny.csv")[0] == "transfer")
  }

  @Test("coefficients of a learned operator go on, and are refused where there are none")
  func coefficients() {
    func blind(_ more: String) -> String {
      smallSpec(more: more).replacing("training: {steps: 3, batch: 16}\n", with: "")
    }
    project.spec("source", blind("approximator: {kind: operator, features: [path, weight]}"))
    project.spec(
      "s",
      blind(
        "approximator: {kind: operator, features: [weight]}\ntransfer: {from: source, take: approximator}"
      ))
    let run = project.run("run", "s")
    #expect(run.status == 0, "\(run.err)")
    func rows(_ name: String, generation: String, feature: String) -> [String] {
      let path = "\(name)/runs/main-0/approximator.csv"
      let (generations, features) = (column("generation", of: path), column("feature", of: path))
      let values = column("coefficient", of: path)
      return values.indices.filter { generations[$0] == generation && features[$0] == feature }
        .map { values[$0] }
    }
    let first = rows("s", generation: "0", feature: "weight")
    #expect(first.count == 2 && first == rows("source", generation: "2", feature: "weight"))
    // Where its spec is gone, its result tells what it has.
    project.shell("rm Experiments/source.yaml")
    project.spec(
      "o",
      blind(
        "approximator: {kind: operator, features: [hebbian]}\ntransfer: {from: source, take: approximator}"
      ))
    let other = project.run("run", "o")
    #expect(
      other.status == 2
        && other.err.contains(
          "what source holds does not fit: coefficients of path, weight for 2 layers; the experiment wants"
            + " hebbian for 2 layers"),
      "\(other.err)")
  }

  @Test(
    "of coefficients that were not kept it is said that they were not, of others that there are none"
  )
  func coefficientsThatAreNotThere() {
    func blind(_ more: String) -> String {
      smallSpec(more: more).replacing("training: {steps: 3, batch: 16}\n", with: "")
    }
    let learned = "approximator: {kind: operator, features: [weight]}\n"
    project.spec("many", blind(learned + "replicates: 2\nrecord: {champions: one}"))
    project.spec("plain", blind(""))
    #expect(project.run("run", "many", "plain").status == 0)
    // Where a spec is there, it tells before the result does.
    project.shell("rm Experiments/many.yaml Experiments/plain.yaml")
    let kept = project.shell("ls Results/many/runs/*/approximator.csv").out.split(separator: "/")
    let lost = kept[3] == "main-0" ? "main-1" : "main-0"
    func fault(_ source: String) -> String {
      project.spec("s", blind(learned + "transfer: {from: \(source), take: approximator}"))
      let run = project.run("run", "s")
      #expect(run.status == 2)
      return run.err
    }
    let lacking = fault("many/\(lost)")
    #expect(
      lacking.contains(
        "many kept the champions of its best runs alone, not that of \(lost); set 'record:"),
      "\(lacking)")
    let none = fault("plain")
    #expect(none.contains("plain/main-0 learned no operator"), "\(none)")
  }

  @Test("a transferred run is the same at 1 and 3 threads, and noise makes its networks differ")
  func noise() {
    runSource()
    project.spec("s", student("{from: source, noise: 0.2}", iterations: 3))
    #expect(project.run("run", "s", "--threads", "1").status == 0)
    let manifest = project.manifest("s")
    #expect(project.run("run", "s", "--force", "--threads", "3").status == 0)
    #expect(project.manifest("s") == manifest)
    #expect(Set(column("fitness", of: "s/runs/main-0/phylogeny.csv")).count > 3)
  }

  @Test(
    "what cannot be transferred is refused in plain words, and nothing is written",
    arguments: [
      Refused(
        transfer: "{from: source/main-1}", preparation: "rm Experiments/source.yaml",
        message: "the result of 'source' has no run 'main-1' to transfer from; its runs are main-0"),
      Refused(
        transfer: "{from: source, take: population}", preparation: "rm \(populationFile)",
        message: "\(populationFile), the population to transfer, is not here"),
      Refused(
        transfer: "{from: source}", preparation: "printf x >> \(championFile)", status: 1,
        message: "is damaged: runs/main-0/champion.safetensors has changed"),
      Refused(
        transfer: "{from: source, take: population}", preparation: "printf x >> \(populationFile)",
        status: 1,
        message: "is damaged: runs/main-0/weights/generation-00002.safetensors has changed"),
      Refused(
        transfer: "{from: w.safetensors}",
        message: "there is no file w.safetensors in the project to transfer from"),
      Refused(
        transfer: "{from: w.safetensors}", preparation: "cp \(populationFile) w.safetensors",
        message: "w.safetensors holds 4 networks; set 'transfer: {take: population}'"),
      Refused(
        transfer: "{from: \(championFile), take: population}",
        message: "\(championFile) holds one network, and no population"),
      Refused(
        transfer: "{from: w.safetensors}",
        preparation: "cp \(championFile) .. && ln -s ../champion.safetensors w.safetensors",
        message: "w.safetensors is a symbolic link out of the project, to "),
      Refused(
        transfer: "{from: w.safetensors}", preparation: "echo no tensors > w.safetensors",
        status: 1,
        message: "w.safetensors, header: is to have "),
      Refused(
        transfer: "{from: source}\nnetwork: {layers: [784, 9, 10], activation: tanh}",
        preparation: "rm Experiments/source.yaml",
        message: "what source holds does not fit: 784-8-10 without biases, relu; the experiment has"
          + " 784-9-10 without biases, tanh"),
    ])
  func refused(refused: Refused) {
    runSource()
    #expect(project.shell(refused.preparation).status == 0)
    var spec = student(refused.transfer)
    if refused.transfer.contains("network:") {
      spec = spec.replacing("network: {layers: [784, 8, 10]}\n", with: "")
    }
    project.spec("s", spec)
    let before = project.listing
    let run = project.run("run", "s")
    #expect(run.status == refused.status)
    #expect(run.err.contains("error: ") && run.err.contains(refused.message), "\(run.err)")
    #expect(project.listing == before)
  }

  @Test("a source that recorded its champion alone has no population, and is told how to get one")
  func champions() {
    runSource("record: {weights: all}")
    project.spec("s", student("{from: source, take: population}"))
    #expect(
      project.run("run", "s").err.contains(
        "but 'source' records champions alone; set 'record: {individuals: all}' in it"))
    // Where its spec is gone, its result says the same.
    project.shell("rm Experiments/source.yaml")
    let run = project.run("run", "s")
    #expect(run.status == 2)
    #expect(
      run.err.hasSuffix(
        "source/main-0 recorded no population: set 'record: {individuals: all}' in source and run it"
          + " again\n"), "\(run.err)")
  }
}
