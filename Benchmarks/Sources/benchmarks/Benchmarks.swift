import ArgumentParser

@main
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks", abstract: "Measure how fast Herdbook is.",
    subcommands: [OwnCommand.self, PeersCommand.self])
}
