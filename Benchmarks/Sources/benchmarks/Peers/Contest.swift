/// What came of doing the work once.
struct Score {
  /// Time or rate: what the contest is about.
  let value: Double
  /// Of the best network on 10,000 images; nil where the script tells another one.
  var accuracy: Double?
}

/// One of those that do the same work.
struct Contestant {
  let name: String
  let isRival: Bool
  /// Does the work on the input of a column.
  let perform: (Input) throws -> Score
}

/// The same work done by several, in turn.
struct Contest {
  let title: String
  let unit: String
  let isMoreBetter: Bool
  let columns: [Input]
  let contestants: [Contestant]
  let notes: [String]

  /// In each repetition everybody does the work once, so that a drift of the machine meets all.
  func hold(repetitions: Int) throws -> ContestResult {
    var loads: [Double] = []
    var rows = contestants.map { ContestResult.Row(name: $0.name, isRival: $0.isRival) }
    for repetition in 0..<repetitions {
      for column in columns {
        for (index, contestant) in contestants.enumerated() where rows[index].failure == nil {
          do {
            let score = try contestant.perform(column)
            loads.append(load())
            rows[index].values[column.rawValue, default: []].append(score.value)
            if column == columns[0], let accuracy = score.accuracy {
              rows[index].accuracies.append(accuracy)
            }
            say(
              "\(title.prefix(1)) \(repetition + 1) \(column.rawValue), \(contestant.name): "
                + "\(figure(score.value)) \(unit)")
          } catch let failure as Failure where contestant.isRival {
            say("\(contestant.name): \(failure)")
            rows[index].failure = failure.description
          }
        }
      }
    }
    return ContestResult(
      title: title, unit: unit, isMoreBetter: isMoreBetter, columns: columns, rows: rows,
      notes: notes, loads: loads)
  }
}

struct ContestResult: Codable {
  struct Row: Codable {
    let name: String
    let isRival: Bool
    /// By column.
    var values: [String: [Double]] = [:]
    /// Of the best network, in the first column.
    var accuracies: [Double] = []
    /// Why there are none.
    var failure: String?

    init(name: String, isRival: Bool) {
      self.name = name
      self.isRival = isRival
    }
  }

  let title: String
  let unit: String
  let isMoreBetter: Bool
  let columns: [Input]
  let rows: [Row]
  let notes: [String]
  /// Of the machine after each piece of work, which itself makes about 2.
  let loads: [Double]

  var markdown: String {
    let isAccurate = rows.contains { !$0.accuracies.isEmpty }
    let head =
      [unit] + (columns.count > 1 ? columns.map(\.rawValue) : ["median"])
      + (isAccurate ? ["accuracy on \(columns[0].rawValue)"] : [])
    let lines = rows.map { row in
      let accuracy = row.accuracies.isEmpty ? "" : figure(row.accuracies.median)
      return [row.name] + columns.map { text(row, $0) } + (isAccurate ? [accuracy] : [])
    }
    let ratios = rows.filter { !$0.isRival }.map { row in
      ["best rival against \(row.name)"] + columns.map { ratio(row, $0) }
        + (isAccurate ? [""] : [])
    }
    let busy =
      "Load of the machine, of which the work itself makes up to 2: "
      + "\(figure(loads.median))\(loads.spread)."
    return (["### \(title)", table(head, lines + ratios)] + notes + [busy])
      .joined(separator: "\n\n")
  }

  private func text(_ row: Row, _ column: Input) -> String {
    if let failure = row.failure { return failure }
    let values = row.values[column.rawValue] ?? []
    return figure(values.median) + values.spread
  }

  /// How many times better a row of ours is than the best rival.
  private func ratio(_ row: Row, _ column: Input) -> String {
    let rivals = rows.filter { $0.isRival && $0.failure == nil }.compactMap {
      $0.values[column.rawValue]?.median
    }
    guard let own = row.values[column.rawValue]?.median,
      let best = isMoreBetter ? rivals.max() : rivals.min()
    else { return "none" }
    return "**\(figure(isMoreBetter ? own / best : best / own))**"
  }
}
