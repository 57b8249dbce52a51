/// Images and their labels as two IDX files hold them.
struct ImageSet {
  var rows: Int
  var columns: Int
  /// Image after image, row by row, without gaps.
  var pixels: [UInt8]
  var labels: [UInt8]
  /// SHA-256 of the uncompressed bytes of the file of images and of the file of labels.
  var digests: [String]
  /// The two files as they were when they were read.
  var stamps: [FileStamp]

  var count: Int { labels.count }

  /// Reads a file of images and the file of their labels.
  init(images: String, labels: String, advice: String) throws(DataError) {
    var stream = try ByteStream(images, advice: advice)
    let header = try IDXHeader(&stream, as: .images)
    pixels = try readBody(&stream, of: header)
    let imagesDigest = try stream.finish()
    rows = header.sizes[1]
    columns = header.sizes[2]
    var labelStream = try ByteStream(labels, advice: advice)
    self.labels = try Self.labels(&labelStream)
    digests = [imagesDigest, try labelStream.finish()]
    stamps = [stream.stamp, labelStream.stamp]
    try Self.match(header.sizes[0], self.labels.count, images, labels, advice)
  }

  /// Reads a file of labels up to its promised end.
  static func labels(_ stream: inout ByteStream) throws(DataError) -> [UInt8] {
    let header = try IDXHeader(&stream, as: .labels)
    return try readBody(&stream, of: header)
  }

  /// Reads the labels, but of the images only the header: what a shape needs.
  static func shape(
    images: String, labels: String, advice: String
  ) throws(DataError) -> (rows: Int, columns: Int, labels: [UInt8]) {
    var stream = try ByteStream(images, advice: advice)
    let sizes = try IDXHeader(&stream, as: .images).sizes
    var labelStream = try ByteStream(labels, advice: advice)
    let read = try Self.labels(&labelStream)
    _ = try labelStream.finish()
    try match(sizes[0], read.count, images, labels, advice)
    return (sizes[1], sizes[2], read)
  }

  private static func match(
    _ images: Int, _ labels: Int, _ imagesPath: String, _ labelsPath: String, _ advice: String
  ) throws(DataError) {
    guard images == labels else {
      throw DataError(
        .damaged, path: labelsPath,
        "has \(labels) labels, but \(lastComponent(imagesPath)) beside it has \(images) images; "
          + advice)
    }
  }
}

private func readBody(
  _ stream: inout ByteStream, of header: IDXHeader
) throws(DataError) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: header.count)
  let got = try stream.read(into: &bytes)
  guard got == bytes.count else {
    throw stream.damaged(
      "is truncated: its header promises \(header.promise) = \(bytes.count) bytes, "
        + "\(got) follow it")
  }
  return bytes
}
