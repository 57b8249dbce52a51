import HerdbookSpec

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How far a worker is: what its parent knows of it when it has ended, however it did.
struct Progress {
  /// The input that is being read.
  var input: UInt64 = 0
  var isDone = false
  var inputs: UInt64 = 0
  var accepted: UInt64 = 0
  /// The rules that were broken, by their places among all.
  var rules: UInt64 = 0
  /// Nanoseconds of processor time.
  var slowest: UInt64 = 0
  var slowestInput: UInt64 = 0
  /// Bytes of resident memory after the first inputs and at the end.
  var residentFirst: UInt64 = 0
  var residentLast: UInt64 = 0
}

/// Which inputs a worker reads, and what bounds it has.
struct Work: Sendable {
  let seed: UInt64
  /// Every `step`th from `first` to below `end`.
  let first: UInt64
  let end: UInt64
  let step: UInt64
  /// Memory is compared with that after so many of its inputs.
  let settled: UInt64
  /// Seconds of processor time that an input may take.
  let timeLimit: Double
  /// The file that its progress is written to.
  let progress: String

  /// Reads the inputs; a failure of one ends it, and a hang ends the process.
  func run(_ corpus: Corpus) throws(FuzzFailure) {
    let file = unsafe open(progress, O_WRONLY | O_CREAT, 0o600)
    guard file >= 0 else { throw FuzzFailure("cannot write \(progress)") }
    defer { close(file) }
    limitMemory(to: 2 << 30)
    let mutation = Mutation(corpus: corpus, seed: seed)
    var state = Progress()
    func save() {
      _ = unsafe withUnsafeBytes(of: &state) { unsafe pwrite(file, $0.baseAddress, $0.count, 0) }
    }
    for number in stride(from: first, to: end, by: Int(step)) {
      state.input = number
      save()
      limitTime(to: timeLimit)
      let start = processorTime()
      switch try mutation.input(number).examine(in: corpus) {
      case .accepted: state.accepted += 1
      case .refused(let rules):
        for (place, rule) in SpecRule.allCases.enumerated() where rules.contains(rule) {
          state.rules |= 1 << UInt64(place)
        }
      }
      let taken = processorTime() - start
      if taken > state.slowest { (state.slowest, state.slowestInput) = (taken, number) }
      state.inputs += 1
      if state.inputs == settled { state.residentFirst = residentMemory() }
    }
    limitTime(to: 0)
    state.residentLast = residentMemory()
    state.isDone = true
    save()
  }
}

/// Nanoseconds that this thread has computed.
private func processorTime() -> UInt64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// Ends the process with SIGPROF once it has computed for so long; 0 takes the bound away.
private func limitTime(to seconds: Double) {
  var timer = itimerval()
  timer.it_value.tv_sec = .init(seconds)
  timer.it_value.tv_usec = .init((seconds - seconds.rounded(.down)) * 1e6)
  #if os(Linux)
    unsafe setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
  #else
    unsafe setitimer(ITIMER_PROF, &timer, nil)
  #endif
}

/// Lets a reading that takes memory without end fail before the machine does.
private func limitMemory(to bytes: UInt64) {
  var limit = rlimit(rlim_cur: .init(bytes), rlim_max: .init(bytes))
  #if os(Linux)
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
  #else
    unsafe setrlimit(RLIMIT_AS, &limit)
  #endif
}

#if os(Linux)
  /// Gives the system back what a large input has left free, which is not growth. The headers that Swift
  /// sees do not have the function.
  private func returnFreeMemory() {
    typealias Trim = @convention(c) (Int) -> CInt
    guard let trim = unsafe dlsym(nil, "malloc_trim") else { return }
    _ = unsafe unsafeBitCast(trim, to: Trim.self)(0)
  }
#endif

/// Bytes that the process holds now; where the system does not say, the most that it has held.
private func residentMemory() -> UInt64 {
  #if os(Linux)
    returnFreeMemory()
    let pages = (try? readBytes("/proc/self/statm")).map { String(decoding: $0, as: UTF8.self) }
    if let resident = pages?.split(separator: " ").dropFirst().first.flatMap({ UInt64($0) }) {
      return resident * UInt64(getpagesize())
    }
    return 0
  #else
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF, &usage)
    return UInt64(usage.ru_maxrss)
  #endif
}
