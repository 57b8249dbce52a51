import HerdbookCharts
import HerdbookModel

/// One HTML file: what ran and what came out, then a figure for each question.
struct Page {
  let contents: BundleContents
  let data: BundleRun
  let shown: ShownRun
  /// All runs, where the bundle holds several.
  let runs: NumberTable?
  /// In their order.
  let figures: [Figure]

  var verdict: Verdict { Verdict(contents: contents, data: data, shown: shown) }

  var html: HTML {
    let links = figures.map { "<li><a href=\"#\($0.id)\">\($0.short)</a></li>" as HTML }.joined()
    // What is about all runs comes before what is about one; a zoo is about the networks of one, and comes first.
    let all = [DiagnosisFigure.id, VariantsFigure.id, CoursesFigure.id]
    let ofZoo = figures.filter { Page.zoo.contains($0.id) }.map(\.html).joined()
    let ofAll = figures.filter { all.contains($0.id) }.map(\.html).joined()
    let ofOne = figures.filter { !(all + Page.zoo).contains($0.id) }.map(\.html).joined()
    let sections =
      ofZoo.text.isEmpty ? ofAll + runsSection + ofOne : runsSection + ofZoo + ofAll + ofOne
    return document(
      title: contents.title,
      body: """
        \(verdict.html)<nav aria-label="Figures"><ul>
        <li><a href="#f0">Verdict</a></li>\(links)<li><a href="#made">Settings</a></li>
        </ul></nav>
        <main id="main">
        \(sections)\(settings)</main>
        <footer>
        <p>\(footer)</p>
        </footer>

        """)
  }

  private static let zoo = (22...29).map { "f\($0)" }

  private var runsSection: HTML {
    guard let runs, let sentence = shown.sentence else { return "" }
    return """
      <section class="figure" id="runs" aria-labelledby="runs-h">
      <h2 id="runs-h">Which run is this?</h2>
      <p class="finding">\(sentence)</p>
      \(runs.html(of: "runs", number: 1))</section>

      """
  }

  /// What was asked for: keys that somebody wrote first, defaults folded away.
  private var settings: HTML {
    func row(_ setting: Plan.Setting) -> HTML {
      "<tr><th scope=\"row\"><code>\(setting.path)</code></th><td>\(Page.text(setting.value))</td></tr>\n"
    }
    func table(_ settings: [Plan.Setting], _ caption: String) -> HTML {
      """
      <div class="scroll" role="region" tabindex="0" aria-label="\(caption)">
      <table><thead><tr><th scope="col">key</th><th scope="col">value</th></tr></thead>
      <tbody>
      \(settings.map(row).joined())</tbody></table>
      </div>

      """
    }
    let hidden: Set<String> = ["title", "description", "herdbook"]
    let shown = contents.settings.filter { !hidden.contains($0.path) }
    let given = shown.filter { $0.origin != .default }
    let defaults = shown.filter { $0.origin == .default }
    var out: HTML = """
      <section class="figure" id="made" aria-labelledby="made-h">
      <h2 id="made-h">What was asked for?</h2>
      <p class="finding">\(Words.plural(given.count, "key")) of the spec were given, \
      \(defaults.count) have their default. The seed of this run is \
      <code>\(String(data.run.seed))</code>.\(arrangement)</p>

      """
    if !given.isEmpty { out += table(given, "Keys that were given") }
    if !defaults.isEmpty {
      out += "<details><summary>Keys with their default</summary>\n"
      out += table(defaults, "Keys with their default")
      out += "</details>\n"
    }
    return out + "</section>\n"
  }

  /// By which rule the page of a zoo has its figures.
  private var arrangement: HTML {
    guard contents.isZoo, contents.figures == nil else { return "" }
    let descent: HTML =
      contents.isSelecting
      ? "descent is drawn as ever" : "nobody is selected, so that there is no descent to draw"
    return """
       This is the page of a zoo (<code>record.zoo</code>): first what is about all its networks, then of the usual figures those about the run as a \
      whole and its champion; \(descent). Figures that draw single networks of a population are left out; \
      <code>report.figures</code> names others.
      """
  }

  private var footer: HTML {
    let name = contents.name
    return """
      Made by Herdbook from the tables of the bundle <code>\(name)</code>, run \
      <code>\(data.run.id)</code>, and nothing else. The same spec gives the same bytes. \
      <code>sha256sum -c MANIFEST.sha256</code> checks the files.
      """
  }

  /// A value as the spec would write it.
  static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "none"
    case .boolean(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    case .unsigned(let number): String(number)
    case .real(let number):
      number == number.rounded() && number.magnitude < 1e15
        ? String(Int(number)) : String(number)
    case .text(let text): text
    case .list(let list): "[" + list.map(text).joined(separator: ", ") + "]"
    case .object(let members):
      "{"
        + members.keys.sorted().map { "\($0): \(text(members[$0] ?? .null))" }
        .joined(separator: ", ") + "}"
    }
  }
}
