package import HerdbookModel

/// Where a result comes from: `provenance.json`, which the result digest does not cover.
///
/// No time, host, path, user or thread count is in it.
package struct Provenance: Sendable, Equatable {
  package static let path = "provenance.json"

  package var experiment: String
  package var title: String
  package var description: String?
  /// Where each value of the plan came from, by key: `file`, `inherited`, `override`, `default`.
  package var origins: [String: String]
  /// What was laid over the spec, as it was given: `section.key=value`.
  package var overrides: [String]
  /// The figures of the page; nil for all that apply.
  package var figures: [String]?
  /// Digests of the datasets by name; where variants have different ones of one name, the others by
  /// name and variant.
  package var datasets: [String: String]
  /// Digests of what was transferred, by the source's name in the spec.
  package var transfers: [String: String]
  /// The version of what the engine computes; another one may give other bits.
  package var resultVersion: Int
  package var resultDigest: String

  init(_ plan: Plan, resultVersion: Int, resultDigest: String) {
    experiment = plan.experiment.name
    title = plan.experiment.title
    description = plan.experiment.description
    origins = [:]
    datasets = [:]
    for variant in plan.variants {
      for setting in variant.settings where origins[setting.path] == nil {
        origins[setting.path] = setting.origin.rawValue
      }
      let (name, digest) = (variant.dataset.name, variant.dataset.digest)
      if let known = datasets[name], known != digest {
        datasets["\(name) of \(variant.name)"] = digest
      } else {
        datasets[name] = digest
      }
    }
    overrides = plan.overrides
    transfers = plan.transfers
    figures = plan.experiment.report.figures?.map(\.rawValue)
    self.resultVersion = resultVersion
    self.resultDigest = resultDigest
  }

  package init(parsing bytes: [UInt8], file: String) throws(BundleError) {
    let members = try JSONMembers(JSONValue(parsing: bytes, file: file), file: file)
    experiment = try members.text("experiment")
    title = try members.text("title")
    description = members.members["description"] == nil ? nil : try members.text("description")
    origins = try members.object("origins").texts()
    let has = { members.members[$0] != nil }
    overrides = has("overrides") ? try members.textList("overrides") : []
    figures = has("figures") ? try members.textList("figures") : nil
    transfers = has("transfers") ? try members.object("transfers").texts() : [:]
    datasets = try members.object("datasets").texts()
    resultVersion = try members.integer("result_version")
    resultDigest = try members.text("result_digest")
  }

  package var json: JSONValue {
    var members: [String: JSONValue] = [
      "experiment": .text(experiment), "title": .text(title),
      "origins": .object(origins.mapValues { .text($0) }),
      "datasets": .object(datasets.mapValues { .text($0) }),
      "result_version": .integer(resultVersion), "result_digest": .text(resultDigest),
    ]
    members["description"] = description.map { .text($0) }
    if !overrides.isEmpty { members["overrides"] = .list(overrides.map { .text($0) }) }
    members["figures"] = figures.map { .list($0.map { .text($0) }) }
    if !transfers.isEmpty { members["transfers"] = .object(transfers.mapValues { .text($0) }) }
    return .object(members)
  }
}
