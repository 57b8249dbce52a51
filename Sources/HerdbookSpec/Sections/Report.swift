import HerdbookModel

extension Section {
  static let report = Section(
    "report", "what the report shows",
    [
      .key(
        Key(
          "figures", \.report.figures, .optional(.choices), default: .value(nil),
          "the figures that are drawn; all that apply if left out"))
    ])
}

extension ValueType
where Value == [Experiment.Report.Figure] {
  /// A list of words of the enumeration, each once.
  static var choices: ValueType {
    let names = Experiment.Report.Figure.allCases.map(\.rawValue).joined(separator: ", ")
    let expectation = "a list of \(names)"
    let choice = ValueType<Experiment.Report.Figure>.choice
    return ValueType(
      expectation: expectation,
      schema: SchemaPart.list(of: choice.schema, atLeast: 0, distinct: true),
      read: { node, subject, issues in
        guard case .list(let elements) = node.content else {
          subject.refuse(node, wants: expectation, &issues)
          return nil
        }
        var places: [Experiment.Report.Figure: SourceSpan] = [:]
        var isFit = true
        for element in elements {
          guard let figure = choice.read(element, subject, &issues) else {
            isFit = false
            continue
          }
          if let first = places.updateValue(element.span, forKey: figure) {
            isFit = false
            issues.report(
              .duplicateElement, at: element.span,
              "\(quoted(subject.path)) has \(figure.rawValue) twice",
              notes: [SpecIssue.Note(span: first, message: "it is given here first")])
          }
        }
        return isFit ? Experiment.Report.Figure.allCases.filter { places[$0] != nil } : nil
      },
      json: { .list($0.map { .text($0.rawValue) }) })
  }
}
