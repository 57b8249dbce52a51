import HerdbookModel

extension Section {
  static let stop = Section(
    "stop", "what ends a run before its last iteration, whichever comes first",
    [
      .key(
        Key(
          "target", \.stop.target, .optional(.real(.positiveShare)), unit: "validation accuracy",
          default: .value(nil), neutral: { $0 == nil },
          "the accuracy of the champion on all validation images that ends the run")),
      .key(
        Key(
          "evaluations", \.stop.evaluations, .optional(.count(from: 1)), unit: "evaluations",
          default: .value(nil), neutral: { $0 == nil },
          "the number of fitness evaluations that ends the run, with the generation that reaches it"
        )),
    ])
}
