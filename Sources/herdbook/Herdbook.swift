import ArgumentParser
import HerdbookEngine
import HerdbookNumerics

/// The command line: parses arguments, calls the pipeline, prints.
struct Herdbook: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "herdbook",
    abstract: "Runs experiments that evolve populations of neural networks, declared in YAML.",
    discussion: """
      An experiment is a file Experiments/NAME.yaml; running it writes the bundle Results/NAME with its
      tables, weights and report.html. The same spec gives the same bytes on every machine.

      EXAMPLES:
        herdbook new first            write Experiments/first.yaml to start from
        herdbook check                find every problem of every experiment
        herdbook run first            run it and print the path of its report
        herdbook list                 what there is, and what is up to date
      """,
    version: versionText,
    subcommands: [
      InitCommand.self, NewCommand.self, CheckCommand.self, PlanCommand.self, ListCommand.self,
      RunCommand.self, ReportCommand.self, DataCommand.self,
    ])

  /// The version of the program; the result version is `Evolution.resultVersion`.
  static let version = "0.1.0"

  private static var versionText: String {
    "herdbook \(version) (result version \(Evolution.resultVersion), \(InstructionSet.current.rawValue))"
  }
}

@main
enum Program {
  static func main() {
    do {
      try checkInstructionSet()
      var command = try Herdbook.parseAsRoot()
      try command.run()
    } catch let failure as Failure {
      Terminal.complain(failure.message)
      exit(failure.status)
    } catch let failure as any DescribesFailure {
      Terminal.complain(failure.failure.message)
      exit(failure.failure.status)
    } catch {
      Herdbook.exit(withError: error)
    }
  }

  /// An instruction set that was asked for must be there.
  private static func checkInstructionSet() throws(Failure) {
    guard let forced = InstructionSet.forced, InstructionSet.current.rawValue != forced else {
      return
    }
    let available = InstructionSet.allCases.filter(\.isAvailable).map(\.rawValue)
    throw Failure(
      .usage,
      "\(InstructionSet.variable) is '\(forced)', which this machine lacks; it has "
        + available.joined(separator: ", "))
  }

  private static func exit(_ status: ExitStatus) -> Never {
    Herdbook.exit(withError: ExitCode(status.rawValue))
  }
}
