import HerdbookModel
import HerdbookReport
import Testing

/// What the figures of a zoo find changes with what its tables hold.
@Suite struct ZooFigureTests {
  /// The finding of one figure.
  private func finding(_ figure: String, _ change: (inout SyntheticZoo) -> Void = { _ in }) throws
    -> String
  {
    try told(figure, change, "finding")
  }

  private func told(
    _ figure: String, _ change: (inout SyntheticZoo) -> Void, _ kind: String
  ) throws -> String {
    var zoo = SyntheticZoo()
    change(&zoo)
    var contents = Cases.zoo(zoo).contents
    contents.figures = [figure]
    let page = String(decoding: try Report(contents).render().page, as: UTF8.self)
    let main = try #require(page.firstRange(of: "<main")).upperBound
    let tag = kind == "finding" ? "<p class=\"finding\">" : "<figcaption>"
    let start = try #require(page[main...].firstRange(of: tag)).upperBound
    let end = try #require(page[start...].firstRange(of: "</")).lowerBound
    return HTML(verbatim: String(page[start..<end])).words
  }

  @Test("how good they got is told, and from when on each method tells the order")
  func accuracy() throws {
    let early = try finding("zoo-accuracy")
    #expect(
      early.contains(
        "is kept from generation 0 on by hyperparameters, from 2 by everything together, from 2 by"),
      "\(early)")
    let late = try finding("zoo-accuracy") { $0.lateness = 400 }
    #expect(late.contains("You cannot tell before the end: no method keeps"), "\(late)")
    #expect(late.contains("56 held-out networks"))
    let never = try finding("zoo-accuracy") { $0.misleads = true }
    #expect(never.contains("never by a straight line"), "\(never)")
    // What chance exceeds tells nothing, however high.
    let few = try finding("zoo-accuracy") { $0.networks = 16 }
    #expect(few.contains("no method keeps a rank correlation of 1.0"), "\(few)")
  }

  @Test("the hyperparameter with the largest held-out contrast is named, or that none has one")
  func hyperparameters() throws {
    let found = try finding("zoo-hyperparameters")
    #expect(found.contains("Learning rate has the largest contrast"), "\(found)")
    let blind = try finding("zoo-hyperparameters") { $0.contrast = 0 }
    #expect(blind.contains("None of 3 hyperparameters tells good networks from bad"), "\(blind)")
    let notes = try told("zoo-hyperparameters", { $0.networks = 1000 }, "notes")
    #expect(notes.contains("Dots: 300 of 993 networks, evenly by rank of final accuracy"))
    #expect(notes.contains("7 networks that diverged"))
    #expect(notes.contains("Logarithmic: learning rate"))
  }

  @Test("what weights add counts where it exceeds 0 and its null")
  func prediction() throws {
    let more = try finding("zoo-prediction")
    #expect(more.contains("Weights add to these: r² changes by +0.054"), "\(more)")
    #expect(more.contains("above that it is in 23 of 29 generations"), "\(more)")
    let none = try finding("zoo-prediction") { $0.added = 0.002 }
    #expect(none.contains("You cannot tell more from weights than from these"), "\(none)")
    #expect(none.contains("in 0 of 29 generations"), "\(none)")
  }

  @Test("the layer that parts good from bad is named, or that none does")
  func weights() throws {
    #expect(try finding("zoo-weights").contains("No other layer parts them so well"))
    let blind = try finding("zoo-weights") { $0.contrast = 0 }
    #expect(blind.contains("you cannot tell good networks from bad"), "\(blind)")
    let halved = try finding("zoo-weights") { $0.isHalved = true }
    #expect(halved.contains("you cannot tell good networks from bad"), "\(halved)")
  }

  @Test("the aim of a forecast is met or not, or nothing is nearer than no change")
  func forecast() throws {
    let met = try finding("zoo-forecast")
    #expect(met.contains("From iteration 3 the ridge regression is off by 0.37"), "\(met)")
    #expect(met.contains("the aim, half of it, is met in all 4 layers"), "\(met)")
    let missed = try finding("zoo-forecast") { $0.isForetold = false }
    #expect(missed.contains("the aim, half of it, is met in no layer"), "\(missed)")
  }

  @Test("networks have a common direction only beyond chance")
  func map() throws {
    #expect(try finding("zoo-map").contains("part of the way is common"))
    let apart = try finding("zoo-map") { $0.isAligned = false }
    #expect(apart.contains("you cannot tell a common direction"), "\(apart)")
    #expect(try !told("zoo-map", { _ in }, "notes").contains("the frame"))
    let far = try told("zoo-map", { $0.strays = true }, "notes")
    #expect(far.contains("1 path leaves the frame."), "\(far)")
  }

  @Test("units recur only beyond the highest null that was measured")
  func neurons() throws {
    let found = try finding("zoo-neurons")
    #expect(found.contains("82 % of the hidden units of 56 held-out networks"), "\(found)")
    #expect(found.contains("31 % of networks trained on shuffled labels"), "\(found)")
    #expect(!found.contains("you cannot tell"))
    let less = try finding("zoo-neurons") { $0.recurring = 0.2 }
    #expect(less.contains("you cannot tell that anything recurs"), "\(less)")
    let notes = try told("zoo-neurons", { $0.unconfirmed = 10 }, "notes")
    #expect(notes.contains("10 patterns that no held-out network has are left out"), "\(notes)")
    #expect(notes.contains("48 of 54 patterns"), "\(notes)")
    let hardly = try finding("zoo-neurons") { $0.recurring = 0.33 }
    #expect(hardly.contains("hardly more than a null has"), "\(hardly)")
    let unmeasured = try finding("zoo-neurons") { $0.conditions = ["fit", "held"] }
    #expect(unmeasured.contains("No null was measured"), "\(unmeasured)")
    let some = try finding("zoo-neurons") { $0.conditions = ["fit", "held", "moved"] }
    #expect(some.contains("beside 18 % of the same units moved aside."), "\(some)")
  }

  @Test("features count where more of them than chance puts there lie beyond it on both halves")
  func contrasts() throws {
    let found = try finding("zoo-contrasts")
    #expect(found.contains("Of 59 features in generation 30"), "\(found)")
    #expect(found.contains("Most of all it is"), "\(found)")
    // A contrast of one half alone is none.
    let unlike = try finding("zoo-contrasts") { $0.isHalved = true }
    #expect(unlike.contains("0 part good from bad beyond chance"), "\(unlike)")
    let none = try finding("zoo-contrasts") { $0.contrast = 0 }
    #expect(none.contains("you cannot tell what good networks share"), "\(none)")
  }
}
