import HerdbookModel
import HerdbookReport

extension SyntheticStudy {
  /// Champions 784-12-10 of all runs by their paths. Those of the first variant share features, each in a place of its own
  /// and with noise; those of others have nothing in common.
  var champions: [String: [BundleContents.Tensor]] {
    let units = 12
    var found: [String: [BundleContents.Tensor]] = [:]
    for run in plan.runs {
      let variant = names.firstIndex(of: run.variant) ?? 0
      var own = Source(state: UInt64(7 + 1000 * variant + run.replicate))
      var values = [Float](repeating: 0, count: 784 * units)
      for unit in 0..<units {
        var shared = Source(state: UInt64(unit + 1))
        let feature = (0..<784).map { _ in shared.normal() }
        let noise = (0..<784).map { _ in own.normal() }
        let place = (unit + run.replicate) % units
        for pixel in 0..<784 {
          let smooth = Digits.smoothed(feature, pixel, 28, 28)
          let rough = Digits.smoothed(noise, pixel, 28, 28)
          values[pixel * units + place] = Float(variant == 0 ? smooth + 0.3 * rough : rough)
        }
      }
      found["runs/\(run.id)/champion.safetensors"] = [
        .init(name: "layers.1.weight", shape: [784, units], values: values),
        .init(
          name: "layers.2.weight", shape: [units, 10],
          values: [Float](repeating: 0.1, count: units * 10)),
      ]
    }
    return found
  }
}
