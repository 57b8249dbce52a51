import HerdbookBundle
import HerdbookSpec

extension Project {
  var editorSchema: String { "\(experiments)/\(editorSchemaFile)" }

  /// Brings the schema that editors read beside the specs up to date; whether that changed the
  /// file.
  func renewEditorSchema() throws -> Bool {
    let path = editorSchema
    let schema = jsonSchema().document
    let files = Disk()
    if Path.isFile(path), try files.read(path) == schema { return false }
    try files.write(schema, to: path, how: .replace)
    return true
  }
}
