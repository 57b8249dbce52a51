import ArgumentParser
import HerdbookAnalysis
import HerdbookBundle
import HerdbookData
import HerdbookModel
import HerdbookSpec

struct DiffCommand: ParsableCommand {
  /// For whom the difference is written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
    /// Markdown, for a pull request.
    case md
    /// A page with pictures of both, for a browser.
    case html
  }

  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two bundles: what made them, and what came of it.",
    discussion: """
      A bundle is named by its experiment, by the path of its folder, or as NAME@REVISION: \
      as it was committed to git then. Only what differs is told, cause (spec, inputs, engine) \
      before effect (outcome, populations, convergence, lineage, diversity, distributions, \
      weights). The exit status is 0 where the results are the same within the tolerance, and 1 \
      where they differ. With several tolerances, numbers that one of them allows are the same.

      EXAMPLES:
        herdbook diff sweet-spot sweet-spot@main
        herdbook diff quickstart other --stat
        herdbook diff sweet-spot@v1 sweet-spot --metrics --abs 0.002
        herdbook diff first second --format md --output diff.md
        herdbook diff first second --format html --output diff.html
      """)

  @Argument(
    help: ArgumentHelp("The bundle to compare from.", valueName: "first"), completion: .experiments)
  var first: String
  @Argument(
    help: ArgumentHelp("The bundle to compare to.", valueName: "second"), completion: .experiments)
  var second: String
  @Flag(help: "Only the outcomes of runs; the exit status is of them alone.") var metrics = false
  @Flag(help: "One line an aspect, with the number of differences.") var stat = false
  @Option(
    name: .customLong("abs"),
    help: ArgumentHelp("Numbers that differ by no more are the same.", valueName: "x"))
  var absolute: Double?
  @Option(
    name: .customLong("rel"),
    help: ArgumentHelp(
      "Numbers that differ by no more than this share of the larger one are the same.",
      valueName: "x"))
  var relative: Double?
  @Option(
    help: ArgumentHelp(
      "Numbers that are no more than this many binary32 numbers apart are the same; whole numbers are exact.",
      valueName: "n"))
  var ulp: UInt32?
  @Option(help: "For whom: text, json, md (Markdown) or html (a page with pictures of both).")
  var format = Format.text
  @OptionGroup var outputOptions: OutputOptions
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var threadOptions: ThreadOptions

  func validate() throws {
    if metrics && stat { throw ValidationError("choose one of --metrics and --stat") }
    if format == .html && (metrics || stat) {
      throw ValidationError("--format html tells all; it goes with neither --metrics nor --stat")
    }
    for (name, value) in [("--abs", absolute), ("--rel", relative)] {
      guard let value else { continue }
      guard value.isFinite, value >= 0 else {
        throw ValidationError("\(name) is \(value); it is a number from 0")
      }
    }
  }

  private var scope: DifferenceScope { metrics ? .metrics : stat ? .stat : .all }

  func run() throws {
    let named = [(first, BundleArgument(first)), (second, BundleArgument(second))]
    let scratch = named.contains { $0.1.isCommitted } ? try ScratchFolder() : nil
    defer { try? scratch?.remove() }
    let bundles = try named.enumerated().map { place, named in
      try named.1.open(projectOptions, in: "\(scratch?.path ?? "")/\(place)")
    }
    let difference: BundleDifference
    let recorded: [RecordedBundle]
    do throws(BundleError) {
      recorded = [
        try RecordedBundle(bundles[0], named: first), try RecordedBundle(bundles[1], named: second),
      ]
      difference = try compare(recorded[0], recorded[1])
    } catch {
      // As they were named, which need not be where they lie.
      throw error.failure.calling(bundles[0], first).calling(bundles[1], second)
    }
    try outputOptions.put(written(difference, recorded))
    guard difference.isSame(scope) else {
      throw Failure(.different, "\(first) and \(second) differ")
    }
  }

  private func compare(
    _ before: RecordedBundle, _ after: RecordedBundle
  ) throws(BundleError) -> BundleDifference {
    let project = try? projectOptions.project()
    let examiner = ChampionExaminer(
      first: before, second: after, project: project,
      places: project?.places(data: dataOptions.data)
        ?? DataPlaces(
          folders: Path.dataFolders(option: dataOptions.data, project: nil), cache: Path.userCache),
      threads: threadOptions.count)
    return try BundleDifference(
      before, after, tolerance: Tolerance(absolute: absolute, relative: relative, ulps: ulp),
      threads: threadOptions.count,
      examine: { runs in scope == .all ? examiner.compare(runs) : .none })
  }

  private func written(
    _ difference: BundleDifference, _ bundles: [RecordedBundle]
  ) throws -> String {
    switch format {
    case .text: difference.text(scope)
    case .json: String(decoding: difference.json(scope).document, as: UTF8.self)
    case .md: difference.markdown(scope)
    case .html:
      try difference.page(bundles[0], bundles[1], threads: threadOptions.count)
    }
  }
}
