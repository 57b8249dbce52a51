import HerdbookBundle
import Testing

@Suite("networks in safetensors")
struct NetworkTensorsTests {
  private func tensor(_ name: String, _ shape: [Int], from first: Float = 0) -> Tensor {
    let count = shape.reduce(1, *)
    return Tensor(name: name, shape: shape, values: (0..<count).map { first + Float($0) })
  }

  private func read(_ tensors: [Tensor], _ metadata: [String: String] = [:]) throws
    -> NetworkTensors
  {
    try NetworkTensors(Safetensors(tensors: tensors, metadata: metadata), file: "n.safetensors")
  }

  @Test("one network: layers, matrices, no biases, and its place as its id")
  func one() throws {
    let network = try read([
      tensor("layers.2.weight", [3, 2], from: 100), tensor("layers.1.weight", [4, 3]),
    ])
    #expect(network.layers == [4, 3, 2])
    #expect(network.count == 1 && !network.isStacked && !network.hasBiases)
    #expect(network.ids == [0] && network.activation == nil)
    #expect(network.matrices(of: 0) == [(0..<12).map { Float($0) }, (100..<106).map { Float($0) }])
    #expect(network.biases(of: 0).isEmpty)
  }

  @Test("several networks are told apart by the first axis, and keep their ids")
  func several() throws {
    let network = try read(
      [
        tensor("layers.1.weight", [2, 3, 2]), tensor("layers.1.bias", [2, 2], from: 50),
      ], ["individuals": "7,31", "activation": "tanh"])
    #expect(network.layers == [3, 2] && network.hasBiases)
    #expect(network.count == 2 && network.isStacked)
    #expect(network.ids == [7, 31] && network.activation == "tanh")
    #expect(network.matrices(of: 1) == [[6, 7, 8, 9, 10, 11]])
    #expect(network.biases(of: 0) == [[50, 51]] && network.biases(of: 1) == [[52, 53]])
  }

  @Test(
    "what is no network is refused, with its tensor and what belongs there",
    arguments: [
      ([("fc.weight", [3, 2])], "holds no tensor 'layers.1.weight'"),
      ([("layers.2.weight", [3, 2])], "holds no tensor 'layers.1.weight'"),
      ([("layers.1.weight", [6])], "'layers.1.weight': has the shape [6]; [inputs, outputs]"),
      ([("layers.1.weight", [0, 3, 2])], "holds no networks: the shape is [0, 3, 2]"),
      ([("layers.1.weight", [3, 0])], "has the shape [3, 0]; [inputs, outputs]"),
      (
        [("layers.1.weight", [2, 4, 3]), ("layers.2.weight", [3, 3, 2])],
        "'layers.2.weight': has the shape [3, 3, 2]; [2, inputs, outputs]"
      ),
      (
        [("layers.1.weight", [2, 4, 3]), ("layers.2.weight", [3, 2])],
        "'layers.2.weight': has the shape [3, 2]; [2, inputs, outputs]"
      ),
      (
        [("layers.1.weight", [4, 3]), ("layers.2.weight", [5, 2])],
        "do not follow one another: [4, 3], [5, 2]"
      ),
      (
        [("layers.1.weight", [3, 4]), ("layers.2.weight", [2, 3])],
        "they seem to be [out, in], turn them to [in, out]"
      ),
      (
        [("layers.1.weight", [4, 3]), ("layers.1.bias", [4])],
        "'layers.1.bias': has the shape [4]; [3] belongs to 'layers.1.weight'"
      ),
      (
        [("layers.1.weight", [4, 3]), ("layers.2.weight", [3, 2]), ("layers.1.bias", [3])],
        "holds biases of 1 of 2 layers"
      ),
      (
        [("layers.1.weight", [4, 3]), ("layers.3.weight", [3, 2])],
        "'layers.3.weight': is of no layer from 1 to 1"
      ),
    ] as [([(String, [Int])], String)])
  func refused(shapes: [(String, [Int])], words: String) {
    let error = #expect(throws: BundleError.self) {
      try read(shapes.map { tensor($0.0, $0.1) })
    }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test("ids that are not one a network are refused", arguments: ["1,2", "", "-1", "a", "1,"])
  func ids(text: String) {
    #expect(throws: BundleError.self) {
      try read([tensor("layers.1.weight", [3, 2])], ["individuals": text])
    }
  }
}
