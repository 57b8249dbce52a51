import CKernels
package import HerdbookNumerics

/// The weights of one network: a value that is shared until somebody writes.
package struct Weights: Sendable {
  package let layout: NetworkLayout
  private var memory: AlignedFloats

  /// All zero.
  package init(layout: NetworkLayout) {
    self.layout = layout
    self.memory = AlignedFloats(count: layout.storage)
  }

  /// From matrices [inputs][outputs] in row-major order, and biases where the layout has them.
  package init(layout: NetworkLayout, matrices: [[Float]], biases: [[Float]] = []) {
    self.init(layout: layout)
    for (index, layer) in layout.layers.enumerated() {
      precondition(matrices[index].count == layer.inputs * layer.outputs, "a matrix fits its layer")
      unsafe edit { base in
        for row in 0..<layer.inputs {
          for column in 0..<layer.outputs {
            unsafe base[layer.weights + row * layer.stride + column] =
              matrices[index][row * layer.outputs + column]
          }
        }
        if let bias = layer.bias {
          for column in 0..<layer.outputs { unsafe base[bias + column] = biases[index][column] }
        }
      }
    }
  }

  /// The matrix of a layer (counted from 0), [inputs][outputs] in row-major order.
  package func matrix(_ index: Int) -> [Float] {
    let layer = layout.layers[index]
    return unsafe read { base in
      var values: [Float] = []
      values.reserveCapacity(layer.inputs * layer.outputs)
      for row in 0..<layer.inputs {
        let start = unsafe base + layer.weights + row * layer.stride
        unsafe values.append(
          contentsOf: UnsafeBufferPointer(start: start, count: layer.outputs))
      }
      return values
    }
  }

  /// The biases of a layer (counted from 0), if it has any.
  package func biases(_ index: Int) -> [Float]? {
    let layer = layout.layers[index]
    guard let bias = layer.bias else { return nil }
    return unsafe read { unsafe Array(UnsafeBufferPointer(start: $0 + bias, count: layer.outputs)) }
  }

  /// Whether every weight is finite.
  package var isFinite: Bool {
    unsafe read { unsafe Kernels.current.table.is_finite($0, layout.storage) != 0 }
  }

  /// The L2 distance of two networks of one layout, in binary64.
  package func distance(to other: Weights) -> Double {
    precondition(layout == other.layout, "distances are between networks of one layout")
    return unsafe read { a in
      unsafe other.read { b in
        unsafe Kernels.current.table.squared_distance(a, b, layout.storage).squareRoot()
      }
    }
  }

  /// Replaces every weight with the canonical NaN: what is left of a diverged individual.
  package mutating func diverge() {
    for row in layout.rows {
      unsafe edit { base in
        for index in 0..<row.count {
          unsafe base[row.position + index] = Float(bitPattern: 0x7fc0_0000)
        }
      }
    }
  }

  /// Whether both share their storage: an unchanged copy.
  package func isSame(as other: Weights) -> Bool { memory === other.memory }

  /// The bytes of all parameters in the order of their numbers, little-endian binary32.
  package func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
    unsafe read { base in
      for row in layout.rows {
        unsafe body(
          UnsafeRawBufferPointer(
            start: base + row.position, count: row.count * MemoryLayout<Float>.stride))
      }
    }
  }

  /// Lies in a swap file from now on, unless that is full.
  package mutating func swap(to file: SwapFile) {
    guard !memory.isSwapped, let swapped = AlignedFloats(copying: memory, in: file) else { return }
    memory = swapped
  }

  /// Whether they lie in a swap file.
  package var isSwapped: Bool { memory.isSwapped }

  /// Calls `body` with the address of the storage.
  func read<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
    let result = unsafe body(UnsafePointer(memory.base))
    extendLifetime(memory)
    return result
  }

  /// Takes over all of the storage's values from somewhere else.
  mutating func replace(with values: UnsafePointer<Float>) {
    if isKnownUniquelyReferenced(&memory), unsafe memory.overwrite(with: values) { return }
    memory = AlignedFloats(count: layout.storage)
    unsafe memory.base.update(from: values, count: layout.storage)
  }

  /// Calls `body` with the addresses of up to two of one layout; nil for one that is not there.
  static func edit<Result>(
    _ first: inout Weights?, _ second: inout Weights?,
    _ body: (UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?) -> Result
  ) -> Result {
    let result = unsafe body(first?.edit { unsafe $0 }, second?.edit { unsafe $0 })
    extendLifetime(first)
    extendLifetime(second)
    return result
  }

  /// Calls `body` with the address of storage that nobody else sees.
  mutating func edit<Result>(_ body: (UnsafeMutablePointer<Float>) -> Result) -> Result {
    if !isKnownUniquelyReferenced(&memory) { memory = AlignedFloats(copying: memory) }
    let result = unsafe body(memory.base)
    extendLifetime(memory)
    return result
  }
}

extension Weights: Equatable {
  /// Equal bits of every parameter.
  package static func == (a: Weights, b: Weights) -> Bool {
    guard a.layout == b.layout else { return false }
    if a.isSame(as: b) { return true }
    return unsafe a.read { left in
      unsafe b.read { right in
        for index in 0..<a.layout.storage
        where unsafe left[index].bitPattern != right[index].bitPattern { return false }
        return true
      }
    }
  }
}
