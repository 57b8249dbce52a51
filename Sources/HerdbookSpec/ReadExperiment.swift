package import HerdbookModel
import OrderedCollections

/// One variant of an experiment, and where each of its values came from.
package struct ParsedVariant: Sendable, Equatable {
  /// `main` where the spec has no variants.
  package var name: String
  package var experiment: Experiment
  /// Every key that has an effect on a run, in the order of the reference.
  package var settings: [Plan.Setting]
  package var given: GivenEntries
  /// The keys that the variant sets.
  package var axes: [String]
}

/// An experiment as its spec says it, with what it inherits, overrides and variants.
package struct ParsedExperiment: Sendable, Equatable {
  /// In the order in which they run; at least one.
  package var variants: [ParsedVariant]
  /// The files that the spec inherits from, the nearest first.
  package var inherited: [InheritedSpec] = []
  /// As they were given, `section.key=value`.
  package var overrides: [String] = []
  /// Paths of the sources that places are in, by number.
  package var sources: [String] = []

  /// The first variant, which has title, description, seed and replicates in common with all.
  package var experiment: Experiment { variants[0].experiment }
  package var settings: [Plan.Setting] { variants[0].settings }
}

/// Reads an experiment from the bytes of its file, or finds all that is wrong with them.
///
/// - Parameters:
///   - name: the name of the experiment, which is also its title unless the file gives one.
///   - path: the path of the file as messages show it.
///   - bytes: what the file holds.
///   - overrides: `section.key=value` or `~section.key`, laid over the file.
///   - library: the experiments that it may inherit from.
///   - shape: the shape of a dataset, nil when it is not known, in which case what depends on it
///     is not checked. Asked once for each dataset, and only when the section `dataset` is without
///     fault.
package func readExperiment(
  name: String, path: String, bytes: [UInt8], overrides: [String] = [],
  library: SpecLibrary = .empty, shape: (Experiment.Dataset) -> DatasetShape?
) -> Result<ParsedExperiment, SpecProblems> {
  parseExperiment(
    name: name, path: path, bytes: bytes, overrides: overrides, library: library,
    transfers: TransferChecks(of: name, in: library), shape: shape)
}

/// Reads an experiment; what it transfers from is looked at where there are checks for it.
func parseExperiment(
  name: String, path: String, bytes: [UInt8], overrides: [String], library: SpecLibrary,
  transfers: TransferChecks? = nil, shape: (Experiment.Dataset) -> DatasetShape?
) -> Result<ParsedExperiment, SpecProblems> {
  var issues = IssueCollector()
  var inheritance = Inheritance(of: name, in: library)
  guard let tree = inheritance.read(path: path, bytes: bytes, &issues) else {
    return .failure(issues.problems)
  }
  guard case .map(var entries) = tree.content else {
    if case .unknown = tree.content { return .failure(issues.problems) }
    issues.report(
      .wrongType, at: tree.span, "a spec wants a map of keys, found \(tree.described)")
    return .failure(issues.problems)
  }
  let assignments = readOverrides(overrides, &issues)
  for assignment in assignments { entries = assignment.applied(to: entries, &issues) }
  var reading = VariantReading(name: name, issues: issues)
  let variants = reading.read(entries, shape)
  checkEffects(of: assignments, on: variants, &reading.issues)
  if var transfers { transfers.check(variants, &reading.issues) }
  guard reading.issues.issues.isEmpty else { return .failure(reading.issues.problems) }
  return .success(
    ParsedExperiment(
      variants: variants, inherited: inheritance.inherited, overrides: overrides,
      sources: reading.issues.sources.map { $0.path }))
}

/// Reports overrides of what every variant sets itself.
private func checkEffects(
  of assignments: [Assignment], on variants: [ParsedVariant], _ issues: inout IssueCollector
) {
  guard !variants.isEmpty else { return }
  for assignment in assignments {
    let path = assignment.dotted
    let isCovered = variants.allSatisfy { variant in
      variant.axes.contains { path == $0 || path.hasPrefix($0 + ".") }
    }
    if !isCovered { continue }
    let spans = assignment.path.map(\.span)
    var span = spans[0]
    span.length = spans[spans.count - 1].column + spans[spans.count - 1].length - span.column
    issues.report(
      .noEffect, at: span, "\(quoted(path)) has no effect: every variant sets it itself")
  }
}

/// Reads each variant of an experiment.
private struct VariantReading {
  let name: String
  var issues: IssueCollector
  /// Shapes of the datasets that were asked for; there are few.
  var shapes: [(dataset: Experiment.Dataset, shape: DatasetShape?)] = []

  /// The first variant that was read without fault: others are read where they differ from it.
  private var first: FirstVariant?
  /// Where the last variant differs, which most others with it do.
  private var last: Changes?

  private struct FirstVariant {
    let reader: SpecReader
    let settings: [Plan.Setting]
    let axes: [String]
  }

  /// What variants with the same axes do not have in common with the first one, and what they have.
  private struct Changes {
    let axes: [String]
    let paths: Set<String>
    let common: [String: Plan.Setting]
  }

  init(name: String, issues: IssueCollector) {
    self.name = name
    self.issues = issues
  }

  mutating func read(
    _ entries: YAMLEntries, _ shape: (Experiment.Dataset) -> DatasetShape?
  ) -> [ParsedVariant] {
    guard let variants = entries["variants"] else {
      let main = [read(entries, VariantSpec(name: "main", span: .start, assignments: []), shape)]
      checkBaseline(entries, main)
      return main
    }
    // What the axes are laid over is read with them: a key may be given by each variant alone.
    let specs = expandVariants(variants.value, &issues)
    guard !specs.isEmpty else {
      _ = read(entries, VariantSpec(name: "main", span: .start, assignments: []), shape)
      return []
    }
    var parsed: [ParsedVariant] = []
    for spec in specs {
      issues.enter(variant: spec.name, at: spec.span)
      var laid = entries
      for assignment in spec.assignments { laid = assignment.applied(to: laid, &issues) }
      parsed.append(read(laid, spec, shape))
      // Where none of a thousand is without fault, what is wrong has been told.
      if issues.isFull || first == nil && parsed.count == 1000 { break }
    }
    issues.leaveVariants()
    checkBaseline(entries, parsed)
    return parsed
  }

  private mutating func read(
    _ entries: YAMLEntries, _ spec: VariantSpec, _ shape: (Experiment.Dataset) -> DatasetShape?
  ) -> ParsedVariant {
    let axes = spec.assignments.flatMap(\.leaves)
    let changes = changes(by: axes)
    let reported = issues.reported
    // Handed on and back, so that none of the steps writes to a copy.
    var collector = IssueCollector()
    swap(&collector, &issues)
    var reader =
      if let first, let changes {
        SpecReader(first.reader, changed: changes.paths, issues: consume collector)
      } else {
        SpecReader(name: name, issues: consume collector)
      }
    reader.read(entries)
    var shapes = shapes
    reader.check { dataset in
      if let known = shapes.first(where: { $0.dataset == dataset }) { return known.shape }
      let found = shape(dataset)
      shapes.append((dataset, found))
      return found
    }
    self.shapes = shapes
    issues = reader.issues
    let settings = reader.settings(variant: axes, known: changes?.common ?? [:])
    if first == nil, issues.reported == reported {
      first = FirstVariant(reader: reader, settings: settings, axes: axes)
    }
    return ParsedVariant(
      name: spec.name, experiment: reader.experiment, settings: settings,
      given: reader.given, axes: axes)
  }

  /// What a variant with these axes does not have in common with the first one; nil where there is none
  /// without fault yet.
  private mutating func changes(by axes: [String]) -> Changes? {
    guard let first else { return nil }
    if let last, last.axes == axes { return last }
    let paths = Language.changed(by: first.axes + axes)
    let common = first.settings.lazy.filter { !paths.contains($0.path) }.map { ($0.path, $0) }
    let changes = Changes(
      axes: axes, paths: paths, common: Dictionary(uniqueKeysWithValues: common))
    last = changes
    return changes
  }

  /// The baseline is a variant; without variants there is nothing to compare with.
  private mutating func checkBaseline(_ entries: YAMLEntries, _ parsed: [ParsedVariant]) {
    guard let baseline = parsed.first?.experiment.compare?.baseline,
      !parsed.contains(where: { $0.name == baseline })
    else { return }
    var span = SourceSpan.start
    if case .map(let compare)? = entries["compare"]?.value.content, let entry = compare["baseline"]
    {
      span = entry.value.span
    }
    let near = nearestName(to: baseline, among: parsed.lazy.map(\.name))
    let advice =
      entries["variants"] == nil
      ? "the experiment has no variants"
      : near.map { "did you mean \(quoted($0))?" } ?? "the first is \(quoted(parsed[0].name))"
    issues.report(
      .compareVariant, at: span, "there is no variant \(quoted(baseline)); \(advice)")
  }
}

extension SpecReader {
  /// Adds the issues that all checks find.
  fileprivate mutating func check(shape: (Experiment.Dataset) -> DatasetShape?) {
    let isDatasetKnown = !failed.contains { $0.hasPrefix("dataset.") }
    var context = CheckContext(
      experiment: experiment,
      shape: isDatasetKnown && hasPathIfNeeded ? shape(experiment.dataset) : nil,
      given: given, issues: takeIssues())
    for placed in Language.sections {
      for check in placed.section.checks where failed.isEmpty || failed.isDisjoint(with: check.uses)
      {
        check.run(&context)
      }
    }
    for (path, condition) in Language.conditions { checkEffect(path, condition, &context) }
    issues = context.issues
  }

  private var hasPathIfNeeded: Bool {
    experiment.dataset.name != .idx || experiment.dataset.path != nil
  }

  /// Reports a key that is given where it changes nothing.
  private func checkEffect(
    _ path: String, _ condition: Condition, _ context: inout CheckContext
  ) {
    guard let entry = given[path], !failed.contains(path),
      failed.isDisjoint(with: condition.uses),
      !condition.holds(experiment)
    else { return }
    // What stands in its way may be a default, or in a file that is inherited.
    var now = ""
    if condition.uses.count == 1, let key = Language.key(at: condition.uses[0]) {
      let isDefault = given[condition.uses[0]] == nil
      now = "; it is \(key.json(experiment).flow)\(isDefault ? " (the default)" : "")"
    }
    context.issues.report(
      .noEffect, at: entry.keySpan,
      "\(quoted(path)) has no effect unless \(condition.description)\(now)")
  }

  /// Every key that has an effect, with its value and origin. Those that have none are left out, so that
  /// a plan stays what it is when the language grows.
  ///
  /// - Parameters:
  ///   - axes: the keys that a variant sets.
  ///   - known: settings that are known, by path.
  fileprivate func settings(
    variant axes: [String], known: [String: Plan.Setting]
  ) -> [Plan.Setting] {
    var settings: [Plan.Setting] = []
    settings.reserveCapacity(Language.keyCount)
    addSettings(of: Language.top, axes, known, to: &settings)
    return settings
  }

  private func addSettings(
    of placed: PlacedSection, _ axes: [String], _ known: [String: Plan.Setting],
    to settings: inout [Plan.Setting]
  ) {
    let section = placed.section
    guard section.presence?.isPresent(experiment) ?? true,
      section.condition?.holds(experiment) ?? true
    else { return }
    for member in placed.members where !member.isOfAllRuns {
      switch member.content {
      case .key(let key):
        guard key.condition?.holds(experiment) ?? true, !key.isNeutral(experiment),
          !Language.ofExecution.contains(member.path) || given[member.path] != nil
        else { continue }
        settings.append(
          known[member.path]
            ?? Plan.Setting(
              path: member.path, value: key.json(experiment), origin: origin(of: member.path, axes))
        )
      case .section(let inner): addSettings(of: inner, axes, known, to: &settings)
      }
    }
  }

  private func origin(of path: String, _ axes: [String]) -> Plan.Setting.Origin {
    guard let entry = given[path] else { return .default }
    if axes.contains(where: { path == $0 || path.hasPrefix($0 + ".") }) { return .variant }
    return switch issues.sources[entry.value.span.source].kind {
    case .spec: .file
    case .inherited: .inherited
    case .overrides: .override
    }
  }
}
