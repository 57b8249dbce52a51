import CKernels
import HerdbookNumerics

/// What a network does on some examples.
package struct Evaluation: Sendable, Equatable, Codable {
  /// Examples whose largest score is their label's; the lowest class wins a tie.
  package let correct: Int
  /// The mean cross-entropy in nats, summed in binary64 in the order of the examples.
  package let loss: Double
  /// The class of the largest score of each example.
  package let predictions: [UInt8]

  package var accuracy: Double {
    predictions.isEmpty ? .nan : Double(correct) / Double(predictions.count)
  }

  /// From the prediction and the cross-entropy of each example.
  init(predictions: [UInt8], losses: [Float], labels: [UInt8]) {
    var correct = 0
    var loss = 0.0
    for index in predictions.indices {
      loss += Double(losses[index])
      if predictions[index] == labels[index] { correct += 1 }
    }
    self.correct = correct
    self.loss = loss / Double(predictions.count)
    self.predictions = predictions
  }
}

extension Workspace {
  /// Passes all examples forward.
  package func evaluate(_ network: Weights, on examples: Examples) -> Evaluation {
    let (predictions, losses) = answers(of: network, on: examples)
    return Evaluation(predictions: predictions, losses: losses, labels: examples.labels)
  }

  /// The prediction and the cross-entropy of each example.
  func answers(of network: Weights, on examples: Examples) -> ([UInt8], [Float]) {
    var predictions = [UInt8](repeating: 0, count: examples.count)
    var losses = [Float](repeating: 0, count: examples.count)
    let last = layout.layers.count - 1
    unsafe predictions.withUnsafeMutableBufferPointer { predictions in
      unsafe losses.withUnsafeMutableBufferPointer { losses in
        pass(network, on: examples) { start, count in
          unsafe kernels.softmax_loss(
            count, layout.classes, layout.layers[last].stride, labels, outputs[last],
            predictions.baseAddress! + start, losses.baseAddress! + start)
        }
      }
    }
    return (predictions, losses)
  }

  /// The activations of a layer of units (1 is the first hidden one; the last gives scores before
  /// softmax) for all examples: [examples][units].
  package func activations(
    _ network: Weights, on examples: Examples, layer index: Int
  ) -> [Float] {
    let layer = layout.layers[index - 1]
    var values: [Float] = []
    values.reserveCapacity(examples.count * layer.outputs)
    pass(network, on: examples) { _, count in
      for sample in 0..<count {
        let row = unsafe outputs[index - 1] + sample * layer.stride
        unsafe values.append(contentsOf: UnsafeBufferPointer(start: row, count: layer.outputs))
      }
    }
    return values
  }

  /// Forward passes over all examples in their order; `body` takes the position of the first and the
  /// number of those whose scores are there.
  private func pass(_ network: Weights, on examples: Examples, _ body: (Int, Int) -> Void) {
    load(network, examples, count: min(capacity, examples.count))
    let stride = examples.images.stride
    unsafe examples.withAddresses { images, rows, labels in
      for start in Swift.stride(from: 0, to: examples.count, by: capacity) {
        let count = min(capacity, examples.count - start)
        let upcoming = max(0, min(capacity, examples.count - start - count))
        unsafe self.rows.update(from: rows + start, count: count)
        unsafe self.labels.update(from: labels + start, count: count)
        for index in 0..<upcoming {
          unsafe batch.next[index] = images + Int(rows[start + count + index]) * stride
        }
        unsafe batch.upcoming = upcoming
        unsafe forward(images, stride: stride, count: count)
        body(start, count)
      }
    }
  }
}
