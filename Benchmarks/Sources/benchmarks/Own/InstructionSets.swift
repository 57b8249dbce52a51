import FoundationEssentials
import HerdbookNumerics

extension Suite {
  /// The training step under every other instruction set that the machine has: this program again,
  /// forced to it.
  mutating func instructionSets(_ inputs: Inputs) throws {
    let step = "training step 784-100-10, sgd"
    let others = InstructionSet.allCases.filter { $0.isAvailable && $0 != .current }
    guard wants(step) else { return }
    for set in others {
      let child = try Child.run(
        [
          absolute(CommandLine.arguments[0]), "own", "--json", "--input", "mnist", "--filter", step,
          "--alone", "--repetitions", "\(min(repetitions, 5))",
          "--data", inputs.folders[0], "--made", inputs.made,
        ], variables: [InstructionSet.variable: set.rawValue])
      let results = try? JSONDecoder().decode(Results.self, from: Data(child.out.utf8))
      guard child.status == 0, let slow = results?.measurements.first else {
        throw Failure("under \(set.rawValue): \(child.err)")
      }
      add("\(step), \(set.rawValue)", input: .mnist, unit: slow.unit, slow.values)
      let fast = measurements.first { $0.benchmark == step && $0.input == .mnist }
      if let fast {
        add(
          "\(step), \(set.rawValue) over \(InstructionSet.current.rawValue)", input: .mnist,
          unit: "times slower", [slow.median / fast.median])
      }
    }
  }
}
