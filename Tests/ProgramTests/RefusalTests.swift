import Testing
import herdbook

@Suite("Refusals")
struct RefusalTests {
  private func estimate(memory: Int = 1 << 20, disk: Int = 1 << 20, recorded: Int = 0) -> Estimate {
    Estimate(
      seconds: 1, memory: memory, sharedMemory: 1 << 10, disk: disk, recorded: recorded)
  }

  @Test("what fits is not refused, to the byte")
  func fits() {
    let estimate = estimate(memory: 1000, disk: 2000)
    #expect(refusal(of: estimate, name: "a", freeDisk: 2000, availableMemory: 1000) == nil)
    #expect(refusal(of: estimate, name: "a", freeDisk: 1999, availableMemory: 1000) != nil)
    #expect(refusal(of: estimate, name: "a", freeDisk: 2000, availableMemory: 999) != nil)
  }

  @Test("what the system does not say refuses nothing")
  func unknown() {
    let estimate = estimate(memory: .max, disk: .max)
    #expect(refusal(of: estimate, name: "a", freeDisk: nil, availableMemory: nil) == nil)
  }

  @Test("too many recorded weights: what they take, what is free, and the keys to change")
  func disk() {
    let estimate = estimate(disk: 12 << 30, recorded: 11 << 30)
    #expect(
      refusal(of: estimate, name: "zoo", freeDisk: 3 << 30, availableMemory: nil)?.message
        == "error: zoo needs 12.0 GB on disk, 3.0 GB are free in Results; record less often or fewer"
        + " individuals: record.weights, record.individuals")
  }

  @Test("where tables are what fills the disk, other keys are named")
  func tables() {
    let estimate = estimate(disk: 12 << 30, recorded: 1 << 30)
    #expect(
      refusal(
        of: estimate, name: "zoo", freeDisk: 3 << 30, availableMemory: nil, folder: "p/Results")?
        .message
        == "error: zoo needs 12.0 GB on disk, 3.0 GB are free in p/Results; make room, or plan fewer"
        + " iterations or individuals: iterations, population.size")
  }

  @Test("memory and disk are told together")
  func both() {
    let estimate = estimate(memory: 5 << 29, disk: 2 << 20, recorded: 2 << 20)
    #expect(
      refusal(of: estimate, name: "a", freeDisk: 1 << 20, availableMemory: 1 << 30)?.message == """
        error: a needs 2.0 MB on disk, 1.0 MB are free in Results; record less often or fewer \
        individuals: record.weights, record.individuals
        error: a needs 2.5 GB of memory, this process may take 1.0 GB; plan fewer or smaller \
        networks: population.size, network.layers
        """)
  }

  @Test("several runs: time and disk add, memory only of those that go on together")
  func total() {
    func run(_ own: Int) -> Estimate {
      Estimate(seconds: 2, memory: 100 + own, sharedMemory: 100, disk: 10, recorded: 4)
    }
    let runs = [run(5), run(7), run(6)]
    #expect(
      Estimate.total(runs)
        == Estimate(seconds: 6, memory: 107, sharedMemory: 100, disk: 30, recorded: 12))
    #expect(Estimate.total(runs, together: 2).memory == 113)
    #expect(Estimate.total([run(5), estimate(disk: .max)]).disk == .max)
    #expect(Estimate.total([]).memory == 0)
  }

  @Test("disk that is taken while runs go on counts for those that go on together")
  func scratch() {
    func run(_ scratch: Int) -> Estimate {
      Estimate(seconds: 1, memory: 1, sharedMemory: 1, disk: 10, recorded: 4, scratch: scratch)
    }
    let runs = [run(5), run(7), run(6)]
    #expect(Estimate.total(runs).mostDisk == 37 && Estimate.total(runs).disk == 30)
    #expect(Estimate.total(runs, together: 2).mostDisk == 43)
    #expect(refusal(of: run(5), name: "a", freeDisk: 15, availableMemory: nil) == nil)
    #expect(refusal(of: run(5), name: "a", freeDisk: 14, availableMemory: nil) != nil)
    #expect(run(.max).mostDisk == .max)
    let large = Estimate(
      seconds: 1, memory: 1, sharedMemory: 1, disk: 2 << 30, recorded: 2 << 30, scratch: 3 << 30)
    #expect(
      refusal(of: large, name: "a", freeDisk: 1 << 30, availableMemory: nil, held: true)?.message
        == """
        error: a needs 5.0 GB on disk, 3.0 GB of it while it runs, 1.0 GB are free in Results or taken by what was cut \
        short; make room, or plan fewer or smaller networks: population.size, network.layers
        """)
  }
}
