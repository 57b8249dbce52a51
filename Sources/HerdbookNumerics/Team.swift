import CKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One of several threads that do each step of some work together.
package struct TeamMember: Sendable {
  /// The place in the team, from 0 on; the first is the thread that called.
  package let place: Int
  package let size: Int
  private let barrier: Barrier

  /// A team of one.
  package static let alone = TeamMember(place: 0, size: 1, barrier: Barrier())

  fileprivate init(place: Int, size: Int, barrier: Barrier) {
    self.place = place
    self.size = size
    self.barrier = barrier
  }

  package var isFirst: Bool { place == 0 }

  /// The member's part of `0..<count`, in whole groups of `group`; the parts cover it in order of place.
  package func part(of count: Int, inGroupsOf group: Int = 1) -> Range<Int> {
    let groups = (count + group - 1) / group
    return min(
      place * groups / size * group, count)..<min(
        (place + 1) * groups / size * group, count)
  }

  /// Waits until all members are here: what each wrote before, each can read afterwards.
  package func meet() { if size > 1 { barrier.wait(for: size) } }
}

/// Calls `body` on up to `threads` threads at once, fewer where no more can be made.
///
/// Members share what `body` captures, and are for themselves responsible for not writing what another
/// reads before they have met.
package func inStep(threads: Int, _ body: (TeamMember) -> Void) {
  guard threads > 1 else { return body(.alone) }
  withoutActuallyEscaping(body) { body in
    let work = unsafe StepWork(body: body)
    let context = unsafe Unmanaged.passUnretained(work).toOpaque()
    let run: @convention(c) (UnsafeMutableRawPointer, Int, Int) -> Void = { context, place, size in
      let work = unsafe Unmanaged<StepWork>.fromOpaque(context).takeUnretainedValue()
      unsafe work.body(TeamMember(place: place, size: size, barrier: work.barrier))
    }
    unsafe hb_workers(threads, run, context)
    unsafe extendLifetime(work)
  }
}

@unsafe
private final class StepWork: @unchecked Sendable {
  let body: (TeamMember) -> Void
  let barrier = Barrier()

  init(body: @escaping (TeamMember) -> Void) { unsafe self.body = body }
}

/// A meeting point that is used over and over: steps are short, so that whoever waits looks often, and
/// gives way to others only after a while.
private final class Barrier: Sendable {
  private let arrived = Atomic<Int>(0)
  private let meeting = Atomic<Int>(0)

  func wait(for size: Int) {
    let current = meeting.load(ordering: .acquiring)
    guard arrived.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue < size else {
      arrived.store(0, ordering: .relaxed)
      meeting.wrappingAdd(1, ordering: .releasing)
      return
    }
    var looks = 0
    while meeting.load(ordering: .acquiring) == current {
      looks += 1
      if looks > 5000 { sched_yield() }
    }
  }
}
