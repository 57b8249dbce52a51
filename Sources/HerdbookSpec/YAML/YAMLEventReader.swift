import CLibYAML

/// One event of libyaml; `start` and `end` are indices of code points.
struct YAMLEvent {
  enum Kind {
    case streamStart
    case streamEnd
    /// With the version of a `%YAML` directive, and whether there are `%TAG` directives.
    case documentStart(version: String?, hasTagDirectives: Bool)
    case documentEnd
    case alias
    case scalar(YAMLScalar)
    case listStart(inBrackets: Bool)
    case listEnd
    case mapStart(inBrackets: Bool)
    case mapEnd
  }
  var kind: Kind
  var start: Int
  var end: Int
  /// The anchor that is set, or that an alias names.
  var anchor: String?
  /// As libyaml resolves it.
  var tag: String?
}

/// What libyaml says of text that is not YAML, with both places that it names.
struct YAMLSyntaxFault: Error {
  var problem: String
  var place: Int
  var context: String
  var contextPlace: Int
}

/// Reads events from bytes that are known to be UTF-8.
///
/// Why libyaml's reader and not its loader: the loader keeps no positions of keys and knows nothing
/// of limits. Safe since both allocations are its own and live as long as it does.
@safe
struct YAMLEventReader: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8]) {
    unsafe parser = .allocate(capacity: 1)
    unsafe input = .allocate(capacity: bytes.count)
    _ = unsafe input.initialize(from: bytes)
    let isReady = unsafe yaml_parser_initialize(parser)
    precondition(isReady == 1, "libyaml ran out of memory")
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  mutating func next() throws(YAMLSyntaxFault) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw fault() }
    defer { unsafe yaml_event_delete(&event) }
    return unsafe translate(event)
  }

  /// How many bytes have been read ahead of the events and for them.
  var bytesRead: Int { unsafe parser.pointee.offset }

  private func fault() -> YAMLSyntaxFault {
    let parser = unsafe parser.pointee
    return unsafe YAMLSyntaxFault(
      problem: parser.problem.map { unsafe String(cString: $0) } ?? "",
      place: parser.problem_mark.index,
      context: parser.context.map { unsafe String(cString: $0) } ?? "",
      contextPlace: parser.context_mark.index)
  }

  private func translate(_ event: yaml_event_t) -> YAMLEvent {
    var result = unsafe YAMLEvent(
      kind: .streamEnd, start: event.start_mark.index, end: event.end_mark.index)
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT: result.kind = .streamStart
    case YAML_DOCUMENT_START_EVENT:
      let data = unsafe event.data.document_start
      let version = unsafe data.version_directive.map {
        unsafe "\($0.pointee.major).\($0.pointee.minor)"
      }
      result.kind = unsafe .documentStart(
        version: version, hasTagDirectives: data.tag_directives.start != data.tag_directives.end)
    case YAML_DOCUMENT_END_EVENT: result.kind = .documentEnd
    case YAML_ALIAS_EVENT:
      result.kind = .alias
      unsafe result.anchor = string(event.data.alias.anchor)
    case YAML_SCALAR_EVENT:
      let data = unsafe event.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: data.value, count: data.length)
      let scalar = unsafe YAMLScalar(
        text: String(decoding: bytes, as: UTF8.self),
        isPlain: data.style == YAML_PLAIN_SCALAR_STYLE)
      result.kind = .scalar(scalar)
      unsafe result.anchor = string(data.anchor)
      unsafe result.tag = string(data.tag)
    case YAML_SEQUENCE_START_EVENT:
      let data = unsafe event.data.sequence_start
      result.kind = unsafe .listStart(inBrackets: data.style == YAML_FLOW_SEQUENCE_STYLE)
      unsafe result.anchor = string(data.anchor)
      unsafe result.tag = string(data.tag)
    case YAML_SEQUENCE_END_EVENT: result.kind = .listEnd
    case YAML_MAPPING_START_EVENT:
      let data = unsafe event.data.mapping_start
      result.kind = unsafe .mapStart(inBrackets: data.style == YAML_FLOW_MAPPING_STYLE)
      unsafe result.anchor = string(data.anchor)
      unsafe result.tag = string(data.tag)
    case YAML_MAPPING_END_EVENT: result.kind = .mapEnd
    default: break
    }
    return result
  }

  private func string(_ pointer: UnsafeMutablePointer<UInt8>?) -> String? {
    unsafe pointer.map { unsafe String(cString: $0) }
  }
}
