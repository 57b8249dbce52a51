import HerdbookCharts

/// One page of all bundles, a card each: `index.html` in their folder.
package struct Gallery: Sendable {
  package struct Card: Sendable {
    /// The bundle's folder.
    let name: String
    let title: String
    /// What came out, in a few words.
    let headline: String
    let runs: Int
    let variants: Int
    let datasets: [String]

    package init(
      name: String, title: String, headline: String, runs: Int, variants: Int, datasets: [String]
    ) {
      self.name = name
      self.title = title
      self.headline = headline
      self.runs = runs
      self.variants = variants
      self.datasets = datasets
    }
  }

  /// In the order of the page.
  private let cards: [Card]

  package init(_ cards: [Card]) { self.cards = cards }

  package static let file = "index.html"

  /// By which such a page is known.
  private static let mark = "<meta name=\"generator\" content=\"Herdbook\">"

  /// Whether a file may be replaced by a gallery: it is one.
  package static func isGallery(_ old: [UInt8]) -> Bool {
    String(decoding: old.prefix(400), as: UTF8.self).contains(mark)
  }

  package var bytes: [UInt8] { Array(html.text.utf8) }

  private var html: HTML {
    document(
      title: "Results", meta: "\(HTML(verbatim: Gallery.mark))\n", style: Gallery.style,
      kind: "gallery",
      skippingTo: "the experiments",
      body: """
        <header class="hero">
        <p class="eyebrow">Herdbook <span aria-hidden="true">/</span> Results</p>
        <h1>What came of \(Words.plural(cards.count, "experiment"))?</h1>
        <p class="lede">A picture leads to the report of its experiment.</p>
        </header>
        <main id="main">
        <ul class="cards">
        \(cards.map(html).joined())</ul>
        </main>
        <footer>
        <p>Made by <code>herdbook report --all</code> from the bundles that stood in this folder then, and nothing \
        else; a run alone does not make it again. The same bundles give the same bytes.</p>
        </footer>

        """)
  }

  private func html(_ card: Card) -> HTML {
    let scope =
      [Words.plural(card.runs, "run")]
      + (card.variants > 1 ? [Words.plural(card.variants, "variant")] : []) + card.datasets
    let alternative =
      "Cover of \(card.name): its evolution tree, the fitness of its population and neurons of its champion"
    return """
      <li>
      <img src="\(card.name)/cover.svg" alt="\(alternative)" width="1200" height="630" loading="lazy">
      <h2><a href="\(card.name)/report.html">\(card.title)</a></h2>
      <p class="came">\(card.headline)</p>
      <p class="source"><code>\(card.name)</code>, \(scope.joined(separator: ", "))</p>
      </li>

      """
  }

  private static let style = """
    .gallery .hero,.gallery main,.gallery footer{max-width:1440px}
    .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,25rem),1fr));gap:56px 40px;
    list-style:none;margin:40px 0 0;padding:0}
    .cards li{position:relative;min-width:0}
    .cards img{display:block;width:100%;height:auto;border:1px solid var(--faint)}
    .cards h2{font-size:1.35rem;margin:16px 0 .3em}
    .cards h2 a{text-decoration:none}
    .cards h2 a::after{content:"";position:absolute;inset:0}
    .cards li:hover h2 a{color:var(--accent)}
    .cards p{margin:0 0 .2em}
    @media print{
    .cards{grid-template-columns:1fr 1fr;gap:24pt 18pt}
    .cards li{break-inside:avoid}
    .cards .source{display:block}
    }

    """
}
