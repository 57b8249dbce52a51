import HerdbookCharts
import HerdbookModel
import HerdbookReport
import Testing

@Suite struct TreeTests {
  static let shapes: [SyntheticRun.Settings] = [
    .init(), .init(iterations: 40, crossover: 0, replacesWorst: true),
    .init(size: 1, iterations: 5),
    .init(size: 50, iterations: 30, seed: 9, fraction: 0.6), .init(size: 7, iterations: 0),
    .init(size: 16, iterations: 80, seed: 5, fraction: 0.9, elites: 4),
  ]

  private func data(_ settings: SyntheticRun.Settings) throws -> BundleRun {
    let contents = SyntheticBundle(settings: settings).contents
    return try BundleRun(contents.runs[0], in: contents)
  }

  @Test("lines of descent hold every individual once, in order of birth", arguments: shapes.indices)
  func partition(shape: Int) throws {
    let data = try data(Self.shapes[shape])
    let chains = Chains(
      data.phylogeny, champion: data.champion, end: Int(data.generations.end))
    let members = chains.chains.flatMap(\.members)
    #expect(members.sorted() == Array(0..<data.phylogeny.count))
    for chain in chains.chains {
      let births = chain.members.map { data.phylogeny.birth[$0] }
      #expect(births == births.sorted())
      #expect(chain.end >= chain.start)
    }
    #expect(chains.chains.filter(\.survives).count == data.phylogeny.survivors.count)
  }

  @Test("no two lines in one row live at one time", arguments: shapes.indices)
  func rows(shape: Int) throws {
    let data = try data(Self.shapes[shape])
    let chains = Chains(
      data.phylogeny, champion: data.champion, end: Int(data.generations.end))
    let kept = [Bool](repeating: true, count: chains.chains.count)
    let layout = TreeLayout(chains, kept: kept)
    #expect(layout.row.allSatisfy { (0..<layout.rowCount).contains($0) })
    var taken: Set<[Int]> = []
    for (index, chain) in chains.chains.enumerated() {
      for time in chain.start...chain.end {
        #expect(taken.insert([layout.row[index], time]).inserted)
      }
    }
  }

  @Test("a branch crosses no line on its way to its row", arguments: shapes.indices)
  func crossings(shape: Int) throws {
    let data = try data(Self.shapes[shape])
    let chains = Chains(
      data.phylogeny, champion: data.champion, end: Int(data.generations.end))
    let kept = [Bool](repeating: true, count: chains.chains.count)
    let layout = TreeLayout(chains, kept: kept)
    for (index, chain) in chains.chains.enumerated() {
      guard let origin = chain.origin else { continue }
      let from = layout.row[origin]
      let to = layout.row[index]
      for (other, line) in chains.chains.enumerated() where other != index && other != origin {
        let between = layout.row[other] > min(from, to) && layout.row[other] < max(from, to)
        // A line that spans both the generation before the birth and the birth would be cut.
        #expect(!(between && line.start < chain.start && line.end >= chain.start))
      }
    }
  }

  @Test("thinning keeps within its limits, the champion's line and all that lines hang on")
  func selection() throws {
    let data = try data(.init(size: 60, iterations: 60, seed: 3, fraction: 0.5))
    let chains = Chains(
      data.phylogeny, champion: data.champion, end: Int(data.generations.end))
    let selection = chains.selection(survivors: 10, extinct: 30)
    let kept = chains.chains.indices.filter { selection.isKept[$0] }
    #expect(kept.contains { chains.chains[$0].holdsChampion })
    for index in kept {
      if let origin = chains.chains[index].origin { #expect(selection.isKept[origin]) }
    }
    let founders = chains.chains.filter { $0.origin == nil }.count
    #expect(kept.count <= 10 + 30 + founders + 10)
    #expect(
      selection.extinctLeftOut + selection.survivorsLeftOut + kept.count == chains.chains.count)
  }

  @Test("the common ancestor is the last one on every survivor's line", arguments: shapes.indices)
  func ancestor(shape: Int) throws {
    let phylogeny = try data(Self.shapes[shape]).phylogeny
    let lines = phylogeny.survivors.map { phylogeny.lineage(of: $0) }
    let shared = lines.dropFirst().reduce(Set(lines[0])) { $0.intersection($1) }
    guard lines.count > 1, let last = shared.max() else {
      #expect(phylogeny.commonAncestor == nil)
      return
    }
    let ancestor = try #require(phylogeny.commonAncestor)
    #expect(ancestor.position == last)
    // At its parting every line goes through it; one generation later some do not.
    func members(_ time: Int) -> Set<Int> {
      Set(lines.map { line in line.last { phylogeny.birth[$0] <= time } ?? -1 })
    }
    #expect(members(ancestor.parting) == [last])
    #expect(members(ancestor.parting + 1).count > 1)
  }

  @Test("time ascends along its axis from 0 to 1, stretched or not")
  func time() {
    for axis in [
      TimeAxis(end: 200, founding: 4, ancestor: 195), TimeAxis(end: 40, founding: 30, ancestor: 2),
      TimeAxis(end: 0, founding: nil, ancestor: nil), TimeAxis(end: 10, founding: 1, ancestor: 10),
    ] {
      let places = stride(from: 0, through: axis.end, by: 1).map { axis($0) }
      #expect(places.first == 0 && (places[places.count - 1] - 1).magnitude < 1e-12)
      #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
      let ticks = axis.ticks(width: 800)
      #expect(ticks.first == 0 && ticks.last == axis.end)
    }
  }

  private func tree(_ bundle: SyntheticBundle) throws -> EvolutionTree {
    let contents = bundle.contents
    let data = try BundleRun(contents.runs[0], in: contents)
    return EvolutionTree(data, NeuronMatrix(contents, data))
  }

  @Test(
    "above the tree stand the tiles of the champion's line, each with a ring on it but the last")
  func tiles() throws {
    let tree = try tree(Cases.genetic)
    let (wide, narrow) = (tree.picture(.wide), tree.picture(.narrow))
    #expect(wide.sprites.count == 2 && narrow.sprites.count == 1)
    for picture in [wide, narrow] {
      let dots = picture.plot.panels.flatMap(\.marks).compactMap { $0 as? Dots }
      let rings = try #require(
        dots.first { $0.style.stroke == .theme(Palette.accent) && $0.radius == 4 })
      #expect(rings.x.count == 5 && rings.x[0] == 0 && rings.x == rings.x.sorted())
      // All lie on the thick line, whose end is the champion's.
      let end = try #require(dots.first { $0.x == [1] })
      #expect(rings.y.last == end.y[0] || Set(rings.y).count > 1)
      let labels = picture.plot.panels.flatMap(\.marks).compactMap { ($0 as? Label)?.text }
      #expect(["40", "80", "120", "160", "200"].allSatisfy(labels.contains))
    }
    let text = MarkupReader(try #require(tree.figure).html.text).text
    #expect(text.contains(#/the weights into units [01] and [01] of the first layer/#))
    #expect(text.contains("computed again from the seed"))
  }

  @Test(
    "generations on the axis are whole ones, each once",
    arguments: ["one-step", "all-diverged", "genetic"])
  func ticks(name: String) throws {
    let tree = try tree(Cases.named(name))
    for layout in [Layout.wide, .narrow] {
      let axes = tree.picture(layout).plot.panels.flatMap(\.marks).compactMap { $0 as? Axis }
      let labels = try #require(axes.first?.labels)
      #expect(Set(labels).count == labels.count && labels.count >= 2, "\(labels)")
    }
  }

  @Test(
    "where nobody lived again the founder and the champion stand alone; without both there are no tiles"
  )
  func fewTiles() throws {
    var bundle = Cases.genetic
    bundle.keepsLine = false
    let ends = try tree(bundle)
    #expect(
      MarkupReader(try #require(ends.figure).html.text).text.contains(
        "in its founder and in it, as for those between"))
    #expect(ends.card != nil)
    bundle.missing = ["runs/main-0/figures/line.safetensors"]
    let none = try tree(bundle)
    #expect(none.picture(.wide).sprites.isEmpty && none.figure != nil && none.card == nil)
    #expect(try tree(Cases.named("no-plane")).picture(.wide).sprites.isEmpty)
  }
}
