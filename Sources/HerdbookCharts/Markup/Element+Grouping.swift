/// What says where an element lies, not how it looks.
private let places: Set<String> = ["x", "y", "cx", "cy", "r"]

extension Element {
  /// Elements in their order, with what several neighbours of one kind share said once, in a group around them: most of
  /// a picture's texts and dots look alike.
  static func grouped(_ elements: [Element]) -> [Element] {
    var out: [Element] = []
    var start = 0
    while start < elements.count {
      let look = elements[start].look
      let alike =
        look.isEmpty
        ? 1 : elements[start...].prefix { $0.name == elements[start].name && $0.look == look }.count
      if alike < fewest {
        out += elements[start..<start + alike]
      } else {
        out.append(
          Element(
            "g", look,
            children: elements[start..<start + alike].map { element in
              var bare = element
              bare.attributes = element.attributes.filter { places.contains($0.name) }
              return bare
            }))
      }
      start += alike
    }
    return out
  }

  /// Fewer neighbours are written out.
  private static var fewest: Int { 3 }

  /// The attributes of a text or a dot that its neighbours may share; empty of what is not grouped, as a transform is not.
  private var look: [Attribute] {
    guard name == "text" || name == "circle", children.isEmpty,
      !attributes.contains(where: { $0.name == "transform" })
    else { return [] }
    return attributes.filter { !places.contains($0.name) }
  }
}
