import HerdbookCharts
import HerdbookModel

/// F17: what does the network see, and where does it err?
package struct DataFigure {
  package let contents: BundleContents
  package let data: BundleRun

  package init(_ contents: BundleContents, _ data: BundleRun) {
    self.contents = contents
    self.data = data
  }

  package var figure: Figure? {
    guard data.samples != nil || !data.confusion.isEmpty else { return nil }
    return Figure(
      id: "f17", short: "Data", question: "What does the network see, and where does it err?",
      finding: finding, body: body, notes: notes,
      tables: data.confusion.isEmpty ? [] : [table], budget: 130_000)
  }

  private var total: Int { data.confusion.joined().reduce(0, +) }

  private var worst: (truth: Int, predicted: Int, count: Int)? {
    var out: (truth: Int, predicted: Int, count: Int)?
    for (truth, row) in data.confusion.enumerated() {
      for (predicted, count) in row.enumerated() where truth != predicted {
        if count > out?.count ?? 0 { out = (truth, predicted, count) }
      }
    }
    return out
  }

  private var finding: HTML {
    guard total > 0 else { return "A sample of the training images of each class." }
    let right = data.confusion.indices.reduce(0) { $0 + data.confusion[$1][$1] }
    let lead: HTML = """
      \(Decimal.grouped(right)) of \(Decimal.grouped(total)) test images are read correctly
      """
    guard let worst else { return "\(lead); there is no mistake." }
    return """
      \(lead); the most frequent mistake, made \(Words.plural(worst.count, "time")), reads \
      \(Self.article(contents.name(ofClass: worst.truth))) as \(Self.article(contents.name(ofClass: worst.predicted))).
      """
  }

  private static func article(_ digit: Int) -> String { digit == 8 ? "an 8" : "a \(digit)" }

  private var notes: HTML {
    let dataset = contents.dataset
    var text: HTML = """
      \(dataset.name): \(Decimal.grouped(dataset.training)) training, \
      \(Decimal.grouped(dataset.validation)) validation and \(Decimal.grouped(dataset.test)) test \
      images of \(dataset.rows) × \(dataset.columns) pixels, \(dataset.classes) classes.
      """
    if data.samples != nil { text += " Samples are training images, up to ten of each class." }
    if contents.setting("dataset.shuffle-labels") == .boolean(true) {
      text +=
        " Labels are shuffled, but for those of the test images: samples stand beside labels of others."
    }
    if total > 0 {
      text += """
         The confusion matrix is the champion’s on the test images, which selection never saw; the \
        depth of a cell is its share of the row, mistakes on a scale of their own.
        """
    }
    if data.mistakes != nil {
      text += " Worst mistakes: those with the highest probability for the wrong class."
    }
    return text
  }

  private var table: NumberTable {
    NumberTable(
      caption: "The numbers, by class",
      header: ["class", "test images", "read correctly", "recall", "precision"],
      rows: data.confusion.indices.map { index in
        let row = data.confusion[index].reduce(0, +)
        let column = data.confusion.reduce(0) { $0 + $1[index] }
        let right = data.confusion[index][index]
        return [
          "\(contents.name(ofClass: index))", Decimal.grouped(row), Decimal.grouped(right),
          row > 0 ? Decimal.fixed(Double(right) / Double(row), decimals: 3) : "n/a",
          column > 0 ? Decimal.fixed(Double(right) / Double(column), decimals: 3) : "n/a",
        ]
      }, source: "runs/\(data.run.id)/figures/confusion.csv")
  }

  private var body: Drawing {
    var out: HTML = "<div class=\"pair\">\n"
    var pictures: [Plot] = []
    if let samples = data.samples {
      out += sampleGrid(samples)
      if let picture = picture(of: samples) { pictures.append(picture) }
    }
    if total > 0 {
      let plot = confusionPlot
      out += "<div>\n<h3>Confusion matrix</h3>\n\(HTML(plot.svg()))</div>\n"
      pictures.append(plot)
    }
    out += "</div>\n"
    if let mistakes = data.mistakes {
      out += mistakeStrip(mistakes)
      if let picture = picture(of: mistakes) { pictures.append(picture) }
    }
    return Drawing(out, pictures: pictures)
  }

  /// The grid for a file: a row a class.
  private func picture(of samples: BundleRun.Samples) -> Plot? {
    guard let image = PNG(file: samples.picture) else { return nil }
    let classes = Set(samples.label).sorted()
    let (left, top, width) = (24.0, 34.0, 380.0)
    let height = top + (width - left) * Double(image.height) / Double(image.width)
    let pitch = (height - top) / Double(max(1, classes.count))
    let size = min(12, pitch)
    let names = classes.enumerated().map { row, name in
      Label(
        "\(contents.name(ofClass: name))", x: left - 8,
        y: top + (Double(row) + 0.5) * pitch + size * 0.35, anchor: .end,
        size: size)
    }
    return Plot(
      id: "f17-samples", width: width, height: height, title: "Samples",
      summary: "Training images, a row a class.",
      panels: [
        Panel(
          .pixels(width: width, height: height),
          [
            Label("Samples", x: left, y: 14, size: 13, bold: true, color: Palette.ink),
            Picture(image, x: left...width, y: top...height, isInk: true),
          ] + names)
      ])
  }

  private func picture(of mistakes: BundleRun.Mistakes) -> Plot? {
    TileRows(
      id: "f17-mistakes", title: "Worst mistakes",
      summary: "Test images that the champion reads as another class, the surest first.",
      strip: mistakes.strip,
      words: mistakes.truth.indices.map { index in
        [
          "\(contents.name(ofClass: mistakes.truth[index])) read as "
            + "\(contents.name(ofClass: mistakes.predicted[index]))",
          Decimal.fixed(mistakes.probability[index], decimals: 3),
        ]
      }
    ).plot
  }

  private func sampleGrid(_ samples: BundleRun.Samples) -> HTML {
    let classes = Set(samples.label).sorted().map(contents.name(ofClass:))
    let uri = "data:image/png;base64," + base64(samples.picture)
    let names = classes.map { "<li>\($0)</li>" as HTML }.joined()
    return """
      <div>
      <h3>Samples</h3>
      <div class="samples">
      <ol aria-hidden="true">\(names)</ol>
      <img class="digits" alt="Training images of the classes \(classes.map(String.init).joined(separator: ", ")), a row each" src="\(uri)">
      </div>
      </div>

      """
  }

  /// One drawing for all widths: it fits a telephone as it is.
  private var confusionPlot: Plot {
    let size = data.confusion.count
    let side = 360.0
    let frame = Frame(
      x: Scale(domain: 0...Double(size), from: 20, to: side),
      y: Scale(domain: 0...Double(size), from: 34, to: side + 14))
    var cells: [any Mark] = []
    var labels: [any Mark] = []
    let sums = data.confusion.map { Double(max(1, $0.reduce(0, +))) }
    var highest = 0.0
    for truth in 0..<size {
      for predicted in 0..<size where truth != predicted {
        highest = max(highest, Double(data.confusion[truth][predicted]) / sums[truth])
      }
    }
    let type = min(12, 150 / Double(size))
    for truth in 0..<size {
      for predicted in 0..<size {
        let count = data.confusion[truth][predicted]
        guard count > 0 else { continue }
        let share = Double(count) / sums[truth]
        let isRight = truth == predicted
        let opacity = isRight ? 0.05 + 0.4 * share : 0.03 + 0.42 * share / max(highest, 1e-9)
        cells.append(
          Rectangles(
            [
              .init(
                x: Double(predicted)...Double(predicted + 1), y: Double(truth)...Double(truth + 1))
            ],
            style: Style(
              fill: .fixed(isRight ? Palette.negative : Palette.positive), fillOpacity: opacity),
            inset: 0.75))
        labels.append(
          Label(
            "\(count)", x: Double(predicted) + 0.5, y: Double(truth) + 0.5,
            offset: (0, type * 0.35), anchor: .middle, size: type, bold: isRight,
            color: Palette.ink))
      }
    }
    for index in 0..<size {
      let center = Double(index) + 0.5
      let name = "\(contents.name(ofClass: index))"
      labels.append(
        Label(name, x: center, y: 0, offset: (0, -5), anchor: .middle, size: 12))
      labels.append(
        Label(name, x: 0, y: center, offset: (-5, 4), anchor: .end, size: 12))
    }
    labels.append(Label("columns: read as; rows: class", x: 0, y: 0, offset: (-5, -20), size: 11))
    return Plot(
      id: "f17", width: side + 2, height: side + 16, title: "Confusion matrix of the champion",
      summary: "Rows are true classes, columns what the champion reads.",
      panels: [Panel(frame, cells + labels)])
  }

  private func mistakeStrip(_ mistakes: BundleRun.Mistakes) -> HTML {
    let count = mistakes.truth.count
    let uri = "data:image/png;base64," + base64(mistakes.strip)
    let items = mistakes.truth.indices.map { index -> HTML in
      let place = count > 1 ? Double(index) / Double(count - 1) * 100 : 0
      let position = Decimal.coordinate(place)
      let probability = Decimal.fixed(mistakes.probability[index], decimals: 3)
      return """
        <li><span class="mistake" style="background-position:\(position)% 0"></span>\
        <span class="said">\(contents.name(ofClass: mistakes.truth[index])) read as <b>\(contents.name(ofClass: mistakes.predicted[index]))</b></span>\
        <span class="said">\(probability)</span></li>

        """
    }.joined()
    let scale = count * 100
    return """
      <h3>Worst mistakes</h3>
      <ul class="mistakes" style="--strip:url('\(uri)');--size:\(scale)% 100%">
      \(items)</ul>

      """
  }
}
