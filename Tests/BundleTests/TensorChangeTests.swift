import HerdbookBundle
import Testing

@Suite("what is told of tensors")
struct TensorChangeTests {
  private func tensor(
    _ values: [Float], _ shape: [Int]? = nil, _ element: Tensor.Element = .float32
  ) -> Tensor {
    Tensor(name: "t", shape: shape ?? [values.count], element: element, values: values)
  }

  @Test("values are counted where their bits differ, and the first that differs most is told")
  func counts() throws {
    let old = tensor([0, 1, -0.5, 2, 0.5, 3], [3, 2])
    let new = tensor([-0.0, 1, 0.5, 2, 1.5, 3], [3, 2])
    let change = TensorChange(from: old, to: new)
    #expect(change.count == 3 && change.neurons == 1)
    let largest = try #require(change.largest)
    #expect(largest.place == 2 && largest.old == -0.5 && largest.new == 0.5)
    // Through all numbers from -0.5 to 0.5.
    #expect(change.ulps == 2 * 0x3F00_0000)
    #expect(new.indices(of: 2) == [1, 0])
  }

  @Test(
    "one number further is one ULP, in the type of the tensor, also across zero",
    arguments: [
      (Float(1), Float(1).nextUp, Tensor.Element.float32, 1),
      (-Float.leastNonzeroMagnitude, Float.leastNonzeroMagnitude, .float32, 2),
      (0, -0.0, .float32, 0), (1, 1.0009765625, .float16, 1), (1, 2, .float16, 1024),
    ])
  func ulps(old: Float, new: Float, element: Tensor.Element, expected: Int) {
    let change = TensorChange(from: tensor([old], nil, element), to: tensor([new], nil, element))
    #expect(change.count == 1 && change.ulps == expected)
  }

  @Test("a NaN is as good as another, and has neither a difference nor ULPs")
  func nan() {
    let other = Float(bitPattern: 0x7FC0_0001)
    #expect(TensorChange(from: tensor([.nan, 1]), to: tensor([other, 1])).count == 0)
    let change = TensorChange(from: tensor([.nan, 1]), to: tensor([1, .nan]))
    #expect(change.count == 2 && change.largest == nil && change.ulps == 0)
  }

  @Test("facts are of the numbers, and NaN is counted")
  func facts() {
    let facts = TensorFacts(tensor([1, .nan, -3, 0.5]))
    #expect(facts.minimum == -3 && facts.maximum == 1 && facts.nans == 1)
    #expect(facts.mean == -0.5)
    #expect(TensorFacts(tensor([.nan])).minimum.isNaN)
    // SHA-256 of the bytes 00 00 80 3f.
    #expect(
      TensorFacts(tensor([1])).digest
        == "e00e5eb9444182f352323374ef4e08ebcb784725fdd4fd612d7730540b3e0c8c")
  }

  @Test("a neuron has a digest, which is another when a weight into it is")
  func neurons() {
    let stacked = tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2])
    var other = stacked
    other.values[6] = 9
    let (before, after) = (stacked.neuronDigests, other.neuronDigests)
    #expect(before.count == 4)
    #expect(before.indices.filter { before[$0] != after[$0] } == [2])
    #expect(tensor([1, 2]).neuronDigests.isEmpty)
  }
}
