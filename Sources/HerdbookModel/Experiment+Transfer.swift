extension Experiment {
  /// The section `transfer`: what generation 0, or training, takes from another experiment.
  package struct Transfer: Sendable, Equatable {
    package enum Take: String, Sendable, CaseIterable {
      /// Every individual begins with the source's champion.
      case champion
      /// Individual i begins with individual i of the source, from the first again where there are
      /// fewer.
      case population
      /// Every individual begins with the first layer of the source's champion; its other layers are drawn.
      case filters
      /// Every individual begins with the hidden units of the source's champion, in other numbers.
      case neurons
      /// Individuals are drawn, and trained towards what the source's champion says of the training images.
      case distill
      /// Individuals are drawn; the learned operator begins with the source's coefficients.
      case approximator
    }
    package var origin: TransferOrigin
    package var take: Take
    /// Deviation of each individual's own noise on what it takes, in units of the layer's scale.
    package var noise: Double
    /// Of `distill`: what scores are divided by before softmax, of teacher and student.
    package var temperature: Double
    /// Of `distill`: the share of the teacher's answers in the loss; the labels have the rest.
    package var weight: Double

    /// The origin as the spec has it.
    package var source: String { origin.text }

    package init(
      origin: TransferOrigin, take: Take = .champion, noise: Double = 0, temperature: Double = 2,
      weight: Double = 0.7
    ) {
      self.origin = origin
      self.take = take
      self.noise = noise
      self.temperature = temperature
      self.weight = weight
    }
  }
}

extension Experiment.Transfer.Take {
  /// Whether individuals begin with weights of the source.
  package var isOfWeights: Bool {
    switch self {
    case .champion, .population, .filters, .neurons: true
    case .distill, .approximator: false
    }
  }

  /// What a network must have in common with one that takes this from it, in words; nil where all is well.
  package func misfit(
    of source: Experiment.Network, for network: Experiment.Network
  ) -> String? {
    let isOfAKind = source.biases == network.biases && source.activation == network.activation
    let hasSameEnds =
      source.layers.first == network.layers.first && source.layers.last == network.layers.last
    switch self {
    case .champion, .population:
      return source.fits(network) ? nil : "all layers, biases and the activation must be the same"
    case .filters:
      let isSame = isOfAKind && source.layers.prefix(2) == network.layers.prefix(2)
      return isSame && source.layers.count > 2
        ? nil : "inputs, the first hidden layer, biases and the activation must be the same"
    case .neurons:
      return isOfAKind && hasSameEnds && source.layers.count == network.layers.count
        ? nil
        : "inputs, classes, the number of layers, biases and the activation must be the same"
    case .distill: return hasSameEnds ? nil : "inputs and classes must be the same"
    case .approximator:
      return source.layers.count == network.layers.count
        ? nil : "the number of layers must be the same"
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
