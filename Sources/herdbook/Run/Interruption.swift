import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// SIGINT and SIGTERM while experiments run: the first is heeded at the end of the iteration, so
/// that nothing half done is left; the second ends the process at once.
enum Interruption {
  private static let words: StaticString =
    "\ninterrupted: ending after this iteration (again: at once)\n"

  static func heed(isQuiet: Bool) {
    let talk = unsafe UnsafeRawPointer(words.utf8Start).assumingMemoryBound(to: CChar.self)
    unsafe herdbook_heed_interruptions(isQuiet ? nil : talk)
  }

  /// Throws once a signal has come.
  static func check() throws(Interrupted) {
    let signal = herdbook_interruption()
    guard signal == 0 else { throw Interrupted(signal: signal) }
  }
}

/// Somebody asked the process to end.
struct Interrupted: Error {
  let signal: Int32

  var status: ExitStatus { signal == SIGINT ? .interrupted : .terminated }
}
