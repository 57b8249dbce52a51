import HerdbookModel

extension Experiment {
  /// The section's values while it is read; `from` has no default, and is required.
  fileprivate var knowledge: Transfer {
    get { transfer ?? Transfer(origin: .file("")) }
    set { transfer = newValue }
  }
}

extension Section {
  static let transfer = Section(
    "transfer",
    "what is taken from another experiment: weights to begin with, a teacher, or coefficients",
    presence: Presence(\.transfer, of: Experiment.Transfer(origin: .file(""))),
    checks: [hiddenLayer, teaching, coefficients],
    [
      .key(
        Key(
          "from", \.knowledge.origin, .transferOrigin, default: .required,
          "whom to take from, of several runs the best on validation images")),
      .key(
        Key(
          "take", \.knowledge.take, .choice, default: .value(.champion),
          "what every network begins with: the champion, the network of its own place, the champion's first layer, "
            + "or its hidden units in other numbers; or whom training goes towards (distill); or what the "
            + "learned operator begins with")),
      .key(
        Key(
          "noise", \.knowledge.noise, .real(.nonNegative), unit: "units of the layer's scale",
          default: .value(0),
          when: Condition(
            description: "'transfer.take' is champion, population, filters or neurons",
            uses: ["transfer.take"], holds: { $0.transfer?.take.isOfWeights ?? true }),
          "the deviation of each network's own noise on what it takes")),
      .key(
        Key(
          "temperature", \.knowledge.temperature,
          .real(.positive), default: .value(2),
          when: distills,
          "what the scores of teacher and student are divided by before softmax")),
      .key(
        Key(
          "weight", \.knowledge.weight, .real(.positiveShare), default: .value(0.7), when: distills,
          "the share of the teacher's answers in the loss; the labels have the rest")),
    ])

  private static let distills = Condition(
    description: "'transfer.take' is distill", uses: ["transfer.take"],
    holds: { $0.transfer?.take == .distill })

  private static let hiddenLayer = Check(["transfer.take", "network.layers"]) { context in
    guard let take = context.experiment.transfer?.take, [.filters, .neurons].contains(take),
      context.experiment.network.layers.count == 2
    else { return }
    context.report(
      .transferTake, at: "transfer.take",
      "'transfer.take' is \(take.rawValue), but the network has no hidden layer")
  }

  private static let teaching = Check(["transfer.take", "training"]) { context in
    guard context.experiment.transfer?.take == .distill, context.experiment.training == nil else {
      return
    }
    context.report(
      .transferTake, at: "transfer.take",
      "'transfer.take' is distill, which makes a teacher of the source, but there is no 'training' to teach in"
    )
  }

  private static let coefficients = Check(["transfer.take", "approximator.kind", "transfer.from"]) {
    context in
    guard let transfer = context.experiment.transfer, transfer.take == .approximator else { return }
    if context.experiment.approximator.kind != .operator {
      context.report(
        .transferTake, at: "transfer.take",
        "'transfer.take' is approximator, the coefficients of a learned operator, but "
          + context.states(
            "approximator.kind", context.experiment.approximator.kind.rawValue))
    }
    if case .file = transfer.origin {
      context.report(
        .transferTake, at: "transfer.from",
        "coefficients are taken from an experiment; a file of weights has none")
    }
  }
}

extension ValueType where Value == TransferOrigin {
  /// `NAME`, `NAME/RUN`, or the path of a file that ends in `.safetensors`.
  static var transferOrigin: ValueType {
    let expectation = "an experiment, EXPERIMENT/RUN, or the path of a .safetensors file"
    return ValueType(
      expectation: expectation,
      schema: SchemaPart.text(allowsLineFeeds: false),
      read: { node, subject, issues in
        guard let scalar = subject.readText(node, wants: expectation, &issues) else { return nil }
        do throws(TransferOriginError) {
          return try TransferOrigin(parsing: scalar.text)
        } catch {
          subject.refuse(
            node, wants: expectation, as: .transferSource, hint: error.reason, &issues)
          return nil
        }
      },
      json: { .text($0.text) })
  }
}

/// Why a text names no source of a transfer.
struct TransferOriginError: Error {
  let reason: String
}

extension TransferOrigin {
  /// A path where the text ends in `.safetensors`, else an experiment and perhaps its run.
  init(parsing text: String) throws(TransferOriginError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if text.hasSuffix(".safetensors") {
      guard parts.allSatisfy({ !["", ".", ".."].contains($0) }) else {
        throw TransferOriginError(
          reason: "a path begins at the project's folder and stays in it: no '/' at its beginning, "
            + "no empty part, no '.' or '..'")
      }
      let isPlain = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
      guard isPlain else {
        throw TransferOriginError(reason: "a path has no control characters")
      }
      self = .file(text)
      return
    }
    if text.hasSuffix(".yaml") || text.hasSuffix(".yml") {
      throw TransferOriginError(reason: "an experiment is named without folder and extension")
    }
    guard parts.count <= 2 else {
      throw TransferOriginError(
        reason: "this has \(parts.count) parts and does not end in .safetensors")
    }
    do {
      try checkExperimentName(parts[0])
    } catch {
      throw TransferOriginError(reason: error.message)
    }
    if parts.count == 2 { try TransferOrigin.checkRun(parts[1]) }
    self = .experiment(parts[0], run: parts.count == 2 ? parts[1] : nil)
  }

  /// Checks that a name can be a run's: a variant, a hyphen and a replicate.
  private static func checkRun(_ name: String) throws(TransferOriginError) {
    let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }
    let isPlain = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    guard isPlain, !digits.isEmpty, digits.count < name.count - 1,
      name.dropLast(digits.count).hasSuffix("-")
    else {
      throw TransferOriginError(
        reason: "\(quoted(name)) names no run; runs are called VARIANT-REPLICATE, as main-0")
    }
  }
}
