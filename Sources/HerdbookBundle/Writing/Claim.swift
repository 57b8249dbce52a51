import Dispatch
import HerdbookModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The exclusive right to work on the bundle of one name: a lock file that says who holds it.
///
/// The file gets its name by a link, complete from the first moment and made once only. Its holder touches it every
/// ten seconds. That of a holder that is gone, which the process table of this machine tells, or else a minute without
/// a touch, is moved aside under a lock of the kernel, so that of two processes that find it one cannot remove what the
/// other has just made; of two machines, the one that was too late puts back what it took. Who was taken for gone, as a
/// machine that slept may be, is told before it publishes. The right ends with `release`, or with the process.
final class Claim {
  private let workplace: Workplace
  private let text: [UInt8]
  private var isHeld = false
  private var heart: (any DispatchSourceTimer)?

  /// Seconds between two touches of a lock, and those after which a holder elsewhere is taken for gone.
  static let beat = 10
  static let silence = 60.0

  /// Claims a name, or throws `BundleError.locked` with who holds it.
  init(_ workplace: Workplace, as processes: Processes) throws(BundleError) {
    self.workplace = workplace
    text = processes.current.document
    // Again where a name was free, then taken, then free; each time round another process got on.
    for _ in 0..<1000 {
      do {
        isHeld = try Claim.link(text, in: workplace)
      } catch {
        try? workplace.files.removeFolder(workplace.folder)
        throw error
      }
      if isHeld {
        beginBeating()
        return
      }
      let before = try Claim.holder(in: workplace)
      guard let before else { continue }
      let isGone = processes.isGone(before)
      guard try isGone == nil ? Claim.isSilent(in: workplace) : isGone == true else {
        throw workplace.locked(by: before)
      }
      try workplace.files.whileLocking(workplace.partial) { () throws(BundleError) in
        guard try Claim.holder(in: workplace) == before else { return }
        try moveAside(before)
      }
    }
    throw .file(FileFault(.lock, workplace.lock, code: EAGAIN))
  }

  deinit { release() }

  /// Throws where another process has taken the name over since.
  func check() throws(BundleError) {
    let holder = try Claim.holder(in: workplace)
    guard let holder, isHeld, holder.document == text else {
      throw .lost(name: workplace.name, holder: holder)
    }
  }

  private func beginBeating() {
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "herdbook.claim"))
    let (files, lock, text) = (workplace.files, workplace.lock, text)
    // One that was taken over meanwhile is for another to touch.
    timer.setEventHandler {
      if (try? files.read(lock, limit: 4096)) == text { try? files.touch(lock) }
    }
    timer.schedule(
      deadline: .now() + .seconds(Claim.beat), repeating: .seconds(Claim.beat),
      leeway: .seconds(1))
    timer.resume()
    heart = timer
  }

  /// Whether nobody has touched the lock for a minute, by the clock of its file system.
  static func isSilent(in workplace: Workplace) throws(BundleError) -> Bool {
    let probe = "\(workplace.lock).\(String(UInt64.random(in: 0 ... .max), radix: 16))"
    defer { try? workplace.files.removeFile(probe) }
    do {
      try workplace.files.write([], to: probe, how: .create)
      guard let now = try workplace.files.status(probe),
        let last = try workplace.files.status(workplace.lock)
      else { return false }
      return now.modified - last.modified > Claim.silence
    } catch  where error.code == ENOENT {
      // Its folder went meanwhile: the next look finds the name free.
      return false
    }
  }

  private func moveAside(_ holder: Holder) throws(BundleError) {
    let aside = "\(workplace.lock).\(String(UInt64.random(in: 0 ... .max), radix: 16))"
    try workplace.files.rename(workplace.lock, to: aside)
    // Another machine may have been quicker, and this be its lock.
    if try Claim.holder(at: aside, workplace.files) != holder {
      try? workplace.files.link(aside, to: workplace.lock)
    }
    try workplace.files.removeFile(aside)
  }

  /// Gives the name free; the folder of the work goes with it unless something is left in it.
  func release() {
    guard isHeld else { return }
    isHeld = false
    heart?.cancel()
    heart = nil
    // Whatever fails here leaves a lock whose holder will be gone: the next run takes it over.
    if (try? workplace.files.read(workplace.lock)) == text {
      try? workplace.files.removeFile(workplace.lock)
      try? workplace.files.removeFolder(workplace.folder)
    }
  }

  /// Makes the lock file; false when there is one, or when its folder went meanwhile.
  private static func link(_ text: [UInt8], in workplace: Workplace) throws(BundleError) -> Bool {
    let files = workplace.files
    try files.createFolders(workplace.folder)
    let draft = "\(workplace.lock).\(String(UInt64.random(in: 0 ... .max), radix: 16))"
    defer { try? files.removeFile(draft) }
    do {
      try files.write(text, to: draft, how: .create)
      do {
        try files.link(draft, to: workplace.lock)
      } catch  where error.refusesLinks {
        // A file system without links: the file is there for a moment before its text.
        try files.write(text, to: workplace.lock, how: .create)
      }
      return true
    } catch  where error.code == EEXIST || error.code == ENOENT {
      return false
    }
  }

  /// Who holds the name; nil when nobody does.
  static func holder(in workplace: Workplace) throws(BundleError) -> Holder? {
    try holder(at: workplace.lock, workplace.files)
  }

  private static func holder(
    at lock: String, _ files: any FileSystem
  ) throws(BundleError) -> Holder? {
    do {
      let text = try files.read(lock, limit: 4096)
      return try Holder(JSONMembers(JSONValue(parsing: text, file: lock), file: lock))
    } catch {
      if error.code == ENOENT { return nil }
      guard case .malformed = error else { throw error }
      return Holder(host: "an unknown host", boot: "", process: 0, started: 0)
    }
  }
}

extension Holder {
  var document: [UInt8] {
    JSONValue.object([
      "host": .text(host), "boot": .text(boot), "process": .integer(process),
      "started": .unsigned(started),
    ]).document
  }

  init(_ members: JSONMembers) throws(BundleError) {
    self.init(
      host: try members.text("host"), boot: try members.text("boot"),
      process: try members.integer("process"), started: try members.unsigned("started"))
  }
}
