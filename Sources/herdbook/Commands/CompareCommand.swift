import ArgumentParser
import HerdbookAnalysis
import HerdbookBundle
import HerdbookModel
import HerdbookSpec

struct CompareCommand: ParsableCommand {
  /// For whom the table is written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
    /// Markdown.
    case md
    case csv
    /// A page, for a browser.
    case html
  }

  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Put bundles, and the variants in them, into one table.",
    discussion: """
      One row a variant: medians over its runs, from five runs on with the bootstrap interval. \
      With --baseline, each row is held against that one, run by run under the same seed, as \
      variants.csv does. Columns are those of summary.csv.

      EXAMPLES:
        herdbook compare quickstart sweet-spot
        herdbook compare selection-pays --baseline selection-pays/selection
        herdbook compare a b old/Results/b --columns test-accuracy,steps --sort steps
        herdbook compare a b --format md --output comparison.md
        herdbook compare a b --format html --output comparison.html
      """)

  /// Those of them that some bundle has are shown unless others are asked for.
  private static let usualColumns = [
    "test-accuracy", "validation-accuracy", "evaluations", "images", "steps", "target-steps",
  ]

  @Argument(
    help: ArgumentHelp("Bundles by name, or their folders by path.", valueName: "name"),
    completion: .experiments)
  var names: [String]
  @Option(
    help: ArgumentHelp(
      "The columns, with commas between; else accuracies and what they cost.", valueName: "names"))
  var columns: String?
  @Option(help: ArgumentHelp("The column to rank by; the first unless given.", valueName: "column"))
  var sort: String?
  @Flag(help: "The last one first.") var reverse = false
  @Option(
    help: ArgumentHelp(
      "The row that the others are held against; of a bundle, its own baseline.",
      valueName: "name[/variant]"))
  var baseline: String?
  @Option(help: "For whom: text, json, md (Markdown), csv or html (a page).") var format = Format
    .text
  @OptionGroup var outputOptions: OutputOptions
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var threadOptions: ThreadOptions

  func run() throws {
    let contenders = try read()
    let known = contenders.reduce(into: Set<String>()) { $0.formUnion($1.values.keys) }
    func check(_ column: String) throws(Failure) -> String {
      if known.contains(column) { return column }
      let near = nearestName(to: column, among: known.sorted()).map { "did you mean '\($0)'?" }
      throw Failure(
        .usage,
        "error: no bundle has a column '\(column)'; "
          + (near ?? "there are \(known.sorted().joined(separator: ", "))"))
    }
    var shown: [String] = []
    for name in columns?.split(separator: ",").map({ String($0.filter { $0 != " " }) })
      ?? CompareCommand.usualColumns.filter(known.contains)
    {
      let column = try check(name)
      if !shown.contains(column) { shown.append(column) }
    }
    guard let ranking = try sort.map(check) ?? shown.first else {
      throw Failure(.usage, "error: --columns names no column")
    }
    if !shown.contains(ranking) { shown.append(ranking) }
    let contest = Contest(
      contenders, columns: shown, ranking: ranking,
      baseline: try baseline.map { try place(of: $0, among: contenders) }, isReversed: reverse,
      threads: threadOptions.count)
    // The text says it itself.
    if format != .text || outputOptions.output != nil {
      for warning in contest.warnings { Terminal.say("warning: \(warning)") }
    }
    switch format {
    case .text: try outputOptions.put(contest.text)
    case .md: try outputOptions.put(contest.markdown)
    case .html: try outputOptions.put(contest.html)
    case .csv: try outputOptions.put(String(decoding: contest.table.csv, as: UTF8.self))
    case .json: try outputOptions.put(String(decoding: contest.document.document, as: UTF8.self))
    }
  }

  /// The variants of all bundles that were named, each bundle once.
  private func read() throws -> [Contender] {
    var contenders: [Contender] = []
    var folders: Set<String> = []
    for name in names {
      let named = try NamedBundle(name, in: projectOptions.project)
      guard folders.insert(Path.resolved(named.bundle.folder)).inserted else { continue }
      do throws(BundleError) {
        contenders += try named.bundle.contenders(called: named.label)
      } catch {
        throw error.failure.calling(named.bundle, named.label)
      }
    }
    return contenders
  }

  /// The contender that a text names: a variant of a bundle, or what its bundle holds others against.
  private func place(of text: String, among contenders: [Contender]) throws(Failure) -> Int {
    let found =
      contenders.firstIndex { "\($0.bundle)/\($0.variant)" == text }
      ?? contenders.firstIndex { $0.bundle == text && $0.isBaseline }
    if let found { return found }
    let all = contenders.map(\.name)
    let near = nearestName(to: text, among: all).map { "did you mean '\($0)'?" }
    throw Failure(
      .noInput,
      "error: no row is called '\(text)'; " + (near ?? "there are \(Words.some(all))"))
  }
}
