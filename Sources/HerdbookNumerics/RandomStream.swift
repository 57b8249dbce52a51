import CKernels

/// What random numbers are drawn for; the first part of a stream's name.
///
/// A consumer that is added gets a new number, so that it shifts nobody else's. A number is never
/// reused.
package enum RandomPurpose: UInt32, Sendable, CaseIterable {
  case initialization = 1
  case hyperparameters = 2
  case selection = 3
  case crossover = 4
  case mutationNoise = 5
  case mutationMask = 6
  case hyperparameterMutation = 7
  case minibatches = 8
  case fitnessImages = 9
  case pixelShuffle = 10
  case replacement = 11
  case neutralDrift = 12
  case distanceSample = 13
  case bootstrap = 14
  case transferNoise = 15
  case probeImages = 18
  case preselectionImages = 19
  case sketch = 20
  case weightShuffle = 24
  case zooHalves = 25
  case zooPermutation = 26
  case zooPatterns = 27
  case zooLabels = 28

  case datasetSplit = 100
  case labelShuffle = 101
  case pixelPermutation = 102
  case digitLabel = 103
  case digitShape = 104
  case digitNoise = 105
}

/// A named stream of random numbers: Philox4x32-10 (Salmon et al., SC 2011).
///
/// Key = the seed, counter = (block, iteration, individual, purpose): the numbers are a function of
/// the name alone, never of the order of calls elsewhere.
package struct RandomStream: Sendable {
  package let seed: UInt64
  package let name: (iteration: UInt32, individual: UInt32, purpose: UInt32)
  private var block: UInt32 = 0
  private var buffer: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
  private var used = 4

  package init(
    seed: UInt64, purpose: RandomPurpose, iteration: UInt32 = 0, individual: UInt32 = 0
  ) {
    self.seed = seed
    self.name = (iteration, individual, purpose.rawValue)
  }

  /// Calls `body` with the key and the name as the kernels take them.
  package func withName<Result>(
    _ body: (UnsafePointer<UInt32>, UnsafePointer<UInt32>) -> Result
  ) -> Result {
    let key = [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)]
    return unsafe body(key, [name.iteration, name.individual, name.purpose])
  }

  /// One block of Philox for a key and a counter.
  package static func philox(
    key: (UInt32, UInt32), counter: (UInt32, UInt32, UInt32, UInt32)
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    let keys = [key.0, key.1]
    let counters = [counter.0, counter.1, counter.2, counter.3]
    var out: [UInt32] = [0, 0, 0, 0]
    unsafe hb_philox(keys, counters, &out)
    return (out[0], out[1], out[2], out[3])
  }

  /// The next 32 bits.
  package mutating func bits32() -> UInt32 {
    if used == 4 {
      refill()
    }
    defer { used += 1 }
    return switch used {
    case 0: buffer.0
    case 1: buffer.1
    case 2: buffer.2
    default: buffer.3
    }
  }

  private mutating func refill() {
    var key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    var counter = (block, name.iteration, name.individual, name.purpose)
    unsafe withUnsafeBytes(of: &key) { key in
      unsafe withUnsafeBytes(of: &counter) { counter in
        unsafe withUnsafeMutableBytes(of: &buffer) { out in
          unsafe hb_philox(
            key.baseAddress!.assumingMemoryBound(to: UInt32.self),
            counter.baseAddress!.assumingMemoryBound(to: UInt32.self),
            out.baseAddress!.assumingMemoryBound(to: UInt32.self))
        }
      }
    }
    block += 1
    used = 0
  }

  /// The next 64 bits, the first 32 the low half.
  package mutating func bits64() -> UInt64 {
    let low = UInt64(bits32())
    return low | UInt64(bits32()) << 32
  }

  /// Uniform on [0, 1) with 53 bits.
  package mutating func uniform() -> Double {
    Double(bits64() >> 11) * 0x1p-53
  }

  /// Uniform on 0..<bound by 64-bit multiply-shift (its bias is below bound / 2^64).
  package mutating func bounded(_ bound: Int) -> Int {
    precondition(bound > 0, "a bound is positive")
    return Int(UInt64(bound).multipliedFullWidth(by: bits64()).high)
  }

  /// Standard normal in binary64 (Box and Muller, cosine branch; two uniforms a call).
  package mutating func normal() -> Double {
    let u = 1 - uniform()
    let turn = uniform()
    return (-2 * Elementary.log(u)).squareRoot() * Elementary.cos(2 * .pi * turn)
  }

  /// Fisher and Yates, from the last position down.
  @specialized(where Element == Int32)
  @specialized(where Element == UInt8)
  @specialized(where Element == Int)
  package mutating func shuffle<Element>(_ array: inout [Element]) {
    for last in stride(from: array.count - 1, to: 0, by: -1) {
      array.swapAt(last, bounded(last + 1))
    }
  }
}
