import CKernels
import HerdbookNumerics

/// What a network does on some examples.
package struct Evaluation: Sendable, Equatable {
  /// Examples whose largest score is their label's; the lowest class wins a tie.
  package let correct: Int
  /// The mean cross-entropy in nats, summed in binary64 in the order of the examples.
  package let loss: Double
  /// The class of the largest score of each example.
  package let predictions: [UInt8]

  package var accuracy: Double {
    predictions.isEmpty ? .nan : Double(correct) / Double(predictions.count)
  }
}

extension Workspace {
  /// Passes all examples forward.
  package func evaluate(_ weights: Weights, on examples: Examples) -> Evaluation {
    var predictions = [UInt8](repeating: 0, count: examples.count)
    var losses = [Float](repeating: 0, count: capacity)
    var correct = 0
    var loss = 0.0
    for start in stride(from: 0, to: examples.count, by: capacity) {
      let count = load(examples, from: start)
      unsafe weights.read { unsafe forward($0, count: count) }
      let last = layout.layers.count - 1
      unsafe predictions.withUnsafeMutableBufferPointer { predictions in
        unsafe kernels.softmax_loss(
          count, layout.classes, layout.layers[last].stride, labels, outputs[last].base,
          predictions.baseAddress! + start, &losses)
      }
      for index in 0..<count {
        loss += Double(losses[index])
        if predictions[start + index] == labels[index] { correct += 1 }
      }
    }
    return Evaluation(
      correct: correct, loss: loss / Double(examples.count), predictions: predictions)
  }

  /// The activations of a layer of units (1 is the first hidden one; the last gives scores before
  /// softmax) for all examples: [examples][units].
  package func activations(
    _ weights: Weights, on examples: Examples, layer index: Int
  ) -> [Float] {
    let layer = layout.layers[index - 1]
    var values: [Float] = []
    values.reserveCapacity(examples.count * layer.outputs)
    for start in stride(from: 0, to: examples.count, by: capacity) {
      let count = load(examples, from: start)
      unsafe weights.read { unsafe forward($0, count: count) }
      for sample in 0..<count {
        let row = unsafe outputs[index - 1].base + sample * layer.stride
        unsafe values.append(contentsOf: UnsafeBufferPointer(start: row, count: layer.outputs))
      }
    }
    return values
  }

  /// Compresses up to `capacity` examples from a position on, and gives their number.
  private func load(_ examples: Examples, from start: Int) -> Int {
    let count = min(capacity, examples.count - start)
    for index in 0..<count {
      samples[index] = examples.rows[start + index]
      labels[index] = examples.labels[start + index]
    }
    compress(examples, count: count)
    return count
  }
}
