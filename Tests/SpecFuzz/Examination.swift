import HerdbookModel
import HerdbookSpec

/// What the reader made of an input that it read as it must.
enum Verdict {
  case accepted(variants: Int)
  case refused(Set<SpecRule>)
}

/// Shapes of datasets, as `Tests/SpecTests` has them.
private func knownShape(_ dataset: Experiment.Dataset) -> DatasetShape? {
  switch (dataset.name, dataset.path) {
  case (.idx, "flat"):
    DatasetShape(rows: 1, columns: 784, classes: 3, trainingImages: 3000, testImages: 500)
  case (.idx, _): nil
  default:
    DatasetShape(rows: 28, columns: 28, classes: 10, trainingImages: 60_000, testImages: 10_000)
  }
}

private let name = "spec"

extension FuzzInput {
  func reading(in corpus: Corpus) -> Result<ParsedExperiment, SpecProblems> {
    readExperiment(
      name: name, path: "spec.yaml", bytes: spec, overrides: overrides,
      library: library(in: corpus),
      shape: knownShape)
  }

  /// What it inherits and transfers from.
  private func library(in corpus: Corpus) -> SpecLibrary {
    let files = corpus.library.map { $0.name == Self.baseName ? ($0.name, base) : $0 }
    return SpecLibrary(
      names: { files.map(\.0) },
      load: { name in
        files.first { $0.0 == name }.map { ("Bases/\(name).yaml", $0.1) }
      })
  }

  /// Reads the input and checks what must hold of every reading.
  ///
  /// - Throws: what does not hold.
  func examine(in corpus: Corpus) throws(FuzzFailure) -> Verdict {
    switch reading(in: corpus) {
    case .success(let parsed):
      try checkPlan(parsed)
      let variants = parsed.variants
      // The first ones and the last: a matrix has thousands, made by the same means.
      for index in Set(Array(variants.indices.prefix(3)) + [variants.count - 1]).sorted() {
        try checkFormatting(variants[index], in: library(in: corpus))
      }
      return .accepted(variants: variants.count)
    case .failure(let problems):
      try checkProblems(problems)
      return .refused(Set(problems.issues.map(\.rule)))
    }
  }
}

/// Every place is inside its source, and the texts for people and for programs can be made.
private func checkProblems(_ problems: SpecProblems) throws(FuzzFailure) {
  guard !problems.issues.isEmpty else {
    throw FuzzFailure("it was refused without a reason")
  }
  for issue in problems.issues {
    for span in [issue.span] + issue.notes.map(\.span) {
      guard problems.sources.indices.contains(span.source) else {
        throw FuzzFailure("there is no source \(span.source): \(issue)")
      }
      let source = problems.sources[span.source]
      let width = source.line(span.line).count
      let isInside =
        1...source.lineCount ~= span.line && 1...(width + 1) ~= span.column && span.length >= 0
        && span.column + span.length <= width + 1
      guard isInside else {
        throw FuzzFailure("\(span) is outside its source: \(issue)")
      }
    }
  }
  guard problems.rendered.hasSuffix("\n") else {
    throw FuzzFailure("the rendering does not end with a line feed")
  }
  _ = (problems.workflowCommands, problems.documents)
}

/// The plan of what was accepted can be made and its needs counted.
private func checkPlan(_ parsed: ParsedExperiment) throws(FuzzFailure) {
  let first = parsed.variants[0].experiment
  guard parsed.variants.count * first.replicates <= 100 else { return }
  let plan = makePlan(parsed) { dataset in
    DatasetIdentity(
      name: dataset.name.rawValue, digest: "", rows: 28, columns: 28, classes: 10,
      training: 55_000, validation: 5000, test: 10_000)
  }
  guard plan.runs.count == parsed.variants.count * first.replicates else {
    throw FuzzFailure("the plan has \(plan.runs.count) runs")
  }
  let counts = plan.counts
  let dataset = plan.variants[0].dataset
  let disk = DiskFootprint(first, dataset: dataset).total
  let memory = MemoryFootprint(first, dataset: dataset, threads: 2).total
  guard counts.evaluations >= 0, counts.images >= 0, disk >= 0, memory >= 0 else {
    throw FuzzFailure("a plan has negative counts: \(counts), \(disk), \(memory)")
  }
}

/// A variant that is written as a spec reads back as the same.
private func checkFormatting(
  _ variant: ParsedVariant, in library: SpecLibrary
) throws(FuzzFailure) {
  let text = formatted(variant.keys) { "\($0.origin); \($0.meaning)" }
  let again = readExperiment(
    name: name, path: "formatted.yaml", bytes: Array(text.utf8), library: library, shape: knownShape
  )
  switch again {
  case .failure(let problems):
    throw FuzzFailure(
      "the variant \(variant.name) does not read back:\n\(problems.rendered)\n\(text)")
  case .success(let parsed):
    let same =
      parsed.variants.count == 1 && parsed.experiment == variant.alone
      && parsed.settings.map(\.path) == variant.settings.map(\.path)
      && parsed.settings.map(\.value) == variant.settings.map(\.value)
    guard same else {
      throw FuzzFailure(
        "the variant \(variant.name) reads back as another:\n\(parsed.experiment)\n"
          + "instead of\n\(variant.alone)\n\(text)")
    }
  }
}
