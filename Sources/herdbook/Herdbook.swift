import ArgumentParser
import HerdbookEngine
import HerdbookNumerics
import HerdbookSpec

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The command line: parses arguments, calls the pipeline, prints.
struct Herdbook: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "herdbook",
    abstract: "Runs experiments that evolve populations of neural networks, declared in YAML.",
    discussion: """
      An experiment is a file Experiments/NAME.yaml; running it writes the bundle \
      Results/NAME with its tables, weights and report.html. The same spec gives the \
      same bytes on every machine.

      EXAMPLES:
        herdbook init                 make a project here
        herdbook new first            write Experiments/first.yaml to start from
        herdbook check                find every problem of every experiment
        herdbook run first            run it and print the path of its report
        herdbook list                 what there is, and what is up to date
        herdbook verify first         prove that the bundle is what it says
      """,
    version: versionText,
    subcommands: [
      InitCommand.self, NewCommand.self, CheckCommand.self, ShowCommand.self, PlanCommand.self,
      ListCommand.self,
      RunCommand.self, SubmitCommand.self, StatusCommand.self, CancelCommand.self,
      CollectCommand.self,
      VerifyCommand.self, ReportCommand.self,
      DiffCommand.self,
      CompareCommand.self, ExportCommand.self, ImportCommand.self, DataCommand.self,
      SchemaCommand.self,
      GitSetupCommand.self, GitDriverCommand.self,
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
    // At the file-size limit, a write that fails can be told and undone; a signal cannot.
    signal(SIGXFSZ, SIG_IGN)
    do {
      try checkInstructionSet()
      try checkCommand()
      var command = try Herdbook.parseAsRoot()
      try command.run()
    } catch let error as any DescribesFailure {
      end(error.failure)
    } catch  where Herdbook.exitCode(for: error) == .failure {
      // Nothing that the parser of arguments knows, nor any target of ours.
      end(Failure(.internalFault, "error: \(error); this is a fault of Herdbook, please report it"))
    } catch {
      Herdbook.exit(withError: error)
    }
  }

  /// A word that is no command is told with the one that was meant, which the parser of arguments does not do.
  private static func checkCommand() throws(Failure) {
    let names = Herdbook.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"),
      !(names + ["help"]).contains(word)
    else { return }
    let near = nearestName(to: word, among: names).map { "; did you mean '\($0)'?" }
    throw Failure(
      .usage, "error: there is no command '\(word)'" + (near ?? "; see them with: herdbook --help"))
  }

  /// An instruction set that was asked for must be there.
  private static func checkInstructionSet() throws(Failure) {
    guard let forced = InstructionSet.forced, InstructionSet.current.rawValue != forced else {
      return
    }
    let fault =
      InstructionSet(rawValue: forced) == nil
      ? "is no instruction set that is known" : "is not to be had on this machine"
    let available = InstructionSet.allCases.filter(\.isAvailable).map(\.rawValue)
    throw Failure(
      .usage,
      "error: \(InstructionSet.variable) is '\(forced)', which \(fault); this machine has "
        + available.joined(separator: ", "))
  }

  private static func end(_ failure: Failure) -> Never {
    Terminal.complain(failure.message)
    Herdbook.exit(withError: ExitCode(failure.status.rawValue))
  }
}
