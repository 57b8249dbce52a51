import HerdbookModel

extension Section {
  static let population = Section(
    "population", "the networks that are alive at a time",
    [
      .key(
        Key(
          "size", \.population.size, .integer(1...1_000_000), unit: "networks",
          default: .required, "how many networks are alive at a time"))
    ])
}
