import Crypto
import HerdbookModel
import HerdbookNetworks

extension Member {
  /// SHA-256 over id, hyperparameters, weights, what the optimizer keeps (its means, the powers of
  /// Adam) and the evaluations that selection looks at, all little-endian.
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
    return Array(hash.finalize())
  }
}

/// SHA-256 in hex over the members' digests in the order of the population.
func populationDigest(_ members: [Member]) -> String {
  var hash = SHA256()
  for member in members { hash.update(data: member.digest) }
  let digits = Array("0123456789abcdef")
  return String(hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
