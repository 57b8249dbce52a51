/// A spec to start from: complete, valid with the built-in digits, each key with its meaning.
///
/// The first line tells editors the schema. The comments come from the definitions of the keys.
/// `name` must be an experiment's name.
package func specTemplate(name: String) -> String {
  let values = [
    ("herdbook", "1"),
    ("title", "\"\(name)\""),
    ("seed", "0"),
    ("iterations", "20"),
    ("dataset.name", "digits"),
    ("network.layers", "[784, 32, 10]"),
    ("network.activation", "relu"),
    ("population.size", "10"),
    ("training.steps", "50"),
    ("training.batch", "64"),
    ("training.learning-rate", "{log-uniform: [0.001, 1]}"),
    ("fitness.metric", "accuracy"),
    ("selection.method", "truncation"),
    ("selection.fraction", "0.2"),
    ("selection.replace", "worst"),
    ("crossover.method", "none"),
    ("mutation.scale", "0"),
    ("mutation.hyperparameters", "{perturb: [0.8, 1.2]}"),
    ("record.weights", "[0, 20]"),
  ]
  var text = """
    \(editorModeline)
    # An experiment of Herdbook: 'herdbook check \(name)' finds its faults, 'herdbook run \(name)'
    # runs it. Keys that are left out have defaults; 'herdbook plan \(name)' says what will run.


    """
  for placed in Language.sections {
    let given = values.compactMap { value -> (key: Key, text: String)? in
      guard let key = placed.keys.first(where: { $0.path == value.0 })?.key else { return nil }
      return (key, "\(placed.path.isEmpty ? "" : "  ")\(key.name): \(value.1)")
    }
    if given.isEmpty { continue }
    if !placed.path.isEmpty { text += "\n# \(placed.section.meaning)\n\(placed.path):\n" }
    let width = given.map(\.text.count).max() ?? 0
    for (key, line) in given {
      let gap = String(repeating: " ", count: width - line.count + 2)
      text += "\(line)\(gap)# \(key.meaning)\n"
    }
  }
  return text
}
