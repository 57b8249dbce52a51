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
  /// Digests of the datasets by name.
  package var datasets: [String: String]
  /// The version of what the engine computes; another one may give other bits.
  package var resultVersion: Int
  package var resultDigest: String

  init(_ plan: Plan, resultVersion: Int, resultDigest: String) {
    experiment = plan.experiment.name
    title = plan.experiment.title
    description = plan.experiment.description
    origins = [:]
    for setting in plan.settings { origins[setting.path] = setting.origin.rawValue }
    datasets = [plan.dataset.name: plan.dataset.digest]
    self.resultVersion = resultVersion
    self.resultDigest = resultDigest
  }

  package init(parsing bytes: [UInt8], file: String) throws(BundleError) {
    let members = try JSONMembers(JSONValue(parsing: bytes, file: file), file: file)
    experiment = try members.text("experiment")
    title = try members.text("title")
    description = members.members["description"] == nil ? nil : try members.text("description")
    origins = try members.object("origins").texts()
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
    return .object(members)
  }
}
