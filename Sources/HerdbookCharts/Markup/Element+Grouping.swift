/// What says where an element lies or is its own, not how it looks.
private let own: Set<String> = ["x", "y", "cx", "cy", "r", "d"]

extension Element {
  /// Elements in their order, with what neighbours of one kind share said once, in a group around them: most of a
  /// picture's texts, lines and dots look alike, or nearly so.
  ///
  /// From each element on, as many neighbours are taken as make the markup shortest; within them, the rest of their looks
  /// is grouped in turn.
  static func grouped(_ elements: [Element]) -> [Element] {
    var out: [Element] = []
    var start = 0
    while start < elements.count {
      guard let run = longestSaving(elements[start...]) else {
        out.append(elements[start])
        start += 1
        continue
      }
      let bare = elements[start..<start + run.count].map { $0.without(run.shared) }
      out.append(Element("g", attributes(run.shared), children: grouped(bare)))
      start += run.count
    }
    return out
  }

  /// One thing that is said of how an element looks. Classes are told one by one.
  private struct Trait: Equatable {
    let name: String
    let value: String
    /// Characters of markup.
    var length: Int {
      name == "class" ? value.utf8.count + 1 : name.utf8.count + value.utf8.count + 4
    }
  }

  /// The characters of a group's own tags.
  private static var groupLength: Int { "<g>\n</g>\n".utf8.count }
  private static var classLength: Int { " class=\"\"".utf8.count }

  /// Neighbours from the first on, and the traits that all of them have; nil where no group makes the markup shorter.
  private static func longestSaving(
    _ elements: ArraySlice<Element>
  ) -> (count: Int, shared: [Trait])? {
    guard let first = elements.first else { return nil }
    var shared = first.traits
    var best: (count: Int, shared: [Trait], saving: Int)?
    var count = 1
    for next in elements.dropFirst() {
      guard next.name == first.name else { break }
      let traits = next.traits
      shared.removeAll { !traits.contains($0) }
      guard !shared.isEmpty else { break }
      count += 1
      let length = shared.reduce(0) { $0 + $1.length }
      let ofClass = shared.contains { $0.name == "class" } ? classLength : 0
      let saving = (count - 1) * length - ofClass - groupLength
      if saving > best?.saving ?? 0 { best = (count, shared, saving) }
    }
    return best.map { ($0.count, $0.shared) }
  }

  /// What a group may say of a text, a line or a dot; none of what stays as it is, as a transform does.
  private var traits: [Trait] {
    guard ["text", "circle", "path"].contains(name), children.isEmpty,
      !attributes.contains(where: { $0.name == "transform" })
    else { return [] }
    return attributes.filter { !own.contains($0.name) }.flatMap { attribute -> [Trait] in
      guard attribute.name == "class" else {
        return [Trait(name: attribute.name, value: attribute.value)]
      }
      return attribute.value.split(separator: " ").map { Trait(name: "class", value: String($0)) }
    }
  }

  /// The element as it looks in a group that says this.
  private func without(_ shared: [Trait]) -> Element {
    var bare = self
    let rest = traits.filter { !shared.contains($0) }
    bare.attributes =
      Element.attributes(rest) + attributes.filter { own.contains($0.name) }
    return bare
  }

  private static func attributes(_ traits: [Trait]) -> [Attribute] {
    let classes = traits.filter { $0.name == "class" }.map(\.value)
    let others = traits.filter { $0.name != "class" }.map { Attribute($0.name, $0.value) }
    return classes.isEmpty ? others : [Attribute("class", classes.joined(separator: " "))] + others
  }
}
