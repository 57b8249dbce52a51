import CZlib
import HerdbookData
import HerdbookModel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder of a test's own, removed when the test is over.
final class Scratch {
  let path: String

  init() throws {
    let parent = FileManager.default.temporaryDirectory.path
    var template = Array((parent + "/herdbook-data-XXXXXX").utf8CString)
    _ = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// Writes a file, making the folders above it.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let place = self(name)
    try FileManager.default.createDirectory(
      atPath: String(place[..<place.lastIndex(of: "/")!]), withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: place))
    return place
  }

  func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: self(name))))
  }

  /// Names in a folder, sorted.
  func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: self(folder)).sorted()
  }

  /// Moves a file's modification time by some seconds from now.
  func date(_ name: String, by seconds: Int) {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    now.tv_sec += seconds
    let times = [now, now]
    _ = unsafe utimensat(AT_FDCWD, self(name), times, 0)
  }
}

/// The bytes of a gzip file.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  unsafe stream.initialize(to: z_stream())
  defer { unsafe stream.deallocate() }
  unsafe deflateInit2_(
    stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  defer { unsafe deflateEnd(stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: Int(unsafe deflateBound(stream, UInt(bytes.count))))
  let size = unsafe input.withUnsafeMutableBufferPointer { source in
    unsafe output.withUnsafeMutableBufferPointer { target in
      unsafe stream.pointee.next_in = source.baseAddress
      unsafe stream.pointee.avail_in = UInt32(source.count)
      unsafe stream.pointee.next_out = target.baseAddress
      unsafe stream.pointee.avail_out = UInt32(target.count)
      unsafe deflate(stream, Z_FINISH)
      return Int(unsafe stream.pointee.total_out)
    }
  }
  return Array(output[..<size])
}

/// An IDX file of bytes.
func idx(_ sizes: [Int], _ body: [UInt8]) -> [UInt8] {
  [0, 0, 8, UInt8(sizes.count)]
    + sizes.flatMap { size in [24, 16, 8, 0].map { UInt8(size >> $0 & 255) } } + body
}

/// Forty training and twenty test images of 3 x 4 pixels in four unequal classes.
enum Small {
  static let trainingLabels = (0..<40).map { UInt8([0, 1, 2, 3, 0, 1, 0, 0, 2, 0][$0 % 10]) }
  static let testLabels = (0..<20).map { UInt8($0 % 4) }

  /// Twelve bytes that count up from one.
  static func image(_ first: Int) -> [UInt8] {
    (0..<12).map { pixel in UInt8((first + pixel) & 255) }
  }

  /// Pixel p of image i is 5 i + p, so that an image tells its place; test images from 200 on.
  static func pixels(_ count: Int, from base: Int = 0) -> [UInt8] {
    (0..<count).flatMap { image in self.image(base + 5 * image) }
  }

  /// The four files by name, uncompressed.
  static let files: [(name: String, bytes: [UInt8])] = [
    ("train-images-idx3-ubyte", idx([40, 3, 4], pixels(40))),
    ("train-labels-idx1-ubyte", idx([40], trainingLabels)),
    ("t10k-images-idx3-ubyte", idx([20, 3, 4], pixels(20, from: 200))),
    ("t10k-labels-idx1-ubyte", idx([20], testLabels)),
  ]

  /// Writes the four files into a folder, some of them replaced; gives the folder's path.
  @discardableResult
  static func write(
    to scratch: Scratch, _ folder: String = "small", replacing: [String: [UInt8]] = [:]
  ) throws -> String {
    for file in files {
      if let other = replacing[file.name + ".gz"] {
        try scratch.write(other, to: "\(folder)/\(file.name).gz")
      } else {
        try scratch.write(replacing[file.name] ?? file.bytes, to: "\(folder)/\(file.name)")
      }
    }
    return scratch(folder)
  }
}

extension Experiment.Dataset {
  /// The images of a folder, eight of them for validation.
  static func folder(_ path: String, split: Split = .stratified) -> Self {
    Self(name: .idx, path: path, split: split, validation: 8)
  }
}

extension ImagePart {
  /// All images of the part in its order.
  var all: [[UInt8]] { (0..<count).map(pixels) }
}

/// The error that a body throws; nil where it throws none.
func fault(_ body: () throws(DataError) -> Void) -> DataError? {
  do throws(DataError) {
    try body()
    return nil
  } catch {
    return error
  }
}
