package import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An instruction set that the kernels are compiled for; which one runs never changes a result.
package enum InstructionSet: String, Sendable, CaseIterable {
  case scalar
  case neon
  case avx2
  case avx512

  var simd: hb_simd {
    switch self {
    case .scalar: HB_SIMD_SCALAR
    case .neon: HB_SIMD_NEON
    case .avx2: HB_SIMD_AVX2
    case .avx512: HB_SIMD_AVX512
    }
  }

  /// Whether this build and this machine have it.
  package var isAvailable: Bool { hb_simd_available(simd) != 0 }

  /// The name of the environment variable that forces an instruction set, for tests.
  package static let variable = "HERDBOOK_SIMD"

  /// What the environment variable holds, if it is set and not empty.
  package static let forced: String? = {
    guard let value = unsafe getenv(variable) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }()

  /// The one in use: the forced one where it is available, else the widest of this machine.
  package static let current: InstructionSet = {
    if let forced, let named = InstructionSet(rawValue: forced), named.isAvailable { return named }
    let best = hb_simd_best()
    return allCases.first { $0.simd == best } ?? .scalar
  }()
}

/// The kernels of one instruction set.
package struct Kernels: Sendable {
  package let table: hb_kernels

  /// Fails where the instruction set is not available.
  package init?(_ set: InstructionSet) {
    guard let table = unsafe hb_kernels_for(set.simd) else { return nil }
    unsafe self.table = table.pointee
  }

  /// Those of `InstructionSet.current`.
  package static let current: Kernels = {
    guard let kernels = Kernels(.current) else {
      preconditionFailure("the current instruction set is available")
    }
    return kernels
  }()
}
