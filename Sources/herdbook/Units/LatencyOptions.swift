import ArgumentParser
import HerdbookBundle

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How long what another machine writes may take to be seen here.
struct LatencyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Look again for this long where a bundle is missing that another machine may have written to a shared folder.",
      valueName: "seconds"))
  var latencyWait: Int?

  func validate() throws {
    if let latencyWait, !(0...3600).contains(latencyWait) {
      throw ValidationError("--latency-wait is \(latencyWait); it is from 0 to 3600 seconds")
    }
  }

  /// Looks at the units and the bundle of a name until it is enough, or the time is over; gives what was seen last.
  ///
  /// - Parameter isBusy: whether somebody is at what is missing, for whom there is more time.
  func looking<Sight>(
    at results: Results, for name: String, _ look: () throws -> Sight,
    until isEnough: (Sight) throws -> Bool,
    butWhile isBusy: (Sight) throws -> Bool = { _ in false }
  ) throws -> Sight {
    var clock = Stopwatch()
    while true {
      let sight = try look()
      if try isEnough(sight) { return sight }
      if try isBusy(sight) {
        clock = Stopwatch()
      } else if clock.seconds >= Double(latencyWait ?? 0) {
        return sight
      }
      try Interruption.check()
      usleep(500_000)
      try results.lookAgain(atUnitsOf: name)
    }
  }
}
