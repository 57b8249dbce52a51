import HerdbookModel

extension Section {
  static let report = Section(
    "report", "what the report shows",
    [
      .key(
        Key(
          "controls", \.report.controls, .choices(), default: .value([]),
          neutral: { $0.isEmpty },
          "what the same budget gives without evolution is run beside each run: gradient descent under a grid "
            + "of rates, or networks left to themselves")),
      .key(
        Key(
          "figures", \.report.figures, .optional(.choices()), default: .value(nil),
          "the figures that are drawn; all that apply if left out")),
    ])
}

extension ValueType {
  /// A list of words of the enumeration, each once; they are taken in the order of the enumeration.
  static func choices<Word>(atLeast minimum: Int = 0) -> ValueType
  where
    Value == [Word], Word: RawRepresentable<String> & CaseIterable & Sendable & Hashable
  {
    let names = Word.allCases.map(\.rawValue).joined(separator: ", ")
    let expectation = "a list of \(names)" + (minimum > 0 ? ", at least \(minimum)" : "")
    let choice = ValueType<Word>.choice
    return ValueType(
      expectation: expectation,
      schema: SchemaPart.list(of: choice.schema, atLeast: minimum, distinct: true),
      read: { node, subject, issues in
        guard case .list(let elements) = node.content else {
          subject.refuse(node, wants: expectation, &issues)
          return nil
        }
        if elements.count < minimum {
          issues.report(
            .wrongLength, at: node.span,
            "\(quoted(subject.path)) wants \(expectation), found \(elements.count)")
          return nil
        }
        var places: [Word: SourceSpan] = [:]
        var isFit = true
        for element in elements {
          guard let word = choice.read(element, subject, &issues) else {
            isFit = false
            continue
          }
          if let first = places.updateValue(element.span, forKey: word) {
            isFit = false
            issues.report(
              .duplicateElement, at: element.span,
              "\(quoted(subject.path)) has \(word.rawValue) twice",
              notes: [SpecIssue.Note(span: first, message: "it is given here first")])
          }
        }
        return isFit ? Word.allCases.filter { places[$0] != nil } : nil
      },
      json: { .list($0.map { .text($0.rawValue) }) })
  }
}
