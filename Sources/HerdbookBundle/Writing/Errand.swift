import Dispatch
import Synchronization

/// Work on a thread of its own, one piece at a time, whose result is called for later.
final class Errand<Result: Sendable>: Sendable {
  private let queue = DispatchQueue(label: "herdbook.errand")
  private let outcome = Mutex<Swift.Result<Result, BundleError>?>(nil)

  /// Begins a piece of work; the one before was called for.
  func begin(_ work: @escaping @Sendable () throws(BundleError) -> Result) {
    queue.async { [self] in
      let result: Swift.Result<Result, BundleError>
      do throws(BundleError) { result = .success(try work()) } catch { result = .failure(error) }
      outcome.withLock { $0 = result }
    }
  }

  /// Waits for the work that was begun, and gives its result once; nil where there is none.
  func end() throws(BundleError) -> Result? {
    queue.sync {}
    let outcome = outcome.withLock { outcome in
      defer { outcome = nil }
      return outcome
    }
    return try outcome?.get()
  }
}
