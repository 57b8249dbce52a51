import CSystem

/// The process that has claimed a name, so that another can tell whether it still lives.
package struct Holder: Sendable, Equatable {
  package var host: String
  /// What two processes share only if they see each other's ids; empty where that cannot be told.
  package var boot: String
  package var process: Int
  /// When it began, in a unit of the system's own.
  package var started: UInt64

  package init(host: String, boot: String, process: Int, started: UInt64) {
    self.host = host
    self.boot = boot
    self.process = process
    self.started = started
  }
}

/// The processes of this machine, as far as a claim asks about them.
package struct Processes: Sendable {
  package enum Life: Sendable, Equatable {
    case none
    /// It lives; since when cannot be seen.
    case unknown
    case since(UInt64)
  }
  /// The process that asks.
  package var current: Holder
  package var life: @Sendable (_ process: Int) -> Life

  package init(current: Holder, life: @escaping @Sendable (_ process: Int) -> Life) {
    self.current = current
    self.life = life
  }

  /// Whether a holder is gone; nil where this machine cannot tell, because the holder is of another machine, of
  /// another start of this one, or hidden.
  func isGone(_ holder: Holder) -> Bool? {
    guard holder.host == current.host, holder.boot == current.boot, !holder.boot.isEmpty else {
      return nil
    }
    switch life(holder.process) {
    case .none: return true
    case .unknown: return nil
    case .since(let start): return start != holder.started
    }
  }

  /// What the system says, for the process with this id, which is the caller's own.
  package static func system(process: Int) -> Processes {
    let host = unsafe SystemCalls.text { unsafe herdbook_host($0, $1) }
    let boot = unsafe SystemCalls.text { unsafe herdbook_boot($0, $1) }
    let started: UInt64 = if case .since(let start) = life(of: process) { start } else { 0 }
    return Processes(
      current: Holder(
        host: host ?? "an unknown host", boot: boot ?? "", process: process, started: started),
      life: { life(of: $0) })
  }

  private static func life(of process: Int) -> Life {
    var start: UInt64 = 0
    switch unsafe herdbook_process(Int64(process), &start) {
    case HERDBOOK_LIFE_NONE: return .none
    case HERDBOOK_LIFE_SINCE: return .since(start)
    default: return .unknown
    }
  }
}
