import Testing

/// What every page must stand, whatever it is about.
extension MarkupReader {
  /// Tags with a number that is none.
  var withoutNumber: [Tag] {
    tags.filter { tag in
      tag.attributes.contains { name, value in
        guard name != "src", name != "href" else { return false }
        return value.split { !$0.isLetter }.contains { ["nan", "inf", "NaN"].contains($0) }
      }
    }
  }

  /// Tags by which something would be fetched or run.
  var fetched: [Tag] {
    tags.filter { tag in
      if ["script", "link", "iframe", "object", "image"].contains(tag.name) { return true }
      if tag.attributes.contains(where: { $0.name.hasPrefix("on") }) { return true }
      return ["src", "href"].compactMap { tag[$0] }.contains {
        !$0.hasPrefix("#") && !$0.hasPrefix("data:image/png")
      }
    }
  }

  /// Ids that are there more than once.
  var repeatedIDs: [String] {
    let ids = tags.compactMap { $0["id"] }
    return Dictionary(grouping: ids) { $0 }.filter { $1.count > 1 }.keys.sorted()
  }

  /// References that meet no id.
  var unmetReferences: [String] {
    let ids = Set(tags.compactMap { $0["id"] })
    return tags.flatMap { tag -> [String] in
      var wanted: [Substring] = []
      for key in ["aria-labelledby", "for"] { wanted += tag[key]?.split(separator: " ") ?? [] }
      if let href = tag["href"], href.hasPrefix("#") { wanted.append(href.dropFirst()) }
      if let clip = tag["clip-path"] { wanted.append(clip.dropFirst(5).dropLast()) }
      return wanted.map(String.init).filter { !ids.contains($0) }
    }
  }

  /// Marks that lie outside of their picture; clipped groups may hold what their frame cuts.
  var outside: [Tag] {
    var box: [Double] = []
    return tags.filter { tag in
      if tag.name == "svg" {
        box = tag["viewBox"]?.split(separator: " ").compactMap { Double($0) } ?? []
      }
      guard tag.path.contains("svg"), tag["clip-path"] == nil, box.count == 4 else { return false }
      return tag.points.contains { x, y in
        x < -1 || x > box[2] + 1 || y < -1 || y > box[3] + 1
      }
    }
  }
}

extension MarkupReader.Tag {
  /// The points that a shape names.
  var points: [(Double, Double)] {
    func number(_ name: String) -> Double { self[name].flatMap { Double($0) } ?? 0 }
    switch name {
    case "circle": return [(number("cx"), number("cy"))]
    case "text": return [(number("x"), number("y"))]
    case "path": return self["d"].map(points(ofPath:)) ?? []
    default: return []
    }
  }

  /// The ends of the pieces of a path.
  private func points(ofPath text: String) -> [(Double, Double)] {
    var (at, start) = ((0.0, 0.0), (0.0, 0.0))
    var out: [(Double, Double)] = []
    for piece in text.matches(of: /([MlhvcLHVCz])([^MlhvcLHVCz]*)/) {
      let values = piece.2.matches(of: /-?(?:\d+\.?\d*|\.\d+)/).map { Double($0.0)! }
      var rest = values[...]
      switch piece.1 {
      case "M":
        at = (values[0], values[1])
        start = at
      case "z": at = start
      default: break
      }
      if piece.1 == "M" || piece.1 == "z" {
        out.append(at)
        continue
      }
      while !rest.isEmpty {
        switch piece.1 {
        case "h": at.0 += rest.removeFirst()
        case "v": at.1 += rest.removeFirst()
        case "l", "c":
          rest = rest.dropFirst(piece.1 == "c" ? 4 : 0)
          at = (at.0 + rest.removeFirst(), at.1 + rest.removeFirst())
        default: Issue.record("no command of a path: \(piece.1)")
        }
        out.append(at)
      }
    }
    return out
  }
}
