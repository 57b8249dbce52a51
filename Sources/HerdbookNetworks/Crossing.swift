package import HerdbookNumerics

extension Weights {
  /// A child that takes each hidden unit, with its incoming and outgoing weights, from one parent or
  /// the other.
  ///
  /// One draw of `bits32` a hidden unit, layer by layer; an even number takes the first parent. A
  /// weight between two hidden units goes with the unit that it enters. Weights from the input to
  /// the output layer, and the output's biases, stay the first parent's. Gives the share of
  /// parameters from the first parent, and which hidden units are the second's, layer by layer.
  package static func crossingNeurons(
    _ first: Weights, _ second: Weights, stream: RandomStream
  ) -> (child: Weights, share: Double, seconds: [Bool]) {
    var stream = stream
    var child = first
    let layout = first.layout
    var taken = 0
    var below: [Bool] = []
    var seconds: [Bool] = []
    for (index, layer) in layout.layers.enumerated() {
      let isLast = index == layout.layers.count - 1
      let chosen = isLast ? [] : (0..<layer.outputs).map { _ in stream.bits32() & 1 == 1 }
      unsafe child.edit { base in
        unsafe second.read { other in
          for row in 0..<layer.inputs {
            for column in 0..<layer.outputs
            where isLast ? (!below.isEmpty && below[row]) : chosen[column] {
              let position = layer.weights + row * layer.stride + column
              unsafe base[position] = other[position]
              taken += 1
            }
          }
          if let bias = layer.bias, !isLast {
            for column in 0..<layer.outputs where chosen[column] {
              unsafe base[bias + column] = other[bias + column]
              taken += 1
            }
          }
        }
      }
      below = chosen
      seconds += chosen
    }
    return (child, 1 - Double(taken) / Double(layout.parameters), seconds)
  }

  /// A child that takes each layer, with its biases, from one parent or the other: one draw of `bits32` a
  /// layer; an odd number takes the second parent. Gives the share of parameters from the first parent, and
  /// which hidden units are the second's: they go with what enters them.
  package static func crossingLayers(
    _ first: Weights, _ second: Weights, stream: RandomStream
  ) -> (child: Weights, share: Double, seconds: [Bool]) {
    var stream = stream
    var child = first
    var taken = 0
    var seconds: [Bool] = []
    for (index, layer) in first.layout.layers.enumerated() {
      let isSecond = stream.bits32() & 1 == 1
      if index < first.layout.layers.count - 1 {
        seconds += Array(repeating: isSecond, count: layer.outputs)
      }
      guard isSecond else { continue }
      unsafe child.edit { base in
        unsafe second.read { other in
          for row in 0..<layer.inputs {
            let position = layer.weights + row * layer.stride
            unsafe (base + position).update(from: other + position, count: layer.outputs)
          }
          if let bias = layer.bias {
            unsafe (base + bias).update(from: other + bias, count: layer.outputs)
          }
        }
      }
      taken += layer.inputs * layer.outputs + (layer.bias == nil ? 0 : layer.outputs)
    }
    return (child, 1 - Double(taken) / Double(first.layout.parameters), seconds)
  }

  /// Half the sum of two parents, each parameter rounded twice in binary32.
  package static func mean(_ first: Weights, _ second: Weights) -> Weights {
    var child = first
    unsafe child.edit { base in
      unsafe second.read { other in
        for row in first.layout.rows {
          for position in row.position..<row.position + row.count {
            unsafe base[position] = (base[position] + other[position]) * 0.5
          }
        }
      }
    }
    return child
  }

  /// A child that takes each parameter from one parent or the other, with equal probability: bit
  /// p mod 32 of draw p / 32 for parameter p, one takes the second parent.
  package static func crossingUniformly(
    _ first: Weights, _ second: Weights, stream: RandomStream
  ) -> (child: Weights, share: Double) {
    var stream = stream
    var child = first
    var taken = 0
    var number = 0
    var bits: UInt32 = 0
    unsafe child.edit { base in
      unsafe second.read { other in
        for row in first.layout.rows {
          for position in row.position..<row.position + row.count {
            if number % 32 == 0 { bits = stream.bits32() }
            if bits & 1 == 1 {
              unsafe base[position] = other[position]
              taken += 1
            }
            bits >>= 1
            number += 1
          }
        }
      }
    }
    return (child, 1 - Double(taken) / Double(first.layout.parameters))
  }
}
