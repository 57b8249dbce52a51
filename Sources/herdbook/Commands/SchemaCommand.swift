import ArgumentParser
import HerdbookBundle
import HerdbookSpec

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of specs, for editors.",
    discussion: """
      Draft 2020-12, with descriptions, ranges, choices and defaults. 'herdbook new' and \
      'herdbook init' keep it in Experiments/.schema.json, which the first line of a new \
      spec names, so that editors complete and check as you type, offline.

      EXAMPLES:
        herdbook schema
        herdbook schema --output spec.schema.json
      """)

  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    try outputOptions.put(String(decoding: jsonSchema().document, as: UTF8.self))
  }
}
