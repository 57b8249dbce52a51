import HerdbookModel

extension Section {
  /// The two noises that a kernel filter can shape.
  enum KernelPlace: Hashable, Sendable {
    case initialization
    case mutation

    var path: String {
      switch self {
      case .initialization: "network.initialization.kernel"
      case .mutation: "mutation.kernel"
      }
    }
  }

  /// The map of a kernel filter, the same wherever one is.
  static func kernel(
    _ place: KernelPlace, _ meaning: String, when condition: Condition? = nil
  ) -> Section {
    func when(_ shapes: KernelFilter.Shape..., choices: String) -> Condition {
      Condition(
        description: "\(quoted("\(place.path).shape")) is \(choices)",
        uses: ["\(place.path).shape"], holds: { shapes.contains($0[kernel: place].shape) })
    }
    let plane = Check.withShape(["\(place.path).shape"]) { context, shape in
      let kernel = context.experiment[kernel: place]
      guard kernel.shape != .none, shape.rows < 2 || shape.columns < 2 else { return }
      context.report(
        .kernelPlane, at: "\(place.path).shape",
        "a kernel filter works on an image plane, but the images of "
          + "\(context.experiment.dataset.name.rawValue) have \(shape.rows) x \(shape.columns) "
          + "pixels")
    }
    return Section(
      "kernel", meaning, when: condition, checks: [plane],
      [
        .key(
          Key(
            "shape", \.[kernel: place].shape, .choice, default: .value(.none),
            "the form of the filter")),
        .key(
          Key(
            "sigma", \.[kernel: place].sigma,
            .real(NumberRange(lower: .above(0), upper: .upTo(100))), unit: "pixels",
            default: .value(1),
            when: when(
              .gaussian, .differenceOfGaussians, choices: "gaussian or difference-of-gaussians"),
            "the width of the bell, of the inner one where there are two")),
        .key(
          Key(
            "radius", \.[kernel: place].radius, .integer(1...100), unit: "pixels",
            default: .value(1), when: when(.box, choices: "box"),
            "half the width of the box, which is 2 * radius + 1 wide")),
        .key(
          Key(
            "shuffle", \.[kernel: place].shuffle, .boolean, default: .value(false),
            when: when(
              .gaussian, .box, .laplacian, .differenceOfGaussians, choices: "not none"),
            "a placebo: the filtered pixels change places")),
      ])
  }
}

extension Experiment {
  fileprivate subscript(kernel place: Section.KernelPlace) -> KernelFilter {
    get {
      switch place {
      case .initialization: network.initialization.kernel
      case .mutation: mutation.kernel
      }
    }
    set {
      switch place {
      case .initialization: network.initialization.kernel = newValue
      case .mutation: mutation.kernel = newValue
      }
    }
  }
}
