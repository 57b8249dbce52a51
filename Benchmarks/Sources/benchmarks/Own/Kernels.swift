import CKernels
import CPeak
import HerdbookNetworks
import HerdbookNumerics

// The C kernels called directly, on data that is in the cache.

extension Suite {
  mutating func kernels() {
    peak()
    for outputs in [100, 112] {
      products(samples: 64, inputs: 784, outputs: outputs)
    }
    products(samples: 64, inputs: 100, outputs: 100)
    walks()
    losses()
    elementary()
    noise()
    transposition()
  }

  private mutating func peak() {
    let name = "fma peak, one thread"
    guard wants(name) else { return }
    let taken = interleaved(repetitions: repetitions, [multiplyInRegisters])[0]
    add(name, unit: "GFLOP/s", taken.map { peakOperations / $0 / 1e9 })
  }

  /// A product's share of the peak that is measured right before it; what is computed behind the last
  /// column, up to a multiple of 16, does not count.
  private mutating func products(samples: Int, inputs: Int, outputs: Int) {
    let kernels = Kernels.current.table
    let stride = (outputs + 15) / 16 * 16
    let a = floats(samples * inputs)
    let weights = floats(inputs * stride)
    let out = floats(samples * stride)
    var update = unsafe plainDescent(weights.base)
    let shape = "\(samples) x \(inputs) x \(outputs)"
    let operations = Double(2 * samples * inputs * outputs)
    share("forward_dense \(shape)", operations) {
      unsafe kernels.forward_dense(
        a.base, inputs, samples, inputs, weights.base, nil, outputs, stride, out.base)
    }
    share("update_dense \(shape)", operations) {
      unsafe kernels.update_dense(
        a.base, inputs, samples, inputs, out.base, outputs, stride, &update)
    }
  }

  /// The products of a hidden layer of 100 units, every other of which is active in a sample.
  private mutating func walks() {
    let kernels = Kernels.current.table
    let (samples, units, stride) = (64, 100, 112)
    let (active, turned) = (floats(samples * stride), AlignedFloats(count: units * samples))
    for sample in 0..<samples {
      for unit in 0..<stride where (sample + unit) % 2 == 0 || unit >= units {
        unsafe active.base[sample * stride + unit] = 0
      }
    }
    unsafe kernels.transpose(active.base, samples, units, stride, turned.base, samples)
    let (weights, out) = (floats(units * stride), floats(samples * stride))
    var update = unsafe plainDescent(weights.base)
    var marks = [UInt64](repeating: 0, count: 2 * samples)
    blackHole(Double(unsafe kernels.mark(active.base, stride, samples, units, &marks)))
    time("mark 64 x 100", .microseconds) {
      blackHole(Double(unsafe kernels.mark(active.base, stride, samples, units, &marks)))
    }
    time("forward_marked 64 x 100 x 100, half of it active", .microseconds) {
      unsafe kernels.forward_marked(
        active.base, stride, marks, samples, units, weights.base, nil, units, stride, out.base)
    }
    time("update_turned 64 x 100 x 100, half of it active", .microseconds) {
      unsafe kernels.update_turned(
        turned.base, samples, samples, units, out.base, units, stride, &update)
    }
  }

  private mutating func share(
    _ name: String, _ operations: Double, _ body: @escaping () -> Void
  ) {
    guard wants(name) else { return }
    let taken = interleaved(repetitions: repetitions, [multiplyInRegisters, body])
    add(name, unit: "µs", taken[1].map { $0 * 1e6 })
    add(
      name, unit: "% of the peak",
      zip(taken[0], taken[1]).map { 100 * (operations / $1) / (peakOperations / $0) })
  }

  private mutating func losses() {
    let kernels = Kernels.current.table
    let scores = floats(64 * 16)
    let labels = (0..<64).map { UInt8($0 % 10) }
    var predictions = [UInt8](repeating: 0, count: 64)
    var losses = [Float](repeating: 0, count: 64)
    time("softmax_gradient 64 x 10", .microseconds) {
      unsafe kernels.softmax_gradient(64, 10, 16, labels, scores.base)
    }
    time("softmax_loss 64 x 10", .microseconds) {
      unsafe kernels.softmax_loss(64, 10, 16, labels, scores.base, &predictions, &losses)
    }
  }

  private mutating func elementary() {
    let kernels = Kernels.current.table
    let count = 8192
    let x = floats(count)
    let y = AlignedFloats(count: count)
    time("exp, a value", .nanoseconds, parts: count) {
      unsafe kernels.exp(count, x.base, y.base)
    }
    time("log, a value", .nanoseconds, parts: count) {
      unsafe kernels.log(count, x.base, y.base)
    }
    time("tanh, a value", .nanoseconds, parts: count) {
      unsafe kernels.tanh(count, x.base, y.base)
    }
  }

  private mutating func noise() {
    let kernels = Kernels.current.table
    let count = 79_424
    let numbers = floats(count)
    let others = AlignedFloats(count: count)
    time("normals, \(count)", .microseconds) {
      unsafe kernels.normals([1, 2], [3, 4, 5], count, others.base)
    }
    time("squared_distance, \(count)", .microseconds) {
      blackHole(unsafe kernels.squared_distance(numbers.base, others.base, count))
    }
    let stride = 112
    let plane = floats(784 * stride)
    let between = AlignedFloats(count: 784 * stride)
    let taps: [Float] = [0.01, 0.05, 0.24, 0.4, 0.24, 0.05, 0.01]
    time("convolve 28 x 28 x 112 with 7 x 7 taps", .microseconds) {
      unsafe kernels.convolve(plane.base, 28, 28, stride, 0, taps, 3, between.base)
      unsafe kernels.convolve(between.base, 28, 28, stride, 1, taps, 3, plane.base)
    }
  }

  private mutating func transposition() {
    let matrix = floats(100 * 112)
    let turned = AlignedFloats(count: 100 * 112)
    time("transposition 100 x 100", .microseconds) {
      unsafe Kernels.current.table.transpose(matrix.base, 100, 100, 112, turned.base, 112)
    }
  }
}

/// Operations of one call of `multiplyInRegisters`.
private let peakOperations = peak_fma(Kernels.current.table.simd, peakRounds)
private let peakRounds = 100_000

private func multiplyInRegisters() {
  blackHole(peak_fma(Kernels.current.table.simd, peakRounds))
}

/// An update so small that weights stay what they are.
private func plainDescent(_ weights: UnsafeMutablePointer<Float>) -> hb_update {
  unsafe hb_update(
    optimizer: HB_SGD, step: 1e-9, inverse_batch: 1 / 64, rate: 1e-9, momentum: 0, first_share: 0,
    decay: 0, second_share: 0, correction: 0, epsilon: 0, weights: weights, first: nil, second: nil)
}

/// Floats between 0.05 and 1, none of them zero.
private func floats(_ count: Int) -> AlignedFloats {
  let values = AlignedFloats(count: count)
  var stream = RandomStream(seed: 1, purpose: .initialization)
  for index in 0..<count {
    unsafe values.base[index] = Float(0.05 + 0.95 * stream.uniform())
  }
  return values
}

/// Takes a value, so that what computes it is not left out.
@inline(never)
private func blackHole(_ value: Double) {}
