import HerdbookBundle

/// How git shows a safetensors file.
enum WeightsDriver {
  /// A file as text, so that lines differ where layers and neurons do.
  static func show(_ tensors: Safetensors) -> [String] {
    var lines = metadata(tensors).map { "\($0.key): \($0.value)" }
    for tensor in inOrder(tensors) {
      lines.append("\(title(tensor)): \(facts(tensor))")
      let digests = tensor.neuronDigests.map { String($0.prefix(6)) }
      for start in stride(from: 0, to: digests.count, by: 12) {
        let row = digests[start..<min(start + 12, digests.count)]
        lines.append("  neurons from \(start): \(row.joined(separator: " "))")
      }
    }
    return lines
  }

  /// What became of a file, counted.
  static func change(from old: Safetensors, to new: Safetensors) -> [String] {
    let (before, after) = (byName(old), byName(new))
    var lines: [String] = []
    var (changed, all) = (0, 0)
    for tensor in inOrder(old) where after[tensor.name] == nil {
      lines.append("-\(title(tensor)): \(facts(tensor))")
    }
    for tensor in inOrder(new) {
      all += tensor.values.count
      guard let former = before[tensor.name] else {
        changed += tensor.values.count
        lines.append("+\(title(tensor)): \(facts(tensor))")
        continue
      }
      guard former.shape == tensor.shape, former.element == tensor.element else {
        changed += tensor.values.count
        lines += ["-\(title(former)): \(facts(former))", "+\(title(tensor)): \(facts(tensor))"]
        continue
      }
      let change = TensorChange(from: former, to: tensor)
      changed += change.count
      lines += change.count == 0 ? [" \(title(tensor)): the same"] : told(change, former, tensor)
    }
    lines += metadataChange(from: old, to: new)
    return ["\(Words.grouped(changed)) of \(Words.count(all, "value")) changed"] + lines
  }

  private static func told(
    _ change: TensorChange, _ old: Tensor, _ new: Tensor
  ) -> [String] {
    let neurons = new.neurons.map {
      ", in \(Words.grouped(change.neurons)) of \(Words.count($0, "neuron"))"
    }
    var lines = [
      " \(title(new)): \(Words.grouped(change.count)) of \(Words.count(new.values.count, "value"))"
        + " changed\(neurons ?? "")"
    ]
    if let largest = change.largest {
      let place = new.indices(of: largest.place).map(String.init).joined(separator: ", ")
      let apart = Double(largest.new) - Double(largest.old)
      lines.append(
        "   at most by \(number(Float(apart.magnitude))), at [\(place)]: \(number(largest.old)) became"
          + " \(number(largest.new)); at most \(Words.count(change.ulps, "ULP")) apart")
    }
    return lines + ["-  \(facts(old))", "+  \(facts(new))"]
  }

  private static func metadataChange(from old: Safetensors, to new: Safetensors) -> [String] {
    Set(old.metadata.keys).union(new.metadata.keys).sorted().flatMap { key -> [String] in
      let (before, after) = (old.metadata[key], new.metadata[key])
      guard before != after else { return [] }
      return [("-", before), ("+", after)].compactMap { sign, value in
        value.map { "\(sign)\(harmless(key)): \(harmless($0))" }
      }
    }
  }

  private static func metadata(_ tensors: Safetensors) -> [(key: String, value: String)] {
    tensors.metadata.keys.sorted().map { (harmless($0), harmless(tensors.metadata[$0] ?? "")) }
  }

  /// By name, as they follow each other in a network of up to nine layers.
  private static func inOrder(_ tensors: Safetensors) -> [Tensor] {
    tensors.tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private static func byName(_ tensors: Safetensors) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: tensors.tensors.map { ($0.name, $0) })
  }

  private static func title(_ tensor: Tensor) -> String {
    let type = tensor.element == .float32 ? "" : " \(tensor.element.rawValue)"
    return "\(harmless(tensor.name)) \(tensor.shape)\(type)"
  }

  private static func facts(_ tensor: Tensor) -> String {
    let facts = TensorFacts(tensor)
    let nans = facts.nans > 0 ? ", NaN \(Words.grouped(facts.nans))" : ""
    return "digest \(facts.digest.prefix(12)), minimum \(number(facts.minimum)),"
      + " maximum \(number(facts.maximum)), mean \(number(Float(facts.mean)))\(nans)"
  }

  private static func number(_ value: Float) -> String {
    if value.isFinite { return Decimal.text(value) }
    return value.isNaN ? "none" : value < 0 ? "-inf" : "inf"
  }
}
