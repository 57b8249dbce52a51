package import HerdbookCharts
import HerdbookModel

/// F9: directed search or random walk?
package struct PathFigure {
  private let data: BundleRun

  package init(_ data: BundleRun) { self.data = data }

  package var figure: Figure? {
    guard let path = data.path, !path.shares.isEmpty else { return nil }
    return Figure(
      id: "f9", short: "Path", question: "A directed search, or a random walk?",
      finding: finding(path), body: Layout.drawn { plot($0, path) }, notes: notes(path),
      tables: [table(path)], budget: 60_000)
  }

  /// The picture; nil where there is no path.
  package func drawn(_ layout: Layout) -> Plot? { data.path.map { plot(layout, $0) } }

  private func ancestors(_ path: BundleRun.Path) -> [BundleRun.Path.Point] {
    path.points.filter(\.isAncestor)
  }

  private func finding(_ path: BundleRun.Path) -> HTML {
    let (share, walk) = (path.shares[0], path.walkShares[0])
    let verdict: HTML =
      share > walk + 0.05
      ? "more of one direction than chance gives"
      : share < walk - 0.05
        ? "less of one direction than chance gives" : "by this the two cannot be told apart"
    return """
      One component holds \(Words.percent(share, decimals: 0)) of the variance of the champion’s ancestral line, and of a random walk of \
      as many points \(Words.percent(walk, decimals: 0)): \(verdict).
      """
  }

  private func notes(_ path: BundleRun.Path) -> HTML {
    let count = ancestors(path).count
    let members = path.points.count - count
    return """
      Principal components of the weights of the champion and its ancestors along main parents, \(Words.plural(count, "snapshot")) at \
      even distances; hidden units are not matched, since they are inherited in their order. Dots: \
      \(Words.plural(members, "network")) of the first population (hollow) and of the last (filled), laid on the same components. Both axes \
      have one scale. Weights were projected onto 1,024 seeded sums, which keep distances within about 4 %. The null is a walk with independent steps in many \
      dimensions, whose path looks like an arc, although nothing steers it.
      """
  }

  private func table(_ path: BundleRun.Path) -> NumberTable {
    NumberTable(
      caption: "The numbers, shares of variance",
      header: ["component", "this path", "random walk"],
      rows: path.shares.indices.map { row in
        [
          "\(row + 1)", Words.percent(path.shares[row]), Words.percent(path.walkShares[row]),
        ]
      }, source: "runs/\(data.run.id)/figures/path.csv, figures/components.csv")
  }

  private func plot(_ layout: Layout, _ path: BundleRun.Path) -> Plot {
    let size = layout.isNarrow ? 11.0 : 13
    let (width, height) = layout.isNarrow ? (284.0, 250.0) : (500.0, 340.0)
    let (left, top) = (50.0, 40.0)
    let frame = Frame.ofOneUnit(
      path.points.map(\.first), path.points.map(\.second), left: left, top: top, width: width,
      height: height)
    let shares =
      layout.isNarrow
      ? (left: left, right: layout.width - 16, top: top + height + 100, height: 120.0)
      : (left: left + width + 76, right: layout.width - 16, top: top, height: 200.0)
    return Plot(
      id: "f9\(layout.suffix)", width: layout.width,
      height: layout.isNarrow ? shares.top + shares.height + 50 : top + height + 50,
      title: "The champion’s ancestral line through weight space along its principal components",
      summary: finding(path).words, panels: scatter(path, frame, size) + scree(path, shares, size))
  }

  private func scatter(_ path: BundleRun.Path, _ frame: Frame, _ size: Double) -> [Panel] {
    let ancestors = ancestors(path)
    let members = path.points.filter { !$0.isAncestor }
    let first = ancestors[0].generation
    let (begin, end) = (ancestors[0], ancestors[ancestors.count - 1])
    let founders = members.filter { $0.generation == first }
    let last = members.filter { $0.generation != first }
    let title = { (component: Int) in
      "component \(component), \(Words.percent(path.shares[component - 1], decimals: 0))"
    }
    var marks: [any Mark] = [
      Axis(.left, title: path.shares.count > 1 ? title(2) : "", grid: true, size: size),
      Axis(.bottom, title: title(1), grid: true, size: size),
      Dots(
        x: founders.map(\.first), y: founders.map(\.second), radius: 2.5,
        style: .line(Palette.null, width: 1.25)),
      Dots(
        x: last.map(\.first), y: last.map(\.second), radius: 2.5,
        style: .fill(Palette.herd, opacity: 0.6)),
      Line(
        x: ancestors.map(\.first), y: ancestors.map(\.second),
        style: .line(Palette.accent, width: 1.75)),
      Dots(
        x: [begin.first, end.first], y: [begin.second, end.second], radius: 4,
        style: .fill(Palette.accent)),
    ]
    for (point, name) in [(begin, "founder"), (end, "champion")] {
      let isRight = frame.x(point.first) > (frame.left + frame.right) / 2
      marks.append(
        Label(
          name, x: point.first, y: point.second, offset: (isRight ? -9 : 9, -8),
          anchor: isRight ? .end : .start, size: size, bold: true, color: Palette.accent, halo: true
        ))
    }
    return [Panel(frame, marks)]
  }

  /// Shares as bars, with those of a random walk as ticks across them.
  private func scree(
    _ path: BundleRun.Path, _ place: (left: Double, right: Double, top: Double, height: Double),
    _ size: Double
  ) -> [Panel] {
    let count = Double(path.shares.count)
    let top = max(path.shares.max() ?? 1, path.walkShares.max() ?? 1) * 1.05
    let frame = Frame(
      x: Scale(domain: 0.5...count + 0.5, from: place.left, to: place.right),
      y: Scale(domain: 0...top, from: place.top + place.height, to: place.top))
    let walk = path.walkShares.enumerated().map { index, share -> Rule.Place in
      .horizontal(share, Double(index) + 0.58...Double(index) + 1.42)
    }
    return [
      Panel(
        frame,
        [
          Axis(.left, grid: true, size: size),
          Axis(
            .bottom, ticks: (1...path.shares.count).map(Double.init), title: "component",
            size: size),
          Label(
            "share of variance", x: 0.5, y: top, offset: (0, -12), size: size, bold: true,
            color: Palette.ink),
          Rectangles(
            path.shares.enumerated().map { index, share in
              .init(x: Double(index) + 0.7...Double(index) + 1.3, y: 0...share)
            }, style: .fill(Palette.accent)),
          Rule(walk, style: .line(Palette.ink, width: 2)),
          Label(
            "random walk", x: min(count, 2) + 0.45,
            y: path.walkShares[min(1, path.walkShares.count - 1)],
            offset: (2, -6), size: size, color: Palette.ink, halo: true),
        ])
    ]
  }
}
