extension DiagnosisRule {
  /// The champion reads fewer test images than the images that it was selected on promise.
  static let validationAndTestApart = DiagnosisRule(
    name: "validation and test apart", looksAt: "validation against test accuracy",
    severity: { run in run.last - run.testAccuracy > 3 * run.errorOfGap ? .alarm : nil },
    sentence: { run in
      "The last champion reads \(run.share(run.last)) of \(Words.count(run.validationImages)) validation "
        + "images and \(Words.share(run.testAccuracy, of: run.testImages)) of "
        + "\(Words.count(run.testImages)) test images: a gap of "
        + "\(Words.share(run.last - run.testAccuracy, of: run.testImages)), where 3 standard errors are "
        + "\(Words.share(3 * run.errorOfGap, of: run.testImages))."
    })

  /// The end is what the best of as many random networks would give.
  static let nothingAboveChance = DiagnosisRule(
    name: "nothing above chance", looksAt: "the end against generation 0",
    severity: { run in
      guard !run.isOneGeneration, !(run.last > run.halfWay) else { return nil }
      return run.testAccuracy <= run.highestByChance ? .alarm : nil
    },
    sentence: { run in
      "The last champion reads \(Words.share(run.testAccuracy, of: run.testImages)) of the test images. "
        + "The champion of generation 0, of \(Words.plural(Int(run.generations.founders[0]), "network")) as "
        + "drawn, read \(run.share(run.first)) of the validation images; 3 standard errors above that are "
        + "\(run.share(run.highestByChance))."
    })
}

extension Evidence {
  /// The standard error of the gap between validation and test accuracy of the last champion.
  fileprivate var errorOfGap: Double {
    Evidence.error(last, of: validationImages, testAccuracy, of: testImages)
  }

  /// The highest test accuracy that is no more than generation 0 had, by 3 standard errors.
  fileprivate var highestByChance: Double {
    first + 3 * Evidence.error(first, of: validationImages, first, of: testImages)
  }
}
