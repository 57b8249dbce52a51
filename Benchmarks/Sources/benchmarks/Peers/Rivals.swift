import FoundationEssentials

/// The scripts of other tools, and the Python environments that they run in.
struct Rivals {
  /// The folder of the scripts.
  let scripts: String
  /// The folder of the environments.
  let environments: String

  enum Environment: String, CaseIterable {
    /// NumPy, JAX and the libraries on top of them.
    case main = "venv"
    /// PyTorch and EvoTorch.
    case torch = "venv_torch"

    fileprivate var packages: [String] {
      switch self {
      case .main: ["numpy", "jax", "evosax", "deap", "pygad"]
      case .torch: ["torch", "evotorch"]
      }
    }
  }

  /// Runs a script on MNIST's files or a folder of others, and gives the numbers that it prints.
  func run(
    _ environment: Environment, _ script: String, on input: Input, inputs: Inputs,
    variables: [String: String]
  ) throws -> [String: Double] {
    let python = "\(environments)/\(environment.rawValue)/bin/python"
    guard isFile(python) else { throw Failure("not installed") }
    var words = script.split(separator: " ").map(String.init)
    words[0] = "\(scripts)/\(words[0])"
    var variables = variables
    variables["MNIST_DIR"] = try input == .halfLit ? inputs.halfLit() : "\(inputs.folders[0])/mnist"
    variables["NORMALIZE"] = input == .dense ? "standard" : "none"
    let child = try Child.run([python] + words, variables: variables)
    let line = child.out.split(separator: "\n").last { $0.hasPrefix("{") }
    guard child.status == 0, let line else {
      throw Failure("failed: \(child.err.split(separator: "\n").last ?? "without a word")")
    }
    let said = try JSONDecoder().decode([String: Said].self, from: Data(line.utf8))
    return said.compactMapValues(\.number).merging(["process": child.seconds]) { $1 }
  }

  /// The versions of what is installed, as a line.
  func versions() -> String {
    Environment.allCases.map { environment in
      let python = "\(environments)/\(environment.rawValue)/bin/python"
      let code =
        "import sys, importlib.metadata as m; "
        + "print(', '.join(f'{p} {m.version(p)}' for p in sys.argv[1:]))"
      let child =
        isFile(python) ? try? Child.run([python, "-c", code] + environment.packages) : nil
      guard let child, child.status == 0 else {
        return "\(environment.packages.joined(separator: ", ")): not installed"
      }
      return child.out.split(separator: "\n").joined()
    }.joined(separator: "; ")
  }

  /// A value of JSON of which only numbers count.
  private struct Said: Decodable {
    let number: Double?

    init(from decoder: any Decoder) throws {
      number = try? decoder.singleValueContainer().decode(Double.self)
    }
  }
}
