import HerdbookEngine
import HerdbookModel

/// One row for each control and generation; what the best at the end is, in its last row.
func table(of controls: [ControlCourse]) -> Table {
  let rows = controls.flatMap { course in course.fitness.indices.map { (course, $0) } }
  func atEnd(_ value: @escaping (ControlCourse) -> Double?) -> Table.Values {
    .reals(
      rows.map { course, generation in
        generation == course.fitness.count - 1 ? value(course) ?? .nan : .nan
      })
  }
  return Table([
    Table.Column("control", .texts(rows.map { $0.0.control.rawValue })),
    Table.Column("generation", .integers(rows.map(\.1))),
    Table.Column("images", .integers(rows.map { $0.images[$1] })),
    Table.Column("fitness", .reals(rows.map { $0.fitness[$1] })),
    Table.Column("learning_rate", atEnd(\.learningRate)),
    Table.Column("validation_accuracy", atEnd(\.validationAccuracy)),
    Table.Column("test_accuracy", atEnd(\.testAccuracy)),
  ])
}
