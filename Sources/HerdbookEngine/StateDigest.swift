import Crypto
import HerdbookModel
import HerdbookNetworks

extension Member {
  /// SHA-256 over id, hyperparameters, weights, what the optimizer keeps (its means, the powers of
  /// Adam), the evaluations that selection looks at, step length and path, all little-endian.
  func stateDigest() -> [UInt8] {
    var hash = SHA256()
    func add(_ bits: UInt64) {
      unsafe withUnsafeBytes(of: bits.littleEndian) { unsafe hash.update(bufferPointer: $0) }
    }
    func add(_ value: Double?) { add(value?.bitPattern ?? UInt64.max) }
    add(UInt64(id))
    add(hyperparameters.learningRate)
    add(UInt64(hyperparameters.batch ?? 0))
    add(hyperparameters.mutationScale)
    add(hyperparameters.initializationScale)
    unsafe weights.withBytes { unsafe hash.update(bufferPointer: $0) }
    if let optimizer {
      unsafe optimizer.first.withBytes { unsafe hash.update(bufferPointer: $0) }
      if let second = optimizer.second {
        unsafe second.withBytes { unsafe hash.update(bufferPointer: $0) }
        add(optimizer.powers.beta1)
        add(optimizer.powers.beta2)
      }
    }
    for fitness in history { add(fitness) }
    if let stepLength = hyperparameters.stepLength { add(stepLength) }
    if let path { unsafe path.withBytes { unsafe hash.update(bufferPointer: $0) } }
    return Array(hash.finalize())
  }
}

/// SHA-256 in hex over the members' digests in the order of the population, and the coefficients of a
/// learned operator where there are any.
func populationDigest(_ members: [Member], _ coefficients: [[Double]]) -> String {
  var hash = SHA256()
  for member in members { hash.update(data: member.digest) }
  for coefficient in coefficients.joined() {
    unsafe withUnsafeBytes(of: coefficient.bitPattern.littleEndian) {
      unsafe hash.update(bufferPointer: $0)
    }
  }
  let digits = Array("0123456789abcdef")
  return String(hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
