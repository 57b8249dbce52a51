import HerdbookCharts
import Testing

/// Expectations are paths as SVG 2, 9.3 reads them, written by hand.
@Suite struct PathDataTests {
  private func path(_ draw: (inout PathData) -> Void) -> String {
    var path = PathData()
    draw(&path)
    return path.text
  }

  @Test("lines are steps from the point before, in as few characters as can be read")
  func lines() {
    let text = path {
      $0.move(1, 2)
      $0.line(1.5, 2.25)
      $0.line(3.5, 1.25)
      $0.line(3.75, 1.75)
    }
    #expect(text == "M1 2l.5.25 2-1 .25.5")
  }

  @Test("what goes along an axis is one stretch until it turns, however many points it has")
  func stretches() {
    let text = path {
      $0.move(10, 10)
      $0.line(11, 10)
      $0.line(13.5, 10)
      $0.horizontal(15)
      $0.vertical(20)
      $0.vertical(18)
      $0.line(20, 17)
    }
    #expect(text == "M10 10h5v10-2l5-1")
  }

  @Test("steps are between rounded points, so that a thousand of them do not add up")
  func rounding() {
    let text = path { path in
      path.move(0, 0)
      for step in 1...1000 { path.line(Double(step) / 3, Double(step % 2)) }
    }
    // 333.33 in all: by hand, x of the last point.
    let steps = text.dropFirst("M0 0l".count).matches(of: /-?(?:\d+\.?\d*|\.\d+)/)
      .compactMap { Double($0.0) }
    #expect(steps.count == 2000)
    let x = stride(from: 0, to: steps.count, by: 2).reduce(0) { $0 + steps[$1] }
    #expect((x - 333.33).magnitude < 1e-9)
  }

  @Test("after a close the pen is where the part began")
  func closed() {
    let text = path {
      $0.move(5, 5)
      $0.line(6, 7)
      $0.close()
      $0.line(6, 4)
      $0.newLine()
      $0.curve(6, 5, 8, 5, 8, 4)
      $0.curve(8, 3, 9, 2, 9.5, 1)
    }
    #expect(text == "M5 5l1 2zl1-1\nc0 1 2 1 2 0 0-1 1-2 1.5-3")
  }

  @Test("a point of no length is kept: with round caps it is a dot")
  func dot() {
    let text = path {
      $0.move(4, 4)
      $0.horizontal(4)
    }
    #expect(text == "M4 4h0")
    #expect(PathData().isEmpty)
  }

  @Test("what is far outside of every frame has a place")
  func outside() {
    let text = path {
      $0.move(0, 0)
      $0.line(1, 1e300)
    }
    #expect(text == "M0 0l1 1000000")
  }
}
