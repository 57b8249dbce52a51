import HerdbookBundle

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder of the system's for what is needed for a moment; whoever makes it removes it.
struct ScratchFolder {
  let path: String

  init() throws(Failure) {
    let parent = Environment.folder("TMPDIR") ?? "/tmp"
    var template = Array("\(parent)/herdbook-XXXXXX".utf8CString)
    let isMade = unsafe template.withUnsafeMutableBufferPointer {
      unsafe mkdtemp($0.baseAddress!) != nil
    }
    guard isMade else {
      let words = unsafe String(cString: strerror(errno))
      throw Failure(.inputOutput, "error: cannot make a folder in \(parent): \(words)")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  func remove() throws(BundleError) { try Disk().removeTree(path) }
}

/// Writes the bundle of a name as it was committed at a revision of git into a folder: the bytes of its
/// blobs, whatever attributes would make of them in a working tree.
func extract(
  _ name: String, at revision: String, of project: Project, into folder: String
) throws {
  let git = try Git(around: project.root)
  guard let commit = try git.commit(revision) else {
    throw Failure(.noInput, "error: git knows no revision '\(revision)'")
  }
  let path = "Results/\(name)/"
  let blobs = try git.blobs(below: path, of: commit)
  guard !blobs.isEmpty else {
    throw Failure(
      .noInput, "error: there is no bundle of '\(name)' at \(revision): git has no file in \(path)")
  }
  let files = Disk()
  let list = "\(folder)/list"
  // What is appended is not flushed to disk, which files for a moment need not be.
  try files.write(Array(blobs.map { "\($0.id)\n" }.joined().utf8), to: list, how: .append)
  var rest = try git.objects(listedIn: list)[...]
  var made: Set<String> = []
  for blob in blobs {
    // ID blob SIZE, a line feed, the bytes, a line feed.
    let head = rest.prefix { $0 != UInt8(ascii: "\n") }
    let words = head.split(separator: UInt8(ascii: " "))
    guard words.count == 3, let size = Int(String(decoding: words[2], as: UTF8.self)) else {
      throw Failure(.inputOutput, "error: git lacks \(blob.path) at \(revision)")
    }
    rest = rest.dropFirst(head.count + 1)
    let target = "\(folder)/\(name)/\(blob.path.dropFirst(path.count))"
    if made.insert(Path.parent(target)).inserted { try files.createFolders(Path.parent(target)) }
    try files.write(Array(rest.prefix(size)), to: target, how: .append)
    rest = rest.dropFirst(size + 1)
  }
}
