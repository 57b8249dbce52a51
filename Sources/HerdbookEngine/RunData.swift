package import HerdbookNetworks

/// The images of a run in their three parts, and the plane that they lie in.
package struct RunData: Sendable {
  package let training: Examples
  package let validation: Examples
  /// Never seen by selection: read for the last champion only, or where the spec asks for a curve.
  package let test: Examples
  package let planeRows: Int
  package let planeColumns: Int

  package init(
    training: Examples, validation: Examples, test: Examples, planeRows: Int, planeColumns: Int
  ) {
    self.training = training
    self.validation = validation
    self.test = test
    self.planeRows = planeRows
    self.planeColumns = planeColumns
  }
}
