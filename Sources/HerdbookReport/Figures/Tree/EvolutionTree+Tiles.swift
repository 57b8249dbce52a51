import HerdbookCharts

/// Where the tiles above the tree belong on it.
extension EvolutionTree {
  /// Where the champion's line is at a time.
  private func place(at generation: Int) -> (x: Double, y: Double)? {
    guard let champion = data.champion else { return nil }
    let line = data.phylogeny.lineage(of: champion)
    let living = line.last { data.phylogeny.birth[$0] <= generation } ?? line[0]
    return (time(Double(generation)), y(chains.chainOf[living]))
  }

  /// From the foot of each column of tiles to the line, in pixels.
  func leaders(
    _ tiles: LineTiles, _ above: LineTiles.Arrangement, _ frame: Frame
  ) -> [any Mark] {
    zip(tiles.stops, above.feet).compactMap { stop, foot in
      guard let place = place(at: stop.generation) else { return nil }
      let (x, y) = (frame.x(place.x), frame.y(place.y))
      return Line(
        x: [foot.x, x, x], y: [foot.y, frame.top, y], style: .line(Palette.null, width: 0.75))
    }
  }

  func rings(_ tiles: LineTiles) -> [any Mark] {
    // The champion has a mark of its own.
    let places = tiles.stops.dropLast().compactMap { place(at: $0.generation) }
    var style = Style.fill(Palette.ground)
    style.stroke = .theme(Palette.accent)
    style.width = 1.75
    return [Dots(x: places.map(\.x), y: places.map(\.y), radius: 4, style: style)]
  }
}
