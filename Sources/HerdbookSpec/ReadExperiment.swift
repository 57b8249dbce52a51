package import HerdbookModel

/// An experiment as its file says it, and where each of its values came from.
package struct ParsedExperiment: Sendable, Equatable {
  package var experiment: Experiment
  /// Every key of the language in the order of the reference; null where a key does not apply, as
  /// those of `training` without the section.
  package var settings: [Plan.Setting]

  package init(experiment: Experiment, settings: [Plan.Setting]) {
    self.experiment = experiment
    self.settings = settings
  }
}

/// Reads an experiment from the bytes of its file, or finds all that is wrong with them.
///
/// - Parameters:
///   - name: the name of the experiment, which is also its title unless the file gives one.
///   - path: the path of the file as messages show it.
///   - bytes: what the file holds.
///   - shape: the shape of a dataset, nil when it is not known, in which case what depends on it
///     is not checked. Asked at most once, and only when the section `dataset` is without fault.
package func readExperiment(
  name: String, path: String, bytes: [UInt8],
  shape: (Experiment.Dataset) -> DatasetShape?
) -> Result<ParsedExperiment, SpecProblems> {
  var issues = IssueCollector(file: path)
  if bytes.count > SourceText.sizeLimit {
    issues.report(
      .fileTooLarge, at: .start,
      "the file has \(bytes.count) bytes; a spec has at most \(SourceText.sizeLimit)")
    let empty = SourceText(path: path, bytes: [])
    return .failure(SpecProblems(issues: issues.sorted(), source: empty))
  }
  let source = SourceText(path: path, bytes: bytes)
  func fail(_ issues: IssueCollector) -> Result<ParsedExperiment, SpecProblems> {
    .failure(SpecProblems(issues: issues.sorted(), source: source))
  }
  source.checkCharacters(&issues)
  guard issues.issues.isEmpty, let tree = readTree(source, &issues) else { return fail(issues) }

  var reader = SpecReader(name: name, issues: issues)
  reader.read(tree)
  issues = reader.checked(shape: shape)
  guard issues.issues.isEmpty else { return fail(issues) }
  return .success(
    ParsedExperiment(experiment: reader.experiment, settings: reader.settings))
}

extension SpecReader {
  /// The issues of the reading with those of all checks.
  fileprivate func checked(shape: (Experiment.Dataset) -> DatasetShape?) -> IssueCollector {
    let isDatasetKnown = !failed.contains { $0.hasPrefix("dataset.") }
    var context = CheckContext(
      experiment: experiment,
      shape: isDatasetKnown && hasPathIfNeeded ? shape(experiment.dataset) : nil,
      given: given, issues: issues)
    Language.root.forEachSection { path, section in
      for check in section.checks where failed.isDisjoint(with: check.uses) {
        check.run(&context)
      }
      checkEffect(path, section.condition, &context)
      for case .key(let key) in section.members {
        checkEffect(Section.join(path, key.name), key.condition, &context)
      }
    }
    return context.issues
  }

  private var hasPathIfNeeded: Bool {
    experiment.dataset.name != .idx || experiment.dataset.path != nil
  }

  /// Reports a key that is given where it changes nothing.
  private func checkEffect(
    _ path: String, _ condition: Condition?, _ context: inout CheckContext
  ) {
    guard let condition, let entry = given[path], !failed.contains(path),
      failed.isDisjoint(with: condition.uses),
      !condition.holds(experiment)
    else { return }
    context.issues.report(
      .noEffect, at: entry.keySpan,
      "\(quoted(path)) has no effect unless \(condition.description)")
  }

  /// Every key that has an effect, with its value and origin. Those that have none are left out, so that
  /// a plan stays what it is when the language grows.
  fileprivate var settings: [Plan.Setting] {
    settings(of: Language.root, at: "", applies: true)
  }

  private func settings(
    of section: Section, at path: String, applies: Bool
  ) -> [Plan.Setting] {
    let applies =
      applies && section.presence?.isPresent(experiment) ?? true
      && section.condition?.holds(experiment) ?? true
    return section.members.flatMap { member -> [Plan.Setting] in
      let memberPath = Section.join(path, member.name)
      switch member {
      case .section(let inner): return settings(of: inner, at: memberPath, applies: applies)
      case .key(let key):
        guard applies, key.condition?.holds(experiment) ?? true else { return [] }
        return [
          Plan.Setting(
            path: memberPath, value: key.json(experiment),
            origin: given[memberPath] == nil ? .default : .file)
        ]
      }
    }
  }
}
