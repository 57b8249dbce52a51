import HerdbookCharts
import Testing

@Suite("Frames")
struct FrameTests {
  @Test(
    "one unit is as long on both axes, and all points lie inside, also where they are one",
    arguments: [([0.0, 10, 4], [0.0, 1, 0.5]), ([0, 1], [-40, 3]), ([2, 2], [5, 5])])
  func oneUnit(x: [Double], y: [Double]) {
    let frame = Frame.ofOneUnit(x, y, left: 20, top: 30, width: 300, height: 200)
    #expect(frame.left == 20 && frame.right == 320 && frame.top == 30 && frame.bottom == 230)
    let across = (frame.x(x[0] + 1) - frame.x(x[0])).magnitude
    let down = (frame.y(y[0] + 1) - frame.y(y[0])).magnitude
    #expect((across / down - 1).magnitude < 1e-2)
    for (x, y) in zip(x, y) {
      #expect((frame.left...frame.right).contains(frame.x(x)))
      #expect((frame.top...frame.bottom).contains(frame.y(y)))
    }
  }
}
