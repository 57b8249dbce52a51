/// Weights of networks as a long CSV table, piece by piece: layer (from 1), input and output (from 0) and
/// weight, a bias with an empty input; of several networks the individual before.
///
/// Layer by layer, matrix before biases, individual by individual. Numbers are as `Decimal` writes them, NaN is
/// empty.
package struct WeightsTable: Sendable, Sequence {
  private let parts: [(layer: Int, part: SafetensorsStream.Part)]
  private let individuals: [Int]?

  /// - Parameter parts: `layers.N.weight` and `layers.N.bias`; others are left out.
  /// - Parameter individuals: the ids of stacked networks, of which each is a piece of every part; nil of one
  ///   network.
  package init(parts: [SafetensorsStream.Part], individuals: [Int]?) {
    self.individuals = individuals
    self.parts = parts.compactMap { part in
      let words = part.name.split(separator: ".")
      guard words.count == 3, words[0] == "layers", let layer = Int(words[1]) else { return nil }
      return (layer, part)
    }.sorted { ($0.layer, $1.part.name) < ($1.layer, $0.part.name) }
  }

  package func makeIterator() -> Iterator { Iterator(table: self) }

  package struct Iterator: IteratorProtocol {
    fileprivate let table: WeightsTable
    private var part = -1
    private var piece = 0

    fileprivate init(table: WeightsTable) { self.table = table }

    package mutating func next() -> [UInt8]? {
      if part < 0 {
        part = 0
        let first = table.individuals == nil ? "" : "individual,"
        return Array("\(first)layer,input,output,weight\n".utf8)
      }
      while part < table.parts.count {
        guard piece < table.parts[part].part.pieces else {
          (part, piece) = (part + 1, 0)
          continue
        }
        piece += 1
        return table.rows(part, piece - 1)
      }
      return nil
    }
  }

  /// One network's rows of a part.
  private func rows(_ place: Int, _ piece: Int) -> [UInt8] {
    let (layer, part) = parts[place]
    let isMatrix = part.name.hasSuffix(".weight")
    let outputs = part.shape[part.shape.count - 1]
    let start = (individuals.map { "\($0[piece])," } ?? "") + "\(layer),"
    var bytes: [UInt8] = []
    for (index, value) in part.piece(piece).enumerated() {
      let input = isMatrix ? String(index / outputs) : ""
      bytes += "\(start)\(input),\(index % outputs),\(Decimal.cell(value))\n".utf8
    }
    return bytes
  }
}

extension Decimal {
  /// A number as a cell of a table.
  fileprivate static func cell(_ value: Float) -> String {
    if value.isFinite { return text(value) }
    return value.isNaN ? "" : value < 0 ? "-inf" : "inf"
  }
}
