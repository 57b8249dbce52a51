import HerdbookCharts
import HerdbookModel

/// The run in one picture, 1200 x 630, for places that show an image but no page.
struct Cover {
  let contents: BundleContents
  let data: BundleRun
  let matrix: NeuronMatrix?

  var svg: String {
    let plot = Plot(
      id: "cover", width: 1200, height: 630, title: contents.title, summary: summary,
      panels: headline + fan + tree + neurons)
    return plot.svg(standalone: true).markup
  }

  private var summary: String {
    let accuracy =
      data.testAccuracy.isFinite
      ? "test accuracy of the champion \(Words.share(data.testAccuracy, of: data.testImages)); "
      : ""
    return "\(accuracy)\(data.phylogeny.count) networks over "
      + "\(Int(data.generations.end)) generations. \(contents.isOfIndependent ? "Fitness" : "Evolution tree, fitness") of the "
      + "population, and neurons of the champion."
  }

  private var canvas: Frame { .pixels(width: 1200, height: 630) }

  private var headline: [Panel] {
    var marks: [any Mark] = []
    let size = textWidth(contents.title, size: 40) > 740 ? 28.0 : 40
    let lines = wrapped(contents.title, size: size, width: 740)
    for (index, line) in lines.enumerated() {
      marks.append(
        Label(
          line, x: 56, y: 84 + Double(index) * size * 1.2, size: size, bold: true,
          color: Palette.ink))
    }
    let y = 84 + Double(lines.count - 1) * size * 1.2 + 36
    marks.append(
      Label(
        "\(Words.plural(data.phylogeny.count, "network")), "
          + "\(Words.plural(Int(data.generations.end), "generation")), \(contents.dataset.name)",
        x: 56, y: y, size: 20))
    if data.testAccuracy.isFinite {
      marks.append(
        Label(
          Words.share(data.testAccuracy, of: data.testImages), x: 1144, y: 112, anchor: .end,
          size: 88, bold: true, color: Palette.accent))
      marks.append(
        Label(
          contents.runs.count > 1
            ? "test accuracy of run \(data.run.id)" : "test accuracy of the champion",
          x: 1144, y: 144, anchor: .end, size: 18))
    }
    return [Panel(canvas, marks)]
  }

  /// At most two lines; a longer title ends in an ellipsis.
  private func wrapped(_ title: String, size: Double, width: Double) -> [String] {
    let all = Words.lines(title, size: size, width: width)
    var lines = Array(all.prefix(2))
    if all.count > 2 { lines[1] += "…" }
    return lines.map { line in
      var line = line
      while textWidth(line, size: size) > width && line.count > 1 { line = line.dropLast(2) + "…" }
      return line
    }
  }

  private var fan: [Panel] {
    let frame = Frame(
      x: Scale(
        domain: data.generations.domain, from: 56, to: 470),
      y: Scale(
        domain: FitnessFan(contents: contents, data: data).domain, from: 560,
        to: contents.isOfIndependent ? 200 : 400))
    let panels = FitnessFan(contents: contents, data: data)
      .panels(in: frame, size: 14, title: "", labelled: false)
    return Array(panels.dropFirst()) + [
      Panel(
        frame,
        [
          Rule([.horizontal(frame.y.domain.lowerBound)], style: .line(Palette.line, width: 1)),
          Label(
            "fitness of the population", x: data.generations.domain.lowerBound,
            y: frame.y.domain.lowerBound, offset: (0, 26), size: 16),
        ])
    ]
  }

  private var tree: [Panel] {
    // Lines that never meet are no tree: fan and neurons have its room.
    if contents.isOfIndependent { return [] }
    let panels = EvolutionTree(data, survivors: 60, extinct: 220)
      .panels(left: 56, right: 1144, top: 180, bottom: 370, size: 14, decorated: false)
    return panels
  }

  private var neurons: [Panel] {
    guard let matrix else { return [] }
    let perRow = 8
    let (lines, room) = contents.isOfIndependent ? (4, 360.0) : (2, 160)
    let count = min(matrix.order.count, lines * perRow)
    let sheet = matrix.sheet(perRow: min(perRow, count), ownScale: false, count: count)
    let scale = min(632 / Double(sheet.width), room / Double(sheet.height))
    let width = Double(sheet.width) * scale
    let height = Double(sheet.height) * scale
    return [
      Panel(
        canvas,
        [
          Picture(sheet, x: 1144 - width...1144, y: 560 - height...560),
          Label(
            "what \(count) of its neurons learned", x: 1144, y: 586, anchor: .end, size: 16),
        ])
    ]
  }
}
