import CKernels
import Synchronization

/// Work that is spread over threads: whoever is free takes the next index, results go to their
/// index, so the schedule cannot be seen in the outcome.
private final class Work: Sendable {
  let next = Atomic<Int>(0)
  let worker: @Sendable (borrowing Atomic<Int>) -> Void

  init(worker: @escaping @Sendable (borrowing Atomic<Int>) -> Void) { self.worker = worker }
}

/// Results of parallel work: each index is written once, by one thread, and read after all joined.
@safe
private struct Slots<Result>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Result>
}

/// `body(index, &workspace)` for each index below `count`, over `threads` threads, in order of index.
///
/// Each thread makes one workspace and keeps it; nothing that is left in it may change a result.
package func parallelMap<Result: Sendable, Workspace>(
  count: Int, threads: Int, workspace: @escaping @Sendable () -> Workspace,
  body: @escaping @Sendable (Int, inout Workspace) -> Result
) -> [Result] {
  guard count > 0 else { return [] }
  return unsafe [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
    let slots = unsafe Slots(base: buffer.baseAddress!)
    let work = Work { next in
      var space = workspace()
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        unsafe (slots.base + index).initialize(to: body(index, &space))
      }
    }
    let context = unsafe Unmanaged.passUnretained(work).toOpaque()
    let run: @convention(c) (UnsafeMutableRawPointer, Int, Int) -> Void = {
      context, _, _ in
      let work = unsafe Unmanaged<Work>.fromOpaque(context).takeUnretainedValue()
      work.worker(work.next)
    }
    unsafe hb_workers(max(1, min(threads, count)), run, context)
    initialized = count
  }
}

/// `body(index)` for each index below `count`, over `threads` threads, in order of index.
package func parallelMap<Result: Sendable>(
  count: Int, threads: Int, body: @escaping @Sendable (Int) -> Result
) -> [Result] {
  parallelMap(
    count: count, threads: threads, workspace: {}, body: { index, _ in body(index) })
}
