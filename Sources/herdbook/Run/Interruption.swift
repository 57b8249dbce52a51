import CSystem

/// SIGINT and SIGTERM while experiments run: the first is heeded at the end of the iteration, so
/// that nothing half done is left; the second ends the process at once. SIGUSR1 and SIGUSR2, with which schedulers warn
/// of the end of a job's time, are heeded in the same way.
enum Interruption {
  private static let words: StaticString =
    "\ninterrupted: ending after this iteration (again: at once)\n"

  static func heed(isQuiet: Bool) {
    let talk = unsafe UnsafeRawPointer(words.utf8Start).assumingMemoryBound(to: CChar.self)
    unsafe herdbook_heed_interruptions(isQuiet ? nil : talk)
  }

  /// Whether a signal has come.
  static var isAsked: Bool { herdbook_interruption() != 0 }

  /// Whether it was the warning of a scheduler.
  static var isWarning: Bool { herdbook_interruption_is_warning() != 0 }

  /// Throws once a signal has come.
  static func check() throws(Interrupted) {
    if isAsked { throw Interrupted() }
  }
}

/// Somebody asked the process to end.
struct Interrupted: Error {}
