extension Experiment {
  /// The section `transfer`: whose weights generation 0 begins with.
  package struct Transfer: Sendable, Equatable {
    package enum Take: String, Sendable, CaseIterable {
      /// Every individual begins with the source's champion.
      case champion
      /// Individual i begins with individual i of the source, from the first again where there are
      /// fewer.
      case population
    }
    package var origin: TransferOrigin
    package var take: Take
    /// Deviation of each individual's own noise on what it takes, in units of the layer's scale.
    package var noise: Double

    /// The origin as the spec has it.
    package var source: String { origin.text }

    package init(origin: TransferOrigin, take: Take = .champion, noise: Double = 0) {
      self.origin = origin
      self.take = take
      self.noise = noise
    }
  }
}

/// Where transferred weights come from.
package enum TransferOrigin: Sendable, Equatable {
  /// The bundle of an experiment; nil for its best run on validation images.
  case experiment(String, run: String?)
  /// A safetensors file, by its path in the project.
  case file(String)

  /// What it is called in a spec.
  package var text: String {
    switch self {
    case .experiment(let name, let run): run.map { "\(name)/\($0)" } ?? name
    case .file(let path): path
    }
  }
}
