import CSystem
import Testing
import herdbook

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Room")
struct RoomTests {
  @Test("there is room on this disk, also for a folder that is not there yet")
  func disk() throws {
    let root = try #require(Room.disk(at: "/"))
    #expect(root >= 0)
    #expect(Room.disk(at: "/not/there/yet") != nil)
  }

  @Test("there is memory, and not more than a machine has")
  func memory() throws {
    let memory = try #require(Room.memory)
    #expect(memory > 1 << 20 && memory < 1 << 50)
  }

  /// Files of control groups in a folder that goes away.
  private func withGroups(
    _ groups: [(path: String, limit: String, used: String, stat: String)],
    _ body: (String) -> Void
  ) {
    var template = Array("/tmp/herdbook-groups-XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) }
    precondition(unsafe made != nil, "a temporary folder can be made")
    let root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var paths: [(name: String, isFolder: Bool)] = [(root, true)]
    for group in groups {
      let folder = root + group.path
      if !group.path.isEmpty {
        _ = unsafe mkdir(folder, 0o777)
        paths.append((folder, true))
      }
      for (name, text) in [
        ("memory.max", group.limit), ("memory.current", group.used), ("memory.stat", group.stat),
      ] {
        let file = unsafe fopen("\(folder)/\(name)", "w")!
        unsafe fputs(text + "\n", file)
        unsafe fclose(file)
        paths.append(("\(folder)/\(name)", false))
      }
    }
    body(root)
    for (name, isFolder) in paths.reversed() {
      _ = isFolder ? unsafe rmdir(name) : unsafe unlink(name)
    }
  }

  private func room(_ root: String, _ path: String) -> UInt64? {
    var bytes: UInt64 = 0
    return unsafe herdbook_group_memory(root, path, &bytes) == 0 ? bytes : nil
  }

  @Test("a group leaves its limit less what it uses, and what is merely cached counts as room")
  func group() {
    withGroups([
      ("/job", "1000", "700", "anon 500\ninactive_file 150\nactive_file 50")
    ]) { root in
      #expect(room(root, "/job") == 450)
    }
  }

  @Test("the narrowest of the groups around counts, and 'max' is no limit")
  func groups() {
    withGroups([
      ("", "5000", "100", ""), ("/a", "400", "300", ""), ("/a/b", "max", "9", ""),
      ("/a/b/c", "1000", "9", ""),
    ]) { root in
      #expect(room(root, "/a/b/c") == 100)
      #expect(room(root, "/a/b") == 100)
      #expect(room(root, "/") == 4900)
      #expect(room(root, "/elsewhere") == 4900)
    }
  }

  @Test("a group that is over its limit leaves nothing, one without a limit says nothing")
  func edges() {
    withGroups([("/full", "100", "200", ""), ("/free", "max", "5", "")]) { root in
      #expect(room(root, "/full") == 0)
      #expect(room(root, "/free") == nil)
    }
  }
}
