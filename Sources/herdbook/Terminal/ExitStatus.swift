import HerdbookBundle
import HerdbookData
import HerdbookReport
import HerdbookSpec

/// What the process tells its caller; documented in the reference of the command line.
enum ExitStatus: Int32 {
  /// Different, stale, damaged or not verified.
  case different = 1
  /// An invalid spec, or a plan that cannot fit.
  case invalid = 2
  /// The same cause gave other bits.
  case notReproducible = 3
  /// Some of several experiments failed.
  case someFailed = 4
  case usage = 64
  /// No such experiment or input.
  case noInput = 66
  /// A fault of Herdbook's own.
  case internalFault = 70
  case inputOutput = 74
  /// Another process works on the bundle.
  case locked = 75
  /// Stopped by a signal, with a checkpoint to go on from.
  case stopped = 85
}

/// An error that the user can mend.
protocol DescribesFailure: Error {
  var failure: Failure { get }
}

/// An error in its final form: a text for people, a number for programs.
struct Failure: DescribesFailure {
  let status: ExitStatus
  /// One or more lines, without the end of the last; the first begins with the place where there is
  /// one.
  let message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  var failure: Failure { self }
}

extension SpecProblems: DescribesFailure {
  /// Problems of one file, as the text of a failure.
  var text: String { rendered.hasSuffix("\n") ? String(rendered.dropLast()) : rendered }
  var failure: Failure { Failure(.invalid, text) }
}

extension ExperimentNameError: DescribesFailure {
  var failure: Failure { Failure(.usage, "error: \(message)") }
}

extension DataError: DescribesFailure {
  var failure: Failure {
    let status: ExitStatus =
      switch kind {
      case .missing, .damaged: .noInput
      case .unfit: .invalid
      case .unreadable, .unreachable: .inputOutput
      }
    return Failure(status, "error: \(description)")
  }
}

extension BundleError: DescribesFailure {
  var failure: Failure {
    let status: ExitStatus =
      switch self {
      case .file, .lost(_, nil): .inputOutput
      case .malformed, .foreign: .different
      case .path: .usage
      case .locked, .lost: .locked
      }
    return Failure(status, "error: \(description)")
  }
}

extension ReportError: DescribesFailure {
  var failure: Failure { Failure(.different, "error: \(description)") }
}
