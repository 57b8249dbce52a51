import Testing
import herdbook

@Suite("tasks of job arrays")
struct ArrayTaskTests {
  private func task(_ variables: [String: String]) throws -> ArrayTask {
    try ArrayTask.current { variables[$0] }
  }

  @Test(
    "each scheduler's number is counted from 0, whatever it counts from itself",
    arguments: [
      ("SLURM_ARRAY_TASK_ID", "0", 0), ("SLURM_ARRAY_TASK_ID", "17", 17),
      ("PBS_ARRAY_INDEX", "3", 3), ("SGE_TASK_ID", "1", 0), ("SGE_TASK_ID", "60", 59),
      ("LSB_JOBINDEX", "1", 0), ("LSB_JOBINDEX", "12", 11), ("JOB_COMPLETION_INDEX", "5", 5),
    ])
  func numbers(variable: String, value: String, number: Int) throws {
    let expected = ArrayTask(variable: variable, value: value, number: number)
    #expect(try task([variable: value]) == expected)
    // What others say outside of arrays is no number.
    var others = ["SGE_TASK_ID": "undefined", "LSB_JOBINDEX": "0", "PBS_ARRAY_INDEX": ""]
    others[variable] = value
    #expect(try task(others) == expected)
  }

  @Test("no number, a wrong one, and two are refused")
  func refused() {
    #expect(throws: (any Error).self) { try task([:]) }
    #expect(throws: (any Error).self) { try task(["SLURM_ARRAY_TASK_ID": "two"]) }
    #expect(throws: (any Error).self) { try task(["SLURM_ARRAY_TASK_ID": "-1"]) }
    #expect(throws: (any Error).self) { try task(["SGE_TASK_ID": "0"]) }
    #expect(throws: (any Error).self) { try task(["SGE_TASK_ID": "2", "PBS_ARRAY_INDEX": "1"]) }
  }
}
