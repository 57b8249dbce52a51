import ArgumentParser
import HerdbookModel
import HerdbookSpec

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the resolved spec: every value, where it comes from and what it means.",
    discussion: """
      What is printed is a spec itself, with every default filled in and everything \
      inherited in its place, and gives the same runs.

      EXAMPLES:
        herdbook show sweet-spot
        herdbook show sweet-spot --changed
        herdbook show sweet-spot --set mutation.scale=0.1
      """)

  @Argument(
    help: ArgumentHelp("An experiment by name, or a spec file by path.", valueName: "name"),
    completion: .experiments)
  var name: String
  @Flag(help: "Only what differs from the defaults.") var changed = false
  @Option(help: ArgumentHelp("The variant to show; the first unless given.", valueName: "name"))
  var variant: String?
  @OptionGroup var overrideOptions: OverrideOptions
  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var dataOptions: DataOptions

  func run() throws {
    let project = try projectOptions.project()
    let places = project.places(data: dataOptions.data)
    let parsed = try project.file(name)
      .read(project, places, overrides: overrideOptions.overrides).parsed
    let chosen = try choose(parsed)
    if parsed.variants.count > 1 {
      Terminal.say(
        "variant \(chosen.name), one of \(parsed.variants.count): "
          + Words.some(parsed.variants.map(\.name)))
    }
    let keys = chosen.keys.filter { !changed || !$0.isDefault }
    let text = formatted(keys) { key in
      "\(origin(of: key, parsed)); \(key.unit.map { "\($0); " } ?? "")\(key.meaning)"
    }
    try Terminal.tell(String(text.dropLast()))
  }

  private func choose(_ parsed: ParsedExperiment) throws(Failure) -> ParsedVariant {
    guard let variant else { return parsed.variants[0] }
    if let found = parsed.variants.first(where: { $0.name == variant }) { return found }
    let near = nearestName(to: variant, among: parsed.variants.map(\.name))
    throw Failure(
      .noInput,
      "error: \(name) has no variant '\(variant)'"
        + (near.map { "; did you mean '\($0)'?" }
          ?? "; it has \(Words.some(parsed.variants.map(\.name)))"))
  }

  /// `file:line`, or the kind of origin where there is none.
  private func origin(of key: ResolvedKey, _ parsed: ParsedExperiment) -> String {
    guard let place = key.place else { return "default" }
    let source = parsed.sources[place.source]
    switch key.origin {
    case .override: return "\(source) \(parsed.overrides[place.line - 1])"
    case .inherited: return "\(source):\(place.line), inherited"
    case .variant: return "\(source):\(place.line), variant"
    case .file, .default: return "\(source):\(place.line)"
    }
  }
}
