import HerdbookAnalysis
import HerdbookBundle
import HerdbookModel

extension BundleDifference {
  /// The difference for programs; numbers are not rounded, what does not exist is null.
  func json(_ scope: DifferenceScope) -> JSONValue {
    var members: [String: JSONValue] = [
      "first": first.json, "second": second.json, "verdict": .text(verdict(scope).rawValue),
      "same": .boolean(isSame(scope)),
      "tolerance": .object([
        "abs": tolerance.absolute.json, "rel": tolerance.relative.json,
        "ulp": tolerance.ulps.map { .integer(Int($0)) } ?? .null,
      ]),
    ]
    switch scope {
    case .all:
      members["counts"] = counts
      members["cause"] = cause.json
      members["effect"] = effect
    case .metrics: members["effect"] = .object(["outcome": outcomes])
    case .stat: members["counts"] = counts
    }
    return .object(members)
  }

  private var counts: JSONValue {
    var counts: [String: JSONValue] = [:]
    for aspect in Aspect.allCases {
      counts[aspect.rawValue] = count(of: aspect).map { .integer($0.number) } ?? .null
    }
    return .object(counts)
  }

  private var outcomes: JSONValue { .list(outcome.filter(\.isChanged).map(\.json)) }

  private var effect: JSONValue {
    func measures(_ aspect: Aspect) -> JSONValue {
      .list(self.measures.filter { $0.aspect == aspect }.map(\.json))
    }
    return .object([
      "outcome": outcomes,
      "champions": .object([
        "tests": .list(champions.tests.map(\.json)),
        "omission": champions.omission.map { .text($0) } ?? .null,
      ]),
      "runs": .list(runs.filter(\.isChanged).map(\.json)),
      "convergence": measures(.convergence), "lineage": measures(.lineage),
      "diversity": measures(.diversity),
      "files": .list(files.map { .text($0) }),
    ])
  }
}

extension BundleDifference.Side {
  fileprivate var json: JSONValue {
    .object([
      "name": .text(name), "experiment": .text(experiment), "runs": .integer(runs),
      "result_version": .integer(resultVersion), "result_digest": .text(resultDigest),
    ])
  }
}

extension CauseDifference {
  fileprivate var json: JSONValue {
    func list(_ changes: [Change]) -> JSONValue {
      .list(
        changes.map { change in
          .object([
            "variant": change.variant.map { .text($0) } ?? .null, "key": .text(change.name),
            "first": change.first ?? .null, "second": change.second ?? .null,
          ])
        })
    }
    func members(_ members: [Member]) -> JSONValue {
      func ids(_ isAdded: Bool) -> JSONValue {
        .list(members.filter { $0.isAdded == isAdded }.map { .text($0.id) })
      }
      return .object(["added": ids(true), "removed": ids(false)])
    }
    return .object([
      "settings": list(settings), "variants": members(variants), "runs": members(runs),
      "inputs": list(inputs),
      "engine": engine.map {
        .object(["first": .integer($0.first), "second": .integer($0.second)])
      } ?? .null,
    ])
  }
}

extension OutcomeDifference {
  fileprivate var json: JSONValue {
    .object([
      "variant": .text(variant), "metric": .text(metric.rawValue),
      "better": better.map { .text($0.rawValue) } ?? .null, "first_runs": .integer(firstRuns),
      "second_runs": .integer(secondRuns), "first": .real(first), "second": .real(second),
      "pairs": .integer(pairs), "difference": .real(difference),
      "low": (interval?.lowerBound).json, "high": (interval?.upperBound).json, "p": .real(p),
      "p_holm": .real(corrected), "way": way.json,
    ])
  }
}

extension BundleDifference.Measure {
  fileprivate var json: JSONValue {
    .object([
      "variant": .text(variant), "measure": .text(name), "runs": .integer(changed),
      "pairs": .integer(pairs), "from_generation": parting.map { .integer($0) } ?? .null,
      "first": .real(first), "second": .real(second), "difference": .real(difference),
      "mean_difference": .real(mean), "way": way.json,
    ])
  }
}

extension ChampionComparison.Test {
  fileprivate var json: JSONValue {
    .object([
      "first": .text(match.pair.first.id), "second": .text(match.pair.second.id),
      "best_of": match.variant.map { .text($0) } ?? .null,
      "images": .integer(images),
      "only_first": .integer(test.onlyFirst), "only_second": .integer(test.onlySecond),
      "p": .real(test.p), "cka_images": .integer(alignment.images),
      "cka": alignment.json, "cka_untrained": untrained.json,
    ])
  }
}

extension LayerAlignment {
  /// By layer of the first, then by layer of the second.
  fileprivate var json: JSONValue { .list(values.map { .list($0.map { .real($0) }) }) }
}

extension RunDifference {
  fileprivate var json: JSONValue {
    .object([
      "first": .text(first.id), "second": .text(second.id),
      "first_seed": .text(String(first.seed)), "second_seed": .text(String(second.seed)),
      "one_lineage": .boolean(isOfOneLineage),
      "populations": divergence.json,
      "distributions": .list(layers.map(\.json)),
      "tensors": .list(tensors.map(\.json)),
      "matching": matching?.json ?? .null,
      "recorded_weights": recorded?.json ?? .null,
      "champion_only_in": soleChampion.map { .text($0.rawValue) } ?? .null,
    ])
  }
}

extension PopulationDivergence {
  fileprivate var json: JSONValue {
    let (state, generation): (String, JSONValue) =
      switch self {
      case .none: ("same", .null)
      case .parts(let generation): ("part", .integer(generation))
      case .ends(let generation): ("end", .integer(generation))
      }
    return .object(["state": .text(state), "generation": generation])
  }
}

extension RunDifference.Layer {
  fileprivate var json: JSONValue {
    .object([
      "generation": .integer(generation), "layer": .integer(layer), "inputs": .text(inputs),
      "largest": .real(distance.largest), "percentile": .integer(distance.place),
      "wasserstein": .real(distance.wasserstein),
    ])
  }
}

extension RunDifference.Tensor {
  fileprivate var json: JSONValue {
    func sizes(_ shape: [Int]) -> JSONValue { .list(shape.map { .integer($0) }) }
    var members: [String: JSONValue] = ["file": .text(file), "tensor": .text(name)]
    switch change {
    case .added(let shape):
      members["change"] = .text("added")
      members["second_shape"] = sizes(shape)
    case .removed(let shape):
      members["change"] = .text("removed")
      members["first_shape"] = sizes(shape)
    case .shape(let old, let new):
      members["change"] = .text("shape")
      members["first_shape"] = sizes(old)
      members["second_shape"] = sizes(new)
    case .values(let difference):
      members["change"] = .text("values")
      members["count"] = .integer(difference.count)
      members["changed"] = .integer(difference.changed)
      members["beyond_tolerance"] = .integer(difference.beyond)
      members["distance"] = .real(difference.distance)
      members["largest"] = .real(difference.largest)
      members["ulps"] = difference.ulps.map { .integer(Int($0)) } ?? .null
    }
    return .object(members)
  }
}

extension RunDifference.Recorded {
  fileprivate var json: JSONValue {
    .object([
      "generations": .integer(generations), "changed": .integer(changed),
      "from_generation": .integer(parting),
      "compared_generation": compared.map { .integer($0) } ?? .null,
    ])
  }
}

extension NeuronMatching {
  fileprivate var json: JSONValue {
    .object([
      "units": .list(units.map { .list($0.map { .integer($0) }) }), "moved": .integer(moved),
      "distance": .real(unmatched.distance), "cosine": .real(unmatched.cosine),
      "matched_distance": .real(matched.distance), "matched_cosine": .real(matched.cosine),
    ])
  }
}

extension Double? {
  fileprivate var json: JSONValue { map { .real($0) } ?? .null }
}

extension OutcomeDifference.Way? {
  fileprivate var json: JSONValue { map { .text($0.rawValue) } ?? .null }
}
