import HerdbookModel
import HerdbookSpec

/// What one run costs on this machine. It is printed, and never stored.
package struct Estimate: Sendable, Equatable {
  package var seconds: Double
  /// The most bytes of memory of a process for this run alone.
  package var memory: Int
  /// The part of `memory` that runs of one process have in common: the program and the images.
  package var sharedMemory: Int
  /// Bytes of a bundle with this run alone, recorded weights among them.
  package var disk: Int
  /// The part of `disk` that is recorded weights.
  package var recorded: Int
  /// Bytes on disk that are taken beside the bundle while the run goes on: its swap file and its checkpoints.
  package var scratch: Int

  package init(
    seconds: Double, memory: Int, sharedMemory: Int, disk: Int, recorded: Int,
    scratch: Int = 0
  ) {
    self.seconds = seconds
    self.memory = memory
    self.sharedMemory = sharedMemory
    self.disk = disk
    self.recorded = recorded
    self.scratch = scratch
  }

  /// Bytes that have to be free on disk.
  package var mostDisk: Int {
    let (most, overflow) = disk.addingReportingOverflow(scratch)
    return overflow ? .max : most
  }

  /// - Parameter speeds: of this machine; without them, time is NaN.
  init(_ experiment: Experiment, dataset: DatasetIdentity, speeds: Speeds?, threads: Int) {
    let files = DiskFootprint(experiment, dataset: dataset)
    let memory = MemoryFootprint(experiment, dataset: dataset, threads: threads)
    self.init(
      seconds: speeds?.seconds(for: experiment, dataset: dataset, threads: threads) ?? .nan,
      memory: memory.total, sharedMemory: memory.shared, disk: files.total,
      recorded: files.recordedWeights, scratch: files.scratch)
  }

  /// Of several runs of one process: one after another, or `together` of them side by side. Time
  /// adds, as those that go on together share the threads.
  package static func total(_ runs: [Estimate], together: Int = 1) -> Estimate {
    func sum(_ values: [Int]) -> Int {
      values.reduce(0) { sum, value in
        let (next, overflow) = sum.addingReportingOverflow(value)
        return overflow ? .max : next
      }
    }
    let shared = runs.map(\.sharedMemory).max() ?? 0
    let own = runs.map { $0.memory - $0.sharedMemory }.sorted(by: >)
    let scratches = runs.map(\.scratch).sorted(by: >)
    return Estimate(
      seconds: runs.reduce(0) { $0 + $1.seconds },
      memory: sum([shared] + own.prefix(max(1, together))), sharedMemory: shared,
      disk: sum(runs.map(\.disk)), recorded: sum(runs.map(\.recorded)),
      scratch: sum(Array(scratches.prefix(max(1, together)))))
  }
}

/// A plan that this machine cannot hold, with the numbers and what to change.
package struct Refusal: Error, Equatable {
  package let message: String
}

extension Refusal: DescribesFailure {
  var failure: Failure { Failure(.invalid, message) }
}

/// Why a plan cannot run here; nil where it fits, or where the system does not say what there is.
///
/// - Parameters:
///   - name: of the experiment, or what stands for several.
///   - disk: bytes that may still be written at `folder`.
///   - memory: bytes that this process may take.
///   - folder: where bundles go, as people read it.
///   - held: whether `disk` has bytes that a run has taken which was cut short.
package func refusal(
  of estimate: Estimate, name: String, freeDisk disk: Int?, availableMemory memory: Int?,
  folder: String = "Results", held: Bool = false
) -> Refusal? {
  var reasons: [String] = []
  if let disk, estimate.mostDisk > disk {
    let advice =
      if estimate.scratch > estimate.mostDisk / 2 {
        "make room, or plan fewer or smaller networks: population.size, network.layers"
      } else if estimate.recorded > estimate.mostDisk / 2 {
        "record less often or fewer individuals: record.weights, record.individuals"
      } else {
        "make room, or plan fewer iterations or individuals: iterations, population.size"
      }
    let whileItRuns =
      estimate.scratch > 0 ? ", \(Words.bytes(estimate.scratch)) of it while it runs" : ""
    reasons.append(
      "needs \(Words.bytes(estimate.mostDisk)) on disk\(whileItRuns), \(Words.bytes(disk)) are free in \(folder)"
        + "\(held ? " or taken by what was cut short" : ""); \(advice)")
  }
  if let memory, estimate.memory > memory {
    reasons.append(
      "needs \(Words.bytes(estimate.memory)) of memory, this process may take "
        + "\(Words.bytes(memory)); plan fewer or smaller networks: population.size, network.layers")
  }
  guard !reasons.isEmpty else { return nil }
  return Refusal(message: reasons.map { "error: \(name) \($0)" }.joined(separator: "\n"))
}
