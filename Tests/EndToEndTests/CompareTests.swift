import HerdbookBundle
import Testing

@Suite("compare")
struct CompareTests {
  private let project = Project()

  /// Writes a bundle with what a comparison reads of it: `plan.json`, `summary.csv` and the manifest.
  ///
  /// - Parameter accuracy: by variant, seed by seed.
  private func bundle(
    _ name: String, accuracy: [(variant: String, values: [String])], seeds: [Int],
    images: Int = 100, target: String = "null", steps: [String]? = nil, folder: String? = nil
  ) {
    let folder = folder ?? "Results/\(name)"
    var runs: [String] = []
    var rows = [
      "run,variant,replicate,seed,champion,test_accuracy,validation_accuracy,evaluations,steps"
        + (steps == nil ? "" : ",target_steps")
    ]
    for (replicate, seed) in seeds.enumerated() {
      for (variant, values) in accuracy {
        runs.append(#"{"replicate":\#(replicate),"seed":\#(seed),"variant":"\#(variant)"}"#)
        rows.append(
          "\(variant)-\(replicate),\(variant),\(replicate),\(seed),7,\(values[replicate]),0.5,1200,\(40 + replicate)"
            + (steps.map { ",\($0[replicate])" } ?? ""))
      }
    }
    let variants = accuracy.map { #"{"name":"\#($0.variant)","settings":{}}"# }
    let compare = #"{"baseline":"\#(accuracy[0].variant)","metrics":[]}"#
    let plan = """
      {"compare":\(compare),
       "counts":{"evaluations":1,"images":1,"operations":1,"recorded_bytes":1,"steps":1},
       "dataset":{"classes":10,"columns":28,"digest":"\(String(repeating: "ab", count: 32))","name":"digits",
         "rows":28,"test":\(images),"training":300,"validation":100},
       "runs":[\(runs.joined(separator: ","))],
       "settings":{"dataset.classes":null,"fitness.metric":"accuracy","fitness.target":\(target)},
       "variants":[\(variants.joined(separator: ","))]}

      """
    project.shell("mkdir -p \(folder)")
    write(Array(plan.utf8), to: "\(project.path)/\(folder)/plan.json")
    write(
      Array(rows.map { "\($0)\n" }.joined().utf8), to: "\(project.path)/\(folder)/summary.csv")
    project.shell("cd \(folder) && sha256sum plan.json summary.csv > MANIFEST.sha256")
  }

  /// Six seeds under which `better` is above `base` by 0.02 each time; one run of other seeds.
  private func two() {
    let base = ["0.9", "0.91", "0.92", "0.93", "0.94", "0.95", "0.96"]
    let better = ["0.92", "0.93", "0.94", "0.95", "0.96", "0.97", "0.98"]
    bundle("a", accuracy: [("base", base), ("better", better)], seeds: [1, 2, 3, 4, 5, 6, 7])
    bundle("b", accuracy: [("main", ["0.99"])], seeds: [8])
  }

  @Test("rows are variants of bundles, best first, and columns medians with intervals")
  func text() {
    two()
    let compare = project.run("compare", "a", "b")
    #expect(compare.status == 0 && compare.err.isEmpty, "\(compare.err)")
    #expect(
      compare.out
        == """
        rank  experiment  runs  test-accuracy            validation-accuracy  evaluations  steps
        1     b           1     0.9900                   0.5000               1,200        40
        2     a/better    7     0.9500 [0.9300, 0.9700]  0.5000               1,200        43 [41, 45]
        3     a/base      7     0.9300 [0.9100, 0.9500]  0.5000               1,200        43 [41, 45]

        Medians over runs, and from five runs on [the 95 % bootstrap interval of the median] where it is
        wider than a number. Ranked by test-accuracy, higher first.

        """)
  }

  @Test("against a baseline rows are tested where seeds pair, in every format")
  func baseline() {
    two()
    bundle("c", accuracy: [("main", ["0.8", "0.7"])], seeds: [1, 2])
    bundle("d", accuracy: [("main", ["0.5"])], seeds: [1], images: 99)
    let words = ["compare", "a", "b", "c", "d", "--columns", "test-accuracy", "--baseline", "a"]
    func output(_ format: String) -> Outcome {
      project.start(words + ["--format", format]).wait()
    }
    let warning =
      "not comparable: measured on different images, a/base on 100 images of digits (abababababab),"
      + " d on 99 images of digits (abababababab)"
    #expect(
      output("text").out
        == """
        rank  experiment  runs  test-accuracy            against a/base  p       verdict
        1     b           1     0.9900                   -               -       unpaired
        2     a/better    7     0.9500 [0.9300, 0.9700]  +0.0200         0.0156  better
        3     a/base      7     0.9300 [0.9100, 0.9500]  -               -       baseline
        4     c           2     0.7500                   -0.1550         -       too few pairs
        5     d           1     0.5000                   -               -       not comparable

        Medians over runs, and from five runs on [the 95 % bootstrap interval of the median] where it is
        wider than a number. Ranked by test-accuracy, higher first.
        Against a/base: medians of the differences in test-accuracy, run by run under the same seed; p of
        the paired permutation test after Holm's correction over all rows.
        Warning: not comparable: measured on different images, a/base on 100 images of digits
        (abababababab), d on 99 images of digits (abababababab).

        """)
    let markdown = output("md")
    #expect(markdown.err == "warning: \(warning)\n")
    #expect(
      markdown.out
        == """
        | rank | experiment | runs | test-accuracy | against a/base | p | verdict |
        | ---: | --- | ---: | ---: | ---: | ---: | ---: |
        | 1 | b | 1 | 0.9900 | - | - | unpaired |
        | 2 | a/better | 7 | 0.9500 [0.9300, 0.9700] | +0.0200 | 0.0156 | better |
        | 3 | a/base | 7 | 0.9300 [0.9100, 0.9500] | - | - | baseline |
        | 4 | c | 2 | 0.7500 | -0.1550 | - | too few pairs |
        | 5 | d | 1 | 0.5000 | - | - | not comparable |

        Medians over runs, and from five runs on [the 95 % bootstrap interval of the median] where it is wider than a number. Ranked by test-accuracy, higher first.

        Against a/base: medians of the differences in test-accuracy, run by run under the same seed; p of the paired permutation test after Holm's correction over all rows.

        Warning: \(warning).

        """)
    let difference = "0.020000000000000018,0.019999999999999907,0.020000000000000018"
    #expect(
      output("csv").out
        == """
        rank,bundle,variant,runs,test_accuracy_runs,test_accuracy_median,test_accuracy_low,test_accuracy_high,baseline,pairs,difference,difference_low,difference_high,p,p_holm,verdict
        1,b,main,1,1,0.99,,,a/base,,,,,,,unpaired
        2,a,better,7,7,0.95,0.93,0.97,a/base,7,\(difference),0.015625,0.015625,better
        3,a,base,7,7,0.93,0.91,0.95,,,,,,,,
        4,c,main,2,2,0.75,,,a/base,2,-0.15500000000000003,,,,,too-few-pairs
        5,d,main,1,1,0.5,,,a/base,,,,,,,not-comparable

        """)
    #expect(
      output("json").out
        == """
        {
          "baseline": "a/base",
          "better": "higher",
          "columns": ["test-accuracy"],
          "ranking": "test-accuracy",
          "rows": [
            {
              "bundle": "b",
              "outcomes": {
                "test-accuracy": {
                  "high": null,
                  "low": null,
                  "median": 0.99,
                  "runs": 1
                }
              },
              "rank": 1,
              "runs": 1,
              "variant": "main",
              "verdict": "unpaired"
            },
            {
              "bundle": "a",
              "difference": {
                "high": 0.020000000000000018,
                "low": 0.019999999999999907,
                "median": 0.020000000000000018,
                "p": 0.015625,
                "p_holm": 0.015625,
                "pairs": 7,
                "test": "permutation"
              },
              "outcomes": {
                "test-accuracy": {
                  "high": 0.97,
                  "low": 0.93,
                  "median": 0.95,
                  "runs": 7
                }
              },
              "rank": 2,
              "runs": 7,
              "variant": "better",
              "verdict": "better"
            },
            {
              "bundle": "a",
              "outcomes": {
                "test-accuracy": {
                  "high": 0.95,
                  "low": 0.91,
                  "median": 0.93,
                  "runs": 7
                }
              },
              "rank": 3,
              "runs": 7,
              "variant": "base"
            },
            {
              "bundle": "c",
              "difference": {
                "high": null,
                "low": null,
                "median": -0.15500000000000003,
                "p": null,
                "p_holm": null,
                "pairs": 2,
                "test": null
              },
              "outcomes": {
                "test-accuracy": {
                  "high": null,
                  "low": null,
                  "median": 0.75,
                  "runs": 2
                }
              },
              "rank": 4,
              "runs": 2,
              "variant": "main",
              "verdict": "too-few-pairs"
            },
            {
              "bundle": "d",
              "outcomes": {
                "test-accuracy": {
                  "high": null,
                  "low": null,
                  "median": 0.5,
                  "runs": 1
                }
              },
              "rank": 5,
              "runs": 1,
              "variant": "main",
              "verdict": "not-comparable"
            }
          ],
          "warnings": [
            "\(warning)"
          ]
        }

        """.replacing("[\n    \"\(warning)\"\n  ]", with: "[\"\(warning)\"]"))
  }

  @Test("the test that was used is named, and neither intervals nor p where there are none")
  func tests() {
    let accuracy = [String](repeating: "0.9", count: 6)
    for (name, steps) in [
      ("a", ["10", "11", "12", "13", "14", "15"]), ("b", ["20", "22", "24", "26", "28", "30"]),
      ("c", ["20", "22", "24", "26", "28", ""]),
    ] {
      bundle(
        name, accuracy: [("main", accuracy)], seeds: [1, 2, 3, 4, 5, 6], target: "0.95",
        steps: steps)
    }
    bundle("one", accuracy: [("main", ["0.9"])], seeds: [1])
    func notes(_ arguments: String...) -> String {
      let compare = project.start(["compare"] + arguments).wait()
      #expect(compare.status == 0)
      let parts = compare.out.split(separator: "\n\n")
      return parts.count == 2 ? String(parts[1].dropLast()).replacing("\n", with: " ") : ""
    }
    let columns = ["--columns", "target-steps", "--baseline", "a"]
    let sign =
      "the exact sign test, as differences are infinite, after Holm's correction over all rows."
    let paired = "; p of the paired permutation test"
    let tested = { (names: [String]) in
      self.project.start(["compare"] + names + columns).wait().out.replacing("\n", with: " ")
    }
    #expect(tested(["a", "b"]).contains("\(paired) after Holm's correction over all rows."))
    #expect(tested(["a", "c"]).contains("; p of \(sign)"))
    #expect(tested(["a", "b", "c"]).contains("\(paired), but for c of \(sign)"))
    let single = ["--columns", "test-accuracy"]
    #expect(notes("one", single[0], single[1]) == "Ranked by test-accuracy, higher first.")
    #expect(
      notes("one", "a", single[0], single[1], "--baseline", "one")
        == "Medians over runs, and from five runs on [the 95 % bootstrap interval of the median]"
        + " where it is wider than a number. Ranked by test-accuracy, higher first. Against one:"
        + " medians of the differences in test-accuracy, run by run under the same seed.")
  }

  @Test("columns are chosen by name, and ranked by the way that is better, or turned round")
  func sorting() {
    two()
    func experiments(_ words: String...) -> [String] {
      let lines = project.start(["compare", "a", "b", "--format", "csv"] + words).wait().lines
      return lines.dropFirst().map {
        $0.split(separator: ",", omittingEmptySubsequences: false).prefix(3).joined(separator: " ")
      }
    }
    #expect(experiments("--columns", "steps") == ["1 b main", "2 a base", "2 a better"])
    #expect(experiments("--sort", "steps", "--reverse") == ["2 a better", "2 a base", "1 b main"])
    #expect(
      experiments("--baseline", "a/better", "--sort", "test-accuracy")
        == ["1 b main", "2 a better", "3 a base"])
    let shown = project.run("compare", "a", "--columns", "steps", "--sort", "evaluations")
    #expect(shown.lines[0].hasSuffix("runs  steps        evaluations"), "\(shown.out)")
    #expect(shown.out.contains("Ranked by evaluations, lower first."))
  }

  @Test("a target that was not reached counts as infinite, and one that there is not, as nothing")
  func target() {
    bundle(
      "a", accuracy: [("main", ["0.9", "0.9", "0.9"])], seeds: [1, 2, 3], target: "0.95",
      steps: ["", "50", ""])
    bundle(
      "b", accuracy: [("main", ["0.9", "0.9"])], seeds: [1, 2], target: "0.95", steps: ["9", ""])
    bundle("c", accuracy: [("main", ["0.9"])], seeds: [1])
    let compare = project.run("compare", "a", "b", "c", "--columns", "target-steps")
    #expect(
      compare.out.hasPrefix(
        """
        rank  experiment  runs  target-steps
        1     a           3     inf
        1     b           2     inf
        -     c           1     -

        """), "\(compare.out)")
    // Shown unasked where some bundle has it.
    #expect(project.run("compare", "a", "c").lines[0].hasSuffix("target-steps"))
  }

  @Test("medians, intervals, differences and verdicts are those of variants.csv")
  func variants() {
    project.spec(
      "s",
      """
      iterations: 2
      network: {layers: [784, 6, 10]}
      population: {size: 5}
      dataset: {train: 300, validation: 100, test: 100}
      variants: [{name: still, set: {mutation.scale: 0}}, {name: moved, set: {mutation.scale: 0.2}}]
      replicates: 6
      seed: 3

      """)
    #expect(project.run("run", "s").status == 0)
    let compare = project.run(
      "compare", "s", "--columns", "test-accuracy", "--baseline", "s", "--format", "csv")
    let table = project.shell("cat Results/s/variants.csv").lines.map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    for line in compare.lines.dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard let row = table.first(where: { $0[0] == cells[2] }) else {
        Issue.record("\(cells) is of no variant")
        continue
      }
      #expect(Array(cells[5...7]) == Array(row[7...9]))
      #expect(Array(cells[9...]) == Array(row[11...]))
    }
    #expect(compare.lines.count == 3)
  }

  @Test("bundles are found by name and by path, each once, and files are written")
  func paths() {
    two()
    bundle("a", accuracy: [("main", ["0.1"])], seeds: [1], folder: "old/a")
    let compare = project.run(
      "compare", "a", "Results/a", "old/a", "--columns", "test-accuracy", "--format", "csv",
      "--baseline", "old/a", "--output", "x.csv")
    #expect(compare.status == 0 && compare.out.isEmpty && compare.err.isEmpty, "\(compare.err)")
    let lines = project.shell("cut -d, -f1-3 x.csv").lines
    #expect(lines == ["rank,bundle,variant", "1,a,better", "2,a,base", "3,old/a,main"])
    // Paths need no project.
    let outside = project.run("compare", "old/a", "--project", "nowhere")
    #expect(outside.status == 0, "\(outside.err)")
    let twice = project.run("compare", "a", "b", "--threads", "1").out
    #expect(project.run("compare", "a", "b", "--threads", "4").out == twice)
  }

  @Test("what is unknown, missing or damaged is refused with its name")
  func refused() {
    two()
    let column = project.run("compare", "a", "--columns", "test-acuracy")
    #expect(column.status == 64)
    #expect(
      column.err
        == "error: no bundle has a column 'test-acuracy'; did you mean 'test-accuracy'?\n")
    let far = project.run("compare", "a", "--sort", "zzzzzz")
    #expect(
      far.err
        == "error: no bundle has a column 'zzzzzz'; there are evaluations, steps, test-accuracy,"
        + " validation-accuracy\n")
    #expect(project.run("compare", "a", "--columns", ",").status == 64)
    let row = project.run("compare", "a", "b", "--baseline", "a/bse")
    #expect(row.status == 66)
    #expect(row.err == "error: no row is called 'a/bse'; did you mean 'a/base'?\n")
    let none = project.run("compare", "a", "cc")
    #expect(none.status == 66)
    #expect(
      none.err == "error: there is no bundle of 'cc', and no experiment of that name\n",
      "\(none.err)")
    let folder = project.run("compare", "./Experiments")
    #expect(folder.status == 66)
    #expect(folder.err == "error: ./Experiments is no bundle: it has no MANIFEST.sha256\n")
    project.shell("echo x >> Results/b/summary.csv")
    let damaged = project.run("compare", "a", "b")
    #expect(damaged.status == 1 && damaged.out.isEmpty)
    #expect(
      damaged.err == "error: b: is damaged: summary.csv has changed; run the experiment again\n")
  }
}
