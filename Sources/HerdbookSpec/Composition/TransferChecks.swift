import HerdbookModel

/// Finds what is wrong with the experiments that one transfers from, as far as specs tell.
struct TransferChecks {
  let name: String
  let library: SpecLibrary
  /// The specs that were read, by name; nil where there is none or it has faults.
  private var read: [String: ParsedExperiment?] = [:]

  init(of name: String, in library: SpecLibrary) {
    self.name = name
    self.library = library
  }

  /// Checks what each variant transfers from; what several have in common is told once.
  mutating func check(_ variants: [ParsedVariant], _ issues: inout IssueCollector) {
    var checked: [Demand] = []
    for variant in variants {
      guard let transfer = variant.experiment.transfer,
        let place = variant.given.place(of: "transfer.from"),
        case .experiment(let source, let run) = transfer.origin
      else { continue }
      let demand = Demand(
        transfer: transfer, network: variant.experiment.network,
        features: variant.experiment.approximator.features)
      guard !checked.contains(demand) else { continue }
      checked.append(demand)
      guard let (rule, message) = fault(of: demand, from: source, run: run) else { continue }
      issues.report(rule, at: place, message)
    }
  }

  /// What a variant asks of a source.
  private struct Demand: Equatable {
    let transfer: Experiment.Transfer
    let network: Experiment.Network
    let features: [Experiment.Approximator.Feature]
  }

  private mutating func fault(
    of demand: Demand, from source: String, run: String?
  ) -> (SpecRule, String)? {
    var chain = [name]
    if let circle = circle(through: source, &chain) {
      let words = circle.map { quoted($0) }.joined(separator: " transfers from ")
      return (.cyclicTransfer, "an experiment cannot begin with its own result: \(words)")
    }
    guard library.load(source) != nil else {
      // A result whose spec is gone is taken as it is.
      if library.hasResult(source) { return nil }
      return (.unknownExperiment, noExperiment(source, in: library))
    }
    guard let parsed = parse(source) else {
      return (
        .transferSource,
        "the spec of \(quoted(source)) has faults of its own: herdbook check \(source)"
      )
    }
    let runs = parsed.runs
    if let run, !runs.contains(where: { $0.id == run }) {
      let near = nearestName(to: run, among: runs.map(\.id)).map { "; did you mean \(quoted($0))?" }
      let all =
        runs.count == 1
        ? "its run is \(quoted(runs[0].id))"
        : "it has \(runs.count) runs, "
          + "\(quoted(runs[0].id)) to \(quoted(runs[runs.count - 1].id))"
      return (.transferSource, "\(quoted(source)) has no run \(quoted(run))\(near ?? "; \(all)")")
    }
    let candidates = parsed.variants.filter { variant in
      run == nil || runs.contains { $0.id == run && $0.variant == variant.name }
    }
    return misfit(candidates.map(\.experiment), demand, source)
  }

  /// What none of the networks that may be taken fulfils.
  private func misfit(
    _ candidates: [Experiment], _ demand: Demand, _ source: String
  ) -> (SpecRule, String)? {
    let (take, network) = (demand.transfer.take, demand.network)
    let misfits = candidates.map { take.misfit(of: $0.network, for: network) }
    if !network.layers.isEmpty, let wanted = misfits[0], !misfits.contains(nil) {
      return (
        .transferSource,
        "what \(quoted(source)) holds does not fit: \(candidates[0].network.words); the experiment "
          + "has \(network.words); for \(take.rawValue), \(wanted)"
      )
    }
    let isRecorded = candidates.contains {
      $0.record.individuals == .all || $0.population.size == 1
    }
    if take == .population, !isRecorded {
      return (
        .transferSource,
        "'transfer.take' is population, but \(quoted(source)) records champions alone; set "
          + "'record: {individuals: all}' in it"
      )
    }
    let learns = candidates.contains { candidate in
      demand.features.allSatisfy { candidate.approximator.sees($0) }
    }
    if take == .approximator, !learns {
      return (
        .transferSource,
        "'transfer.take' is approximator, but \(quoted(source)) has no learned operator with the features "
          + demand.features.map(\.rawValue).joined(separator: ", ")
      )
    }
    return nil
  }

  /// The first circle of transfers that begins at the end of a chain and goes on through `source`.
  private mutating func circle(through source: String, _ chain: inout [String]) -> [String]? {
    if let start = chain.firstIndex(of: source) { return chain[start...] + [source] }
    chain.append(source)
    defer { chain.removeLast() }
    for next in parse(source)?.transferSources ?? [] {
      if let found = circle(through: next, &chain) { return found }
    }
    return nil
  }

  private mutating func parse(_ source: String) -> ParsedExperiment? {
    if let known = read[source] { return known }
    let parsed = library.load(source).flatMap { file in
      try? parseExperiment(
        name: source, path: file.path, bytes: file.bytes, overrides: [], library: library,
        shape: { _ in nil }
      ).get()
    }
    read[source] = .some(parsed)
    return parsed
  }
}

extension ParsedExperiment {
  /// The experiments that some variant transfers from, each once.
  package var transferSources: [String] {
    var sources: [String] = []
    for variant in variants {
      guard case .experiment(let source, run: _)? = variant.experiment.transfer?.origin,
        !sources.contains(source)
      else { continue }
      sources.append(source)
    }
    return sources
  }
}
