import HerdbookBundle
import HerdbookModel
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("publication")
struct PublicationTests {
  private let folder = TemporaryFolder()
  private var path: String { "\(folder.path)/Results" }

  private func results(_ files: any FileSystem = Disk(), process: Int = 1) -> Results {
    Results(folder: path, files: files, processes: processes(process))
  }

  @Test("the first bundle takes its place, and nothing is left beside it")
  func first() throws {
    let bundle = try publish(results(), mark: 1)
    #expect(bundle.folder == "\(path)/quickstart")
    #expect(try mark(of: bundle) == 1)
    #expect(try Disk().entries("\(path)/.partial") == [])
    #expect(try results().names() == ["quickstart"])
  }

  @Test("sha256sum accepts the manifests, and they list every file")
  func sha256sum() throws {
    let bundle = try publish(results(), mark: 1)
    let tool = shell("command -v sha256sum >/dev/null") == 0 ? "sha256sum" : "shasum -a 256"
    for manifest in [Manifest.path, Manifest.weightsPath] {
      #expect(shell("cd \(bundle.folder) && \(tool) -c \(manifest) >/dev/null") == 0)
    }
    #expect(
      try bundle.manifest().entries.map(\.path) == [
        "WEIGHTS.sha256", "plan.json", "provenance.json", "report.html",
        "runs/main-0/champion.safetensors", "spec/quickstart.yaml", "summary.csv",
      ])
    #expect(
      try bundle.weights().entries.map(\.path) == ["runs/main-0/weights/generation-3.safetensors"])
  }

  @Test("what goes wrong while weights are recorded is thrown by the next call that waits for them")
  func recording() throws {
    let files = FaultyDisk()
    let writer = try results(files).begin("quickstart")
    func record(_ generation: Int) throws(BundleError) {
      try writer.record(
        SafetensorsStream(parts: [.init(name: "a", shape: [1], pieces: 1) { _ in [1] }]),
        to: "runs/main-0/weights/generation-\(generation).safetensors")
    }
    try record(1)
    try record(2)
    let path = "\(path)/.partial/quickstart/bundle/runs/main-0/weights/generation-3.safetensors"
    try Disk().createFolder(path)
    try record(3)
    let error = #expect(throws: BundleError.self) { try record(4) }
    #expect(error?.description.contains(path) == true)
    writer.abandon()
    #expect(try Disk().entries("\(self.path)/.partial") == [])
  }

  @Test("weights are recorded where weights go, and nothing else is")
  func placesOfWeights() throws {
    let writer = try results().begin("quickstart")
    let stream = SafetensorsStream(parts: [])
    #expect(throws: BundleError.self) { try writer.record(stream, to: "weights.safetensors") }
    #expect(throws: BundleError.self) {
      try writer.write([1], to: "runs/main-0/weights/generation-1.safetensors")
    }
  }

  @Test(
    "of a run that keeps its champion a table is compressed above 100,000 bytes alone, one of a figure above 10,000, and reads the same"
  )
  func largeTable() throws {
    func herdBook(_ rows: Int) -> Table { Table([.init("id", .integers(Array(0..<rows)))]) }
    let writer = try results().begin("a")
    // 90,893 and 102,893 bytes, of figures 3,893 and 11,393.
    for (run, rows, drawn) in [("small-0", 17_000, 1000), ("large-0", 19_000, 2500)] {
      try writer.write(herdBook(rows), to: "runs/\(run)/phylogeny.csv")
      try writer.write(herdBook(1000), to: "runs/\(run)/generations.csv")
      try writer.write(herdBook(rows), to: "runs/\(run)/distributions.csv")
      try writer.write(herdBook(drawn), to: "runs/\(run)/figures/drift.csv")
      try writer.write([1], to: "runs/\(run)/champion.safetensors")
    }
    try writer.keepChampions(of: ["small-0", "large-0"])
    try writer.seal(samplePlan(), resultVersion: 1)
    let bundle = try writer.publish()
    let paths = try bundle.manifest().entries.map(\.path).filter { $0.hasPrefix("runs/") }
    #expect(
      paths == [
        "runs/large-0/champion.safetensors", "runs/large-0/distributions.csv.gz",
        "runs/large-0/figures/drift.csv.gz", "runs/large-0/generations.csv",
        "runs/large-0/phylogeny.csv.gz", "runs/small-0/champion.safetensors",
        "runs/small-0/distributions.csv", "runs/small-0/figures/drift.csv",
        "runs/small-0/generations.csv", "runs/small-0/phylogeny.csv",
      ])
    #expect(try bundle.intactTable("runs/large-0/phylogeny.csv").rowCount == 19_000)
    #expect(try bundle.check().isSound && bundle.check().foreign.isEmpty)
  }

  @Test("a new bundle replaces the old one whole", arguments: [true, false])
  func replacement(canExchange: Bool) throws {
    let files = FaultyDisk(canExchange: canExchange)
    try publish(results(files), mark: 1)
    let bundle = try publish(results(files), mark: 2)
    #expect(try mark(of: bundle) == 2)
    #expect(try Disk().entries("\(path)/.partial") == [])
    #expect(files.log.contains("exchange \(path)/quickstart") == canExchange)
  }

  @Test("without an exchange, the old bundle goes aside only after a journal says so")
  func journal() throws {
    let files = FaultyDisk(canExchange: false)
    try publish(results(files), mark: 1)
    try publish(results(files), mark: 2)
    let log = files.log
    let journal = try #require(log.firstIndex(of: "write \(path)/.partial/quickstart/journal"))
    let aside = try #require(log.firstIndex(of: "rename \(path)/.partial/quickstart/old"))
    let place = try #require(log.lastIndex(of: "rename \(path)/quickstart"))
    #expect(journal < aside && aside < place)
    #expect(log[journal + 1] == "flush \(path)/.partial/quickstart")
  }

  @Test("files and folders are flushed before the bundle takes its place")
  func flushes() throws {
    let files = FaultyDisk()
    try publish(results(files), mark: 1)
    let log = files.log
    let place = try #require(log.firstIndex(of: "rename \(path)/quickstart"))
    let work = "\(path)/.partial/quickstart"
    let manifest = try #require(log.firstIndex(of: "write \(work)/bundle/MANIFEST.sha256"))
    #expect(log[manifest...].filter { $0.hasPrefix("write ") }.count == 1)
    for folder in ["", "/spec", "/runs", "/runs/main-0", "/runs/main-0/weights"] {
      let flush = try #require(log.lastIndex(of: "flush \(work)/bundle\(folder)"))
      #expect(manifest < flush && flush < place)
    }
    #expect(try #require(log.lastIndex(of: "flush \(path)")) > place)
  }

  @Test(
    "killed at any change, the old bundle or the new one is found, and the next run works",
    arguments: [true, false], [true, false])
  func killed(canExchange: Bool, replaces: Bool) throws {
    var step = 0
    var marks: [Int?] = []
    while true {
      step += 1
      let folder = TemporaryFolder()
      let path = "\(folder.path)/Results"
      if replaces {
        try publish(Results(folder: path, processes: processes(1)), mark: 1)
      }
      let files = FaultyDisk(.killed(at: step), canExchange: canExchange)
      let isWhole: Bool
      do throws(BundleError) {
        try publish(Results(folder: path, files: files, processes: processes(1)), mark: 2)
        isWhole = files.changes < step
      } catch { isWhole = false }
      // Another process comes along; the first is gone.
      let next = Results(
        folder: path, files: FaultyDisk(canExchange: canExchange), processes: processes(2))
      let found = try next.open("quickstart")
      if let found {
        let mark = try mark(of: found)
        #expect(mark == 2 || (replaces && mark == 1), "step \(step)")
        marks.append(mark)
      } else {
        #expect(!replaces, "step \(step)")
        marks.append(nil)
      }
      #expect(try mark(of: publish(next, mark: 3)) == 3, "step \(step)")
      #expect(try Disk().entries("\(path)/.partial") == [], "step \(step)")
      #expect(try Disk().entries(path) == [".partial", "quickstart"], "step \(step)")
      if isWhole { break }
    }
    // Before the turn the old one at every step, after it the new one.
    let turn = try #require(marks.firstIndex(of: 2))
    #expect(turn > 10 && turn < marks.count - 1)
    #expect(marks[..<turn].allSatisfy { $0 == (replaces ? 1 : nil) })
    #expect(marks[turn...].allSatisfy { $0 == 2 })
  }

  @Test("a full disk is named, and leaves the old bundle", arguments: [ENOSPC, EFBIG])
  func full(code: Int32) throws {
    try publish(results(), mark: 1)
    let counter = FaultyDisk()
    try publish(results(counter), mark: 1)
    for step in 1...counter.changes {
      let files = FaultyDisk(.full(from: step, code: code))
      do throws(BundleError) {
        try publish(results(files), mark: 1)
      } catch {
        guard case .file(let fault) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(fault.code == code)
        #expect(fault.path.hasPrefix("\(path)/.partial/quickstart"))
      }
      let bundle = try #require(try results().open("quickstart"))
      #expect(try mark(of: bundle) == 1, "step \(step)")
      #expect(try Disk().entries(path) == [".partial", "quickstart"], "step \(step)")
      #expect(try Disk().entries("\(path)/.partial") == [], "step \(step)")
    }
  }

  @Test(
    "every change refused in turn, a write, a rename, a flush, a folder, leaves the old bundle or the new one",
    arguments: [true, false], [EIO, EROFS])
  func refused(canExchange: Bool, code: Int32) throws {
    try publish(results(), mark: 1)
    let counter = FaultyDisk(canExchange: canExchange)
    try publish(results(counter), mark: 1)
    // Another process comes along each time; the one that was refused is gone, perhaps with its lock left.
    let next = Results(folder: path, processes: processes(2))
    var actions: Set<FileFault.Action> = []
    var (old, new) = (0, 0)
    for step in 1...counter.changes {
      try publish(next, mark: 1)
      let files = FaultyDisk(.refused(at: step, code: code), canExchange: canExchange)
      var isTold = false
      do throws(BundleError) {
        try publish(results(files), mark: 2)
      } catch {
        guard case .file(let fault) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(fault.code == code && fault.path.hasPrefix(path), "step \(step)")
        actions.insert(fault.action)
        isTold = true
      }
      let bundle = try #require(try next.open("quickstart"))
      let found = try mark(of: bundle)
      // Where nothing was said, it is the new one; where something was, whichever it is, it is whole.
      #expect(
        isTold ? found == 1 || found == 2 : found == 2, "step \(step): \(files.log[step - 1])")
      if found == 1 { old += 1 } else { new += 1 }
      #expect(try mark(of: publish(next, mark: 3)) == 3, "step \(step)")
      #expect(try Disk().entries("\(path)/.partial") == [], "step \(step): \(files.log[step - 1])")
      #expect(try Disk().entries(path) == [".partial", "quickstart"], "step \(step)")
    }
    #expect(actions.isSuperset(of: [.write, .flush, .create]))
    #expect(actions.contains(canExchange ? .exchange : .rename))
    #expect(old > 10 && new > 0)
  }

  #if os(Linux)
    @Test("a device without room says so in the system's words")
    func realFullDisk() {
      do throws(BundleError) {
        try Disk().write([1, 2, 3], to: "/dev/full", how: .replace)
        Issue.record("/dev/full took bytes")
      } catch {
        #expect(
          error.description == """
            cannot write /dev/full: No space left on device; \
            make room and run again: what was there before is unchanged
            """)
      }
    }
  #endif

  @Test("a file where Results or the bundle should be is an error with its path")
  func occupied() throws {
    let disk = Disk()
    try disk.write([], to: "\(folder.path)/file", how: .create)
    let blocked = Results(folder: "\(folder.path)/file", processes: processes(1))
    #expect(
      throws: BundleError.file(
        FileFault(.create, "\(folder.path)/file/.partial/a", code: ENOTDIR))
    ) { _ = try blocked.begin("a") }
    try disk.createFolder(path)
    try disk.write([], to: "\(path)/a", how: .create)
    #expect(throws: BundleError.file(FileFault(.create, "\(path)/a", code: ENOTDIR))) {
      _ = try results().begin("a")
    }
    #expect(try disk.entries("\(path)/.partial") == [])
  }

  @Test("a writer that goes away leaves nothing")
  func abandoned() throws {
    do {
      let writer = try results().begin("a")
      try writer.write([1], to: "runs/main-0/x.csv")
    }
    #expect(try Disk().entries(path) == [".partial"])
    #expect(try Disk().entries("\(path)/.partial") == [])
  }

  @Test("files that no run wrote are not thrown away unless told so")
  func foreign() throws {
    try publish(results(), mark: 1)
    try Disk().write([1], to: "\(path)/quickstart/notes.md", how: .create)
    try Disk().write([1], to: "\(path)/quickstart/.DS_Store", how: .create)
    #expect(throws: BundleError.foreign(folder: "\(path)/quickstart", files: ["notes.md"])) {
      try publish(results(), mark: 2)
    }
    #expect(try Disk().entries("\(path)/quickstart").contains("notes.md"))
    let writer = try results().begin("quickstart", discardingForeignFiles: true)
    try writer.seal(samplePlan(), resultVersion: 1)
    let bundle = try writer.publish()
    #expect(try bundle.check() == BundleCheck())
  }

  @Test(
    "new pages replace the old ones, and damage elsewhere stays visible", arguments: [true, false])
  func revision(canLink: Bool) throws {
    try publish(results(), mark: 1)
    try Disk().write([1], to: "\(path)/quickstart/summary.csv", how: .replace)
    try Disk().write([1], to: "\(path)/quickstart/notes.md", how: .create)
    let old = try #require(try results().open("quickstart"))
    let digest = try old.manifest().resultDigest
    let writer = try results(FaultyDisk(canLink: canLink)).revise("quickstart")
    try writer.write(Array("new".utf8), to: "report.html")
    #expect(try old.bytes("report.html") == Array("<p>1</p>\n".utf8))
    let bundle = try writer.publish()
    #expect(try bundle.bytes("report.html") == Array("new".utf8))
    let check = try bundle.check()
    #expect(check == BundleCheck(changed: ["summary.csv"], foreign: ["notes.md"]))
    #expect(try bundle.manifest().resultDigest == digest)
    #expect(try Disk().entries("\(path)/.partial") == [])
  }

  @Test(
    "names and paths that lead elsewhere are refused",
    arguments: ["", ".", "..", "a/../b", "/a", "a//b", "a/", "a\nb", "a\\b", "MANIFEST.sha256"])
  func paths(text: String) throws {
    let writer = try results().begin("a")
    #expect(throws: BundleError.self) { try writer.write([1], to: text) }
    #expect(throws: BundleError.self) { _ = try results().begin("\(text)/") }
  }

  @Test("a log grows by one line an entry, beside the bundles")
  func log() throws {
    try results().log("a", .object(["host": .text("x"), "threads": .integer(2)]))
    try results().log("a", .object(["b": .list([.real(0.5)])]))
    let bytes = try Disk().read("\(path)/.log/a.jsonl")
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "{\"host\":\"x\",\"threads\":2}\n{\"b\":[0.5]}\n")
    #expect(try results().names() == [])
  }
}
