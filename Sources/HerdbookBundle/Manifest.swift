/// The digests of a bundle's files: `MANIFEST.sha256`, or `WEIGHTS.sha256` for recorded weights.
///
/// Lines are as `sha256sum -c` reads them, sorted by the bytes of the path.
package struct Manifest: Sendable, Equatable {
  package struct Entry: Sendable, Equatable, Codable {
    package var path: String
    /// SHA-256 in hex.
    package var digest: String
  }
  package static let path = "MANIFEST.sha256"
  package static let weightsPath = "WEIGHTS.sha256"

  package let entries: [Entry]

  /// A manifest of digests by path.
  init(_ digests: [String: String]) {
    entries = digests.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .map { Entry(path: $0, digest: digests[$0]!) }
  }

  package init(parsing bytes: [UInt8], file: String) throws(BundleError) {
    var digests: [String: String] = [:]
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw .malformed(file: file, place: "", problem: "is not UTF-8")
    }
    guard bytes.isEmpty || bytes.last == UInt8(ascii: "\n") else {
      throw .malformed(file: file, place: "", problem: "is cut: its last line has no end")
    }
    for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
      let digest = line.prefix(64)
      let path = String(decoding: line.dropFirst(66), as: UTF8.self)
      let isDigest =
        digest.count == 64
        && digest.allSatisfy {
          Decimal.isDigit($0) || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f"))
        }
      guard isDigest, line.dropFirst(64).starts(with: "  ".utf8),
        (try? BundlePath.check(path: path)) != nil,
        digests.updateValue(String(decoding: digest, as: UTF8.self), forKey: path) == nil
      else {
        throw .malformed(
          file: file, place: "line \(number + 1)",
          problem: "64 hexadecimal digits, two spaces and a path that is new belong here")
      }
    }
    self.init(digests)
  }

  package var bytes: [UInt8] { lines(of: entries) }

  /// The digest of what a run computed: SHA-256 over the manifest's lines without those of
  /// `report.html`, `cover.svg`, `provenance.json` and `spec/`.
  ///
  /// `plan.json`, which it covers, leaves out name, title, description, places and the origins of
  /// values (see `RecordedPlan`), so that neither a comment nor a nicer page changes it.
  package var resultDigest: String {
    sha256(lines(of: entries.filter { !Manifest.isBesideResult($0.path) }))
  }

  /// Whether the result digest leaves a file out.
  package static func isBesideResult(_ path: String) -> Bool {
    path == "report.html" || path == "cover.svg" || path == Provenance.path
      || path.hasPrefix("spec/")
  }

  /// Whether a file can be made again from the spec and the rest of the bundle, without a run.
  static func isRetold(_ path: String) -> Bool {
    isBesideResult(path) && path != Provenance.path
  }

  private func lines(of entries: [Entry]) -> [UInt8] {
    entries.flatMap { Array("\($0.digest)  \($0.path)\n".utf8) }
  }
}
