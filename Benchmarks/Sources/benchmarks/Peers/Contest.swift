/// One of those that do the same work.
struct Contestant {
  let name: String
  let isRival: Bool
  /// Does the work on the input of a column and gives what counts.
  let perform: (Input) throws -> Double
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
    var rows = contestants.map { ContestResult.Row(name: $0.name, isRival: $0.isRival) }
    for repetition in 0..<repetitions {
      for column in columns {
        for (index, contestant) in contestants.enumerated() where rows[index].failure == nil {
          do {
            let value = try contestant.perform(column)
            rows[index].values[column.rawValue, default: []].append(value)
            say(
              "\(title.prefix(1)) \(repetition + 1) \(column.rawValue), \(contestant.name): "
                + "\(figure(value)) \(unit)")
          } catch let failure as Failure where contestant.isRival {
            say("\(contestant.name): \(failure)")
            rows[index].failure = failure.description
          }
        }
      }
    }
    return ContestResult(
      title: title, unit: unit, isMoreBetter: isMoreBetter, columns: columns, rows: rows,
      notes: notes)
  }
}

struct ContestResult: Codable {
  struct Row: Codable {
    let name: String
    let isRival: Bool
    /// By column.
    var values: [String: [Double]] = [:]
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

  var markdown: String {
    let ours = rows.filter { !$0.isRival }
    let head = [unit] + (columns.count > 1 ? columns.map(\.rawValue) : ["median"])
    let lines = rows.map { row in [row.name] + columns.map { text(row, $0) } }
    let ratios = ours.map { row in
      ["best rival against \(row.name)"] + columns.map { ratio(row, $0) }
    }
    return (["### \(title)", table(head, lines + ratios)] + notes).joined(separator: "\n\n")
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
