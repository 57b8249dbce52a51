#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why a bundle could not be read or written.
package enum BundleError: Error, Sendable, Equatable {
  /// The system refused something.
  case file(FileFault)
  /// A file is there but does not hold what it should; `place` is a row, line or tensor, or empty.
  case malformed(file: String, place: String, problem: String)
  /// A name or a path that no bundle may have.
  case path(String, problem: String)
  /// Another process works on the bundle of this name.
  case locked(name: String, holder: Holder, lock: String)
  /// Another process has taken the name over, as this one was silent for too long; nil where none holds it now.
  case lost(name: String, holder: Holder?)
  /// The folder that a new bundle would replace holds files that no run wrote.
  case foreign(folder: String, files: [String])
}

/// What the system refused, where, and its reason.
package struct FileFault: Sendable, Equatable {
  package enum Action: String, Sendable {
    case read
    case write
    case flush
    case list
    case create
    case link
    case rename
    case exchange
    case remove
    case lock
  }
  package var action: Action
  package var path: String
  /// The system's error number.
  package var code: Int32

  package init(_ action: Action, _ path: String, code: Int32) {
    self.action = action
    self.path = path
    self.code = code
  }
}

extension BundleError: CustomStringConvertible {
  /// One line for the user; control characters, which names in a foreign file may hold, are
  /// escaped.
  package var description: String { harmless(text) }

  private var text: String {
    switch self {
    case .file(let fault):
      return fault.description
    case .malformed(let file, let place, let problem):
      return place.isEmpty ? "\(file): \(problem)" : "\(file), \(place): \(problem)"
    case .path(let path, let problem):
      return "'\(path)' \(problem)"
    case .locked(let name, let holder, let lock):
      return """
        \(name) is being run by process \(holder.process) on \(holder.host); \
        wait until it is done (if it no longer runs there, remove \(lock))
        """
    case .lost(let name, let holder):
      guard let holder else {
        return
          "the lock of \(name) is gone (was its folder removed?); nothing was published; run it again"
      }
      return """
        process \(holder.process) on \(holder.host) has taken over \(name), as this one was not heard of \
        for a minute (did the machine sleep?); nothing was published; run it again
        """
    case .foreign(let folder, let files):
      let shown = files.prefix(3).joined(separator: ", ")
      let more = files.count > 3 ? " and \(files.count - 3) more" : ""
      return """
        \(folder) holds files that no run wrote and that replacing it would remove: \
        \(shown)\(more); move them elsewhere, or pass --force
        """
    }
  }
}

extension FileFault {
  /// Whether there was no room for it.
  package var isLackOfRoom: Bool { [ENOSPC, EDQUOT, EFBIG].contains(code) }
}

extension FileFault: CustomStringConvertible {
  package var description: String {
    let advice = advice.map { "; \($0)" } ?? ""
    return "cannot \(action.rawValue) \(path): \(SystemCalls.text(of: code))\(advice)"
  }

  private var advice: String? {
    switch code {
    case ENOSPC, EDQUOT: "make room and run again: what was there before is unchanged"
    case EFBIG: "raise the file-size limit (ulimit -f): what was there before is unchanged"
    case EROFS, EACCES, EPERM: "choose a project folder that you may write to"
    case ENOTDIR: "a file stands where a folder should be"
    default: nil
    }
  }
}
