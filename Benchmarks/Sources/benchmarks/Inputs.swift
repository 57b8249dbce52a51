import HerdbookData
import HerdbookModel
import HerdbookNetworks
import HerdbookNumerics

/// What networks are given; much of the speed on MNIST comes from its dark pixels.
enum Input: String, Codable, CaseIterable, Sendable {
  /// As it is: 19 % of the pixels are lit. The built-in digits, as much lit, where it is missing.
  case mnist = "MNIST"
  /// The same images with the strokes grown until half of the pixels are lit.
  case halfLit = "half lit"
  /// The same images less their mean over their deviation: no zero remains.
  case dense = "dense"
}

/// Where the inputs come from.
struct Inputs {
  /// The folders that hold a folder for each dataset.
  let folders: [String]
  /// Where the half-lit images are, made when they are first asked for.
  let made: String
  /// Where decoded datasets are kept.
  let cache: String?
  /// MNIST, or the built-in digits where it is missing.
  let base: Experiment.Dataset.Name

  init(data: String?, made: String) throws {
    let environment = Environment()
    folders = [data ?? environment["HERDBOOK_DATA"] ?? environment.userData].map(absolute)
    self.made = absolute(made)
    cache = environment.userCache
    let places = DataPlaces(folders: folders, cache: cache)
    let wanted = Experiment.Dataset(name: .mnist)
    base = (try? FoundDataset(wanted, places: places)) == nil ? .digits : .mnist
  }

  private var halfLitFolder: String { "\(made)/half-lit-\(base.rawValue)" }

  /// The heading of an input's column: its name and how much of it is not zero.
  func title(_ input: Input) throws -> String {
    let examples = try open(input).training
    let pixels = examples.rows.prefix(1000).flatMap { examples.images.row(Int($0)) }
    let lit = pixels.count { examples.values[Int($0)] != 0 }
    let name = input == .mnist && base == .digits ? "digits for want of MNIST" : input.rawValue
    return "\(name), \(100 * lit / max(pixels.count, 1)) % lit"
  }

  /// A spec that has `name: mnist` as its dataset, on an input.
  func spec(_ source: String, on input: Input) throws -> String {
    let dataset =
      switch input {
      case .mnist: "name: \(base.rawValue)"
      case .halfLit: "name: idx, path: \"\(try halfLit())\""
      case .dense: "name: \(base.rawValue), normalize: standard"
      }
    return source.replacing("name: mnist", with: dataset)
  }

  /// All training and all test images.
  func open(_ input: Input) throws -> (training: Examples, test: Examples) {
    let dataset = Experiment.Dataset(
      name: input == .halfLit ? .idx : base, path: input == .halfLit ? try halfLit() : nil,
      split: .tail, validation: 0, normalize: input == .dense ? .standard : .none)
    let opened = try openDataset(
      dataset, places: DataPlaces(folders: folders, cache: cache), threads: 2)
    func examples(_ part: ImagePart) -> Examples {
      Examples(
        images: part.images, rows: part.indices, labels: part.labels, values: opened.values)
    }
    return (examples(opened.training), examples(opened.test))
  }

  /// The folder of the half-lit images.
  func halfLit() throws -> String {
    let folder = halfLitFolder
    if !isFile("\(folder)/t10k-labels-idx1-ubyte") {
      say("making half-lit images in \(folder)")
      let (training, test) = try open(.mnist)
      try writeIDX(training, named: "train", growing: true, in: folder)
      try writeIDX(test, named: "t10k", growing: true, in: folder)
    }
    return folder
  }
}
