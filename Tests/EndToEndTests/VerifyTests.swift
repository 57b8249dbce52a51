import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("verify")
struct VerifyTests {
  private let project = Project()

  private func run(_ name: String = "s", _ spec: String = smallSpec()) {
    project.spec(name, spec)
    let run = project.run("run", name)
    #expect(run.status == 0, "\(run.err)")
  }

  private func listed(_ name: String = "s") -> [String] {
    project.manifest(name).split(separator: "\n").map { String($0.dropFirst(66)) }
  }

  /// Makes manifest and provenance agree with files that were changed, as who wants to deceive would.
  private func forge(_ name: String = "s") {
    let forged = project.shell(
      """
      set -e; cd Results/\(name)
      list() { find . -type f ! -name MANIFEST.sha256 ! -path './runs/*/weights/*' | cut -c3- | LC_ALL=C sort; }
      hash() { list | xargs -d '\\n' sha256sum; }
      digest=$(hash | grep -v -E '  (report.html|cover.svg|provenance.json|spec/.*)$' | sha256sum | cut -c1-64)
      sed -i -E 's/("result_digest": ")[0-9a-f]+/\\1'"$digest"'/' provenance.json
      hash > MANIFEST.sha256
      """)
    #expect(forged.status == 0, "\(forged.err)")
  }

  @Test(
    "a bundle is intact as it was written, proved when it was run again, and nothing is left of that"
  )
  func proved() {
    run("s", smallSpec(more: "replicates: 2\nrecord: {weights: all, individuals: all}"))
    let before = project.listing
    let intact = project.run("verify", "s")
    #expect(intact.status == 0 && intact.err == "")
    let count = listed().count
    #expect(intact.out.hasPrefix("s: intact: \(count) files, result "), "\(intact.out)")
    let proved = project.run("verify", "--all", "--rerun", "--quiet")
    #expect(proved.status == 0 && proved.err == "", "\(proved.err)")
    #expect(
      proved.out.hasPrefix("s: proved: run again, the same bytes; \(count) files, result "),
      "\(proved.out)")
    #expect(project.listing == before)
    let json = project.run("verify", "s", "--json").out
    #expect(json.contains("\"verdict\": \"intact\"") && json.contains("\"faults\": []"), "\(json)")
    #expect(project.run("verify", "t").status == 66)
    #expect(project.run("verify").status == 64)
  }

  @Test("a bit that was flipped in any file is found, and the file named")
  func flipped() {
    run()
    let files = listed() + ["MANIFEST.sha256"]
    #expect(files.count > 15)
    for file in files {
      let path = "\(project.path)/Results/s/\(file)"
      let whole = bytes(path)
      var changed = whole
      // In the manifest, one of a digest: its own file is what is found then.
      changed[changed.count / 2] ^= 1
      write(changed, to: path)
      let verify = project.run("verify", "s")
      #expect(verify.status == 1, "\(file): \(verify.out)")
      #expect(verify.out.hasPrefix("s: damaged\n"), "\(verify.out)")
      if file != "MANIFEST.sha256" {
        #expect(verify.out.contains("  \(file) has changed\n"), "\(verify.out)")
      }
      write(whole, to: path)
    }
    #expect(project.run("verify", "s").status == 0)
  }

  @Test(
    "missing files are faults; foreign ones, and recorded weights that git does not carry, are told"
  )
  func missing() {
    run("s", smallSpec(more: "record: {weights: all}"))
    project.shell(
      "rm Results/s/runs/main-0/weights/*-00001.safetensors; echo x > Results/s/notes.txt")
    let told = project.run("verify", "s")
    #expect(told.status == 0)
    #expect(told.out.contains("note: no run wrote notes.txt\n"), "\(told.out)")
    #expect(
      told.out.contains(
        "note: 1 file of recorded weights, which git does not carry, is not here\n"),
      "\(told.out)")
    project.shell("rm Results/s/summary.csv")
    let verify = project.run("verify", "s")
    #expect(
      verify.status == 1 && verify.out.contains("  summary.csv is missing\n"), "\(verify.out)")
    project.shell("rm Results/s/MANIFEST.sha256")
    #expect(project.run("verify", "s").status == 1)
  }

  @Test(
    "a forged table is intact to its digests, and found where it is run again: row, column, both values"
  )
  func forgedTable() {
    run()
    project.shell(
      "sed -i -E '3s/^([^,]+),[^,]+,/\\1,0.125,/' Results/s/runs/main-0/generations.csv")
    forge()
    #expect(project.run("verify", "s").status == 0)
    let verify = project.run("verify", "s", "--rerun", "--quiet")
    #expect(verify.status == 3, "\(verify.out)")
    #expect(
      verify.out.hasPrefix("s: not reproducible\n  1 file came out with other bytes\n"),
      "\(verify.out)")
    #expect(
      verify.out.contains(
        "runs/main-0/generations.csv, row 2 (1), fitness_min: 0.125 in the bundle, "),
      "\(verify.out)")
    #expect(project.shell("ls -A Results/.partial").out == "")
  }

  @Test("a manifest that tells of another result than the provenance is a fault")
  func otherResult() {
    run()
    project.shell(
      """
      cd Results/s && echo '0,0' >> runs/main-0/figures/drift.csv
      sed -i "s#^[0-9a-f]*  runs/main-0/figures/drift.csv#$(sha256sum runs/main-0/figures/drift.csv)#" MANIFEST.sha256
      sha256sum --quiet -c MANIFEST.sha256
      """)
    let verify = project.run("verify", "s")
    #expect(
      verify.status == 1 && verify.out.contains("  provenance.json tells of the result "),
      "\(verify.out)")
  }

  @Test("a forged state is found at its generation")
  func forgedState() {
    run()
    project.shell("sed -i -E '3s/[0-9a-f]{8}$/00000000/' Results/s/runs/main-0/generations.csv")
    forge()
    let verify = project.run("verify", "s", "--rerun", "--quiet")
    #expect(verify.status == 3)
    #expect(
      verify.out.contains(
        "main-0: populations are the same through generation 0 and differ from 1 on\n"),
      "\(verify.out)")
  }

  @Test("a weight that is one ULP off is named with its layer, its place and the distance")
  func forgedWeight() {
    run()
    let path = "\(project.path)/Results/s/runs/main-0/champion.safetensors"
    var file = bytes(path)
    // The last number of the last tensor, layers.2.weight [8, 10]: little-endian binary32.
    file[file.count - 4] ^= 1
    write(file, to: path)
    forge()
    let verify = project.run("verify", "s", "--rerun", "--quiet")
    #expect(verify.status == 3)
    #expect(
      verify.out.contains("runs/main-0/champion.safetensors, individual "), "\(verify.out)")
    #expect(
      verify.out.contains(" in generation 2, layers.2.weight[7, 9]: ")
        && verify.out.contains(", 1 ULP apart\n"),
      "\(verify.out)")
    let json = project.run("verify", "s", "--rerun", "--quiet", "--json").out
    #expect(json.contains("\"ulps\": 1") && json.contains("\"not-reproducible\""), "\(json)")
  }

  @Test("a bundle of another result version is intact, and cannot be proved by this engine")
  func otherVersion() {
    run()
    project.shell("sed -i -E 's/(\"result_version\": )[0-9]+/\\19999/' Results/s/provenance.json")
    forge()
    let intact = project.run("verify", "s")
    #expect(
      intact.status == 0 && intact.out.contains("note: is of result version 9999; "),
      "\(intact.out)")
    let verify = project.run("verify", "s", "--rerun")
    #expect(
      verify.status == 1 && verify.out.contains("cannot be proved by this engine"), "\(verify.out)")
  }

  @Test("the chain of transfers is followed: another result since, damage at its source, no source")
  func chain() {
    run("source")
    run("s", smallSpec(more: "transfer: {from: source, take: champion}"))
    #expect(project.run("verify", "s").status == 0)
    #expect(project.run("verify", "s", "--rerun", "--quiet").status == 0)
    run("source", smallSpec(seed: 5))
    let changed = project.run("verify", "s")
    #expect(
      changed.status == 1
        && changed.out.contains("  source, which it transfers from, has another result since: "),
      "\(changed.out)")
    run("source")
    #expect(project.run("verify", "s").status == 0)
    project.shell("echo 1 >> Results/source/summary.csv")
    let damaged = project.run("verify", "s")
    #expect(
      damaged.status == 1
        && damaged.out.contains("  source, which it transfers from, is damaged\n"),
      "\(damaged.out)")
    project.shell("rm -r Results/source")
    let gone = project.run("verify", "s")
    #expect(
      gone.status == 0
        && gone.out.contains("note: source, which it transfers from, has no bundle here\n"),
      "\(gone.out)")
    let rerun = project.run("verify", "s", "--rerun")
    #expect(rerun.status == 1 && rerun.out.contains("is not there"), "\(rerun.out)")
  }

  @Test("a forged file that holds nothing is not reproducible as well, and the others are verified")
  func forgedToNothing() {
    run()
    run("t")
    project.shell(": > Results/s/runs/main-0/generations.csv")
    forge()
    let verify = project.run("verify", "s", "t", "--rerun", "--quiet")
    #expect(verify.status == 3 && verify.out.contains("generations.csv"), "\(verify.out)")
    #expect(verify.out.hasPrefix("s: not reproducible\n"), "\(verify.out)")
    #expect(verify.out.contains("\nt: proved: "), "\(verify.out)")
    #expect(
      verify.err == "error: 1 of 2 bundles not reproducible: the same cause gave other bits\n")
    let json = project.run("verify", "s", "t", "--rerun", "--quiet", "--json").out
    #expect(json.contains("\"unreadable\": ") && json.contains("\"proved\""), "\(json)")
    // What is damaged before it is run again is not counted among those.
    project.shell("echo x >> Results/t/summary.csv")
    #expect(
      project.run("verify", "s", "t", "--rerun", "--quiet").err
        == "error: 1 of 2 bundles not reproducible: the same cause gave other bits\n")
  }

  @Test(
    "a plan that is forged to nothing cannot be run again, and that is told of this bundle alone")
  func forgedPlan() {
    run()
    run("t")
    project.shell("echo '{}' > Results/s/plan.json")
    forge()
    let verify = project.run("verify", "s", "t", "--rerun", "--quiet")
    #expect(verify.status == 1 && verify.out.contains("plan.json"), "\(verify.out)")
    #expect(verify.out.contains("\nt: proved: "), "\(verify.out)")
  }

  @Test("without bundles there is a list of none; under another name a bundle is told")
  func others() {
    #expect(project.run("verify", "--all", "--json").out == "[]\n")
    run()
    project.shell("cp -r Results/s Results/other")
    #expect(
      project.run("verify", "other").out.contains(
        "  note: was made as s, and lies under another name\n"))
    let nobody = project.run("verify", "nobody")
    #expect(
      nobody.status == 66
        && nobody.err == "error: there is no bundle of 'nobody', and no experiment of that name\n")
    project.spec("planned", smallSpec())
    #expect(
      project.run("verify", "planned").err
        == "error: there is no bundle of 'planned'; make it with: herdbook run planned\n")
  }

  @Test("a proof that is interrupted leaves nothing")
  func interrupted() {
    run("s", smallSpec(iterations: 400))
    let before = project.listing
    let verify = project.start(["verify", "s", "--rerun"])
    #expect(
      verify.wait { exists("\(project.path)/Results/.partial/.verify/.partial/s/bundle/spec") })
    verify.signal(SIGINT)
    let end = verify.wait()
    #expect(end.status == 85 && end.err.contains("s: stopped; nothing was kept"), "\(end.err)")
    #expect(project.listing == before)
  }
}
