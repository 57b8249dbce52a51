import HerdbookBundle
import HerdbookModel
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("claims")
struct ClaimTests {
  private let folder = TemporaryFolder()
  private var lock: String { "\(folder.path)/.partial/a/lock" }

  private func results(_ processes: Processes, _ files: any FileSystem = Disk()) -> Results {
    Results(folder: folder.path, files: files, processes: processes)
  }

  private func holder(_ process: Int, host: String = "here", boot: String = "today") -> Holder {
    Holder(host: host, boot: boot, process: process, started: UInt64(process))
  }

  private func leaveLock(_ holder: Holder) throws {
    let text = """
      {"host": "\(holder.host)", "boot": "\(holder.boot)", "process": \(holder.process), \
      "started": \(holder.started)}
      """
    for path in ["\(folder.path)/.partial", "\(folder.path)/.partial/a"]
    where try Disk().status(path) == nil {
      try Disk().createFolder(path)
    }
    try Disk().write(Array(text.utf8), to: lock, how: .create)
  }

  @Test("a second run of one name fails and names the holder; other names are free")
  func locked() throws {
    let first = try results(processes(1)).begin("a")
    let error = BundleError.locked(name: "a", holder: holder(1), lock: lock)
    #expect(throws: error) { _ = try results(processes(2, alive: [1])).begin("a") }
    #expect(throws: error) { _ = try results(processes(1)).begin("a") }
    #expect(
      error.description == """
        a is being run by process 1 on here; wait until it is done \
        (if it no longer runs there, remove \(lock))
        """)
    #expect(throws: Never.self) { _ = try results(processes(2, alive: [1])).begin("b") }
    first.abandon()
    #expect(throws: Never.self) { _ = try results(processes(2)).begin("a") }
  }

  @Test("a holder that is gone, or whose id another process has now, is replaced")
  func takenOver() throws {
    try leaveLock(holder(7))
    try Disk().createFolder("\(folder.path)/.partial/a/bundle")
    try Disk().write([1], to: "\(folder.path)/.partial/a/bundle/half", how: .create)
    let writer = try results(processes(2)).begin("a")
    #expect(try Disk().entries("\(folder.path)/.partial/a/bundle") == [])
    writer.abandon()
    try leaveLock(Holder(host: "here", boot: "today", process: 7, started: 5))
    #expect(throws: Never.self) { _ = try results(processes(2, alive: [7])).begin("a") }
  }

  @Test(
    "a holder that this machine cannot see is respected while it touches its lock, and replaced after a minute of silence",
    arguments: ["host", "boot", "unknown", "life"])
  func elsewhere(what: String) throws {
    var other = holder(7)
    if what == "host" { other.host = "there" }
    if what == "boot" { other.boot = "yesterday" }
    if what == "unknown" { other.boot = "" }
    try leaveLock(other)
    var mine = processes(2)
    if what == "unknown" { mine.current.boot = "" }
    if what == "life" { mine.life = { _ in .unknown } }
    #expect(throws: BundleError.locked(name: "a", holder: other, lock: lock)) {
      _ = try results(mine).begin("a")
    }
    #expect(shell("touch -d '50 seconds ago' '\(lock)'") == 0)
    #expect(throws: BundleError.self) { _ = try results(mine).begin("a") }
    #expect(shell("touch -d '70 seconds ago' '\(lock)'") == 0)
    let writer = try results(mine).begin("a")
    #expect(try Disk().entries("\(folder.path)/.partial/a") == ["bundle", "lock"])
    writer.abandon()
  }

  @Test("a holder that this machine sees is never taken for gone, however long it is silent")
  func silent() throws {
    try leaveLock(holder(7))
    #expect(shell("touch -d '1 hour ago' '\(lock)'") == 0)
    #expect(throws: BundleError.locked(name: "a", holder: holder(7), lock: lock)) {
      _ = try results(processes(2, alive: [7])).begin("a")
    }
  }

  private func complete(_ writer: BundleWriter) throws(BundleError) {
    try writer.write(Table([.init("mark", .integers([1]))]), to: "summary.csv")
    try writer.seal(samplePlan(), resultVersion: 1)
    _ = try writer.publish()
  }

  @Test(
    "who was taken for gone writes nothing any more, and leaves lock and files of the other alone")
  func lost() throws {
    let first = try results(processes(1)).begin("a")
    #expect(shell("touch -d '70 seconds ago' '\(lock)'") == 0)
    var elsewhere = processes(2)
    elsewhere.current.host = "there"
    let second = try results(elsewhere).begin("a")
    try second.write([2], to: "spec/a.yaml")
    let file = "\(folder.path)/.partial/a/bundle/spec/a.yaml"
    #expect(throws: BundleError.lost(name: "a", holder: elsewhere.current)) {
      try first.write([1], to: "spec/a.yaml")
    }
    #expect(throws: BundleError.lost(name: "a", holder: elsewhere.current)) {
      try complete(first)
    }
    first.abandon()
    #expect(try Disk().status(lock) != nil)
    #expect(try Disk().read(file) == [2])
    #expect(throws: Never.self) { try complete(second) }
    #expect(try Disk().status("\(folder.path)/a/MANIFEST.sha256") != nil)
  }

  @Test("a holder touches its lock")
  func beat() throws {
    let writer = try results(processes(1)).begin("a")
    #expect(shell("touch -d '1 hour ago' '\(lock)'") == 0)
    let old = try #require(try Disk().status(lock)).modified
    #expect(
      shell(
        "for i in $(seq 150); do test $(($(date +%s) - $(stat -c %Y '\(lock)'))) -lt 60 && exit; sleep 0.1; done; exit 1"
      ) == 0)
    #expect(try #require(try Disk().status(lock)).modified > old + 3500)
    writer.abandon()
  }

  @Test("a lock that cannot be read is respected")
  func unreadable() throws {
    try leaveLock(holder(7))
    try Disk().write(Array("{".utf8), to: lock, how: .replace)
    #expect(throws: BundleError.self) { _ = try results(processes(2)).begin("a") }
    #expect(try Disk().read(lock) == Array("{".utf8))
  }

  @Test(
    "of many that claim one name at once, one gets it", arguments: [true, false], [true, false])
  func concurrent(isStale: Bool, canLink: Bool) async throws {
    for _ in 0..<10 {
      if isStale { try leaveLock(holder(99)) }
      let results = (1...8).map {
        self.results(processes($0, alive: Set(1...8)), FaultyDisk(canLink: canLink))
      }
      // Nobody lets go before all have tried.
      let arrived = Arrivals()
      let winners = await withTaskGroup(of: Int.self) { group in
        for result in results {
          group.addTask {
            do throws(BundleError) {
              let writer = try result.begin("a")
              arrived.note()
              while arrived.count < 8 { await Task.yield() }
              writer.abandon()
              return 1
            } catch {
              arrived.note()
              guard case .locked = error else {
                Issue.record("\(error)")
                return 0
              }
              return 0
            }
          }
        }
        return await group.reduce(0, +)
      }
      #expect(winners == 1)
      #expect(try Disk().entries("\(folder.path)/.partial") == [])
      try? Disk().removeFolder("\(folder.path)/.partial")
    }
  }

  @Test("the system knows this process, and that a child is gone once it ended")
  func system() throws {
    let mine = Processes.system(process: Int(getpid()))
    #expect(mine.life(Int(getpid())) == .since(mine.current.started))
    #expect(mine.life(0) == .none)
    #expect(mine.life(Int.max) == .none)
    #expect(!mine.current.boot.isEmpty && !mine.current.host.isEmpty)
    let file = "\(folder.path)/pid"
    #expect(shell("sh -c 'echo $$' >\(file)") == 0)
    let text = String(decoding: try Disk().read(file), as: UTF8.self)
    let child = try #require(Int(text.dropLast()))
    var gone = mine.current
    gone.process = child
    try leaveLock(gone)
    #expect(throws: Never.self) { _ = try results(mine).begin("a") }
  }
}

/// How many tasks have come to a point.
private final class Arrivals: Sendable {
  private let value = Mutex(0)
  var count: Int { value.withLock { $0 } }
  func note() { value.withLock { $0 += 1 } }
}
