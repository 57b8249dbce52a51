import HerdbookModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why the last attempt at a run failed that is executed by itself.
package struct UnitFailure: Sendable, Equatable {
  /// What the program told its caller.
  package var status: Int
  /// What it told people.
  package var message: String
  /// When it ended: ISO 8601, in UTC.
  package var ended: String
  package var host: String

  package init(status: Int, message: String, ended: String, host: String) {
    self.status = status
    self.message = message
    self.ended = ended
    self.host = host
  }

  /// The first line of what it told people.
  package var firstLine: String {
    message.split(separator: "\n").first.map(String.init) ?? ""
  }

  fileprivate var document: [UInt8] {
    JSONValue.object([
      "status": .integer(status), "message": .text(message), "ended": .text(ended),
      "host": .text(host),
    ]).document
  }

  fileprivate init(parsing bytes: [UInt8], file: String) throws(BundleError) {
    let members = try JSONMembers(JSONValue(parsing: bytes, file: file), file: file)
    self.init(
      status: try members.integer("status"), message: try members.text("message"),
      ended: try members.text("ended"), host: try members.text("host"))
  }
}

/// Of the bundles of single runs, by the id of the run: see `Results.units(of:)`.
extension Results {
  var failures: String { "\(folder)/.failed" }

  private func failure(of run: String) -> String { "\(failures)/\(run).json" }

  /// Remembers why an attempt at a run failed.
  package func remember(_ failure: UnitFailure, of run: String) throws(BundleError) {
    try files.createFolders(failures)
    try files.writeWhole(failure.document, to: self.failure(of: run))
  }

  /// Forgets an attempt that failed, as another is made.
  package func forgetFailure(of run: String) throws(BundleError) {
    do {
      try files.removeFile(failure(of: run))
    } catch  where error.code == ENOENT {
      return
    }
    try? files.removeFolder(failures)
  }

  /// Why the last attempt at a run failed; nil where none did. One that cannot be read says so.
  package func rememberedFailure(of run: String) throws(BundleError) -> UnitFailure? {
    let file = failure(of: run)
    do {
      return try UnitFailure(parsing: files.read(file, limit: 1 << 20), file: file)
    } catch  where error.code == ENOENT {
      return nil
    } catch .malformed(let file, let place, let problem) {
      let error = BundleError.malformed(file: file, place: place, problem: problem)
      return UnitFailure(status: 0, message: error.description, ended: "", host: "")
    }
  }
}
