extension Experiment {
  /// The section `network`.
  package struct Network: Sendable, Equatable {
    package enum Activation: String, Sendable, CaseIterable, Codable {
      case relu
      case tanh
      case sigmoid
    }

    /// Units of each layer, from the image's pixels to the number of classes.
    package var layers: [Int]
    package var activation: Activation
    package var biases: Bool
    package var initialization: Initialization

    package init(
      layers: [Int], activation: Activation = .relu, biases: Bool = false,
      initialization: Initialization = Initialization()
    ) {
      self.layers = layers
      self.activation = activation
      self.biases = biases
      self.initialization = initialization
    }

    /// Whether weights of this network are weights of another one.
    package func fits(_ other: Network) -> Bool {
      layers == other.layers && biases == other.biases && activation == other.activation
    }

    /// `784-100-10 without biases, relu`.
    package var words: String {
      layers.map(String.init).joined(separator: "-") + (biases ? " with" : " without")
        + " biases, \(activation.rawValue)"
    }
  }

  /// The map `network.initialization`.
  package struct Initialization: Sendable, Equatable {
    package enum Scheme: String, Sendable, CaseIterable {
      case glorotUniform = "glorot-uniform"
      case glorotNormal = "glorot-normal"
      case heUniform = "he-uniform"
      case heNormal = "he-normal"
      case normal
      case uniform
    }
    package var scheme: Scheme
    /// Multiplies; it is the deviation of `normal` and the limit of `uniform`.
    package var scale: Drawable
    package var kernel: KernelFilter

    package init(
      scheme: Scheme = .glorotUniform, scale: Drawable = .fixed(1), kernel: KernelFilter = .none
    ) {
      self.scheme = scheme
      self.scale = scale
      self.kernel = kernel
    }
  }

  /// The section `population`.
  package struct Population: Sendable, Equatable {
    package var size: Int
    package init(size: Int) { self.size = size }
  }
}
