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
    "transfer", "weights of another experiment that generation 0 begins with",
    presence: Presence(\.transfer, of: Experiment.Transfer(origin: .file(""))),
    [
      .key(
        Key(
          "from", \.knowledge.origin, .transferOrigin, default: .required,
          "whose weights to begin with, of several runs the best on validation images")),
      .key(
        Key(
          "take", \.knowledge.take, .choice, default: .value(.champion),
          "what every network begins with: the champion, or the network of its own place")),
      .key(
        Key(
          "noise", \.knowledge.noise, .real(.nonNegative), unit: "units of the layer's scale",
          default: .value(0), "the deviation of each network's own noise on what it takes")),
    ])
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
