/// How one style of writing a digit goes: the strokes of a pen through knots.
///
/// Knots live in a box whose height is 1 (y grows downwards) and whose width is 1 before `width`
/// narrows it. Between two corners a stroke is a smooth curve through its knots.
struct DigitSkeleton: Sendable {
  struct Knot: Sendable {
    var x: Double
    var y: Double
    /// The pen turns here instead of swinging through.
    var corner: Bool
  }
  /// How often the style is chosen, in proportion to the others of its digit.
  var weight: Double
  /// Width of the box over its height.
  var width: Double
  var strokes: [[Knot]]

  /// - Parameter path: strokes separated by `;`, knots by spaces, each `x,y` in hundredths, with
  ///   `!` after a corner.
  init(_ weight: Double, width: Double, _ path: StaticString) {
    self.weight = weight
    self.width = width
    strokes = path.description.split(separator: ";").map { stroke in
      stroke.split(separator: " ").map { knot in
        let corner = knot.hasSuffix("!")
        let parts = (corner ? knot.dropLast() : knot).split(separator: ",").map { Int($0)! }
        return Knot(x: Double(parts[0]) / 100, y: Double(parts[1]) / 100, corner: corner)
      }
    }
  }
}

extension DigitSkeleton {
  /// The styles of each digit from 0 to 9.
  ///
  /// Part of the definition of the dataset: a change here raises `DigitGenerator.version`.
  static let styles: [[DigitSkeleton]] = [
    [  // 0: closed, crossing at the top, begun on the right, narrow.
      DigitSkeleton(
        4, width: 0.72, "52,0 18,12 2,50 16,88 50,100 84,86 98,48 82,12 50,0 38,4"),
      DigitSkeleton(3, width: 0.68, "72,10 44,0 14,20 2,56 20,90 52,100 86,80 98,42 78,8 40,8"),
      DigitSkeleton(2, width: 0.78, "88,22 60,1 22,12 2,48 14,86 48,100 84,88 98,54 90,20 70,10"),
      DigitSkeleton(1, width: 0.45, "50,0 8,24 4,70 46,100 92,74 94,26 52,0"),
    ],
    [  // 1: a bar, a bar with a flag, flag and foot, a swung bar.
      DigitSkeleton(5, width: 0.16, "60,0 40,100"),
      DigitSkeleton(3, width: 0.34, "4,26 56,0! 52,50 50,100"),
      DigitSkeleton(1, width: 0.5, "10,24 52,0! 52,98!;8,99 92,99"),
      DigitSkeleton(2, width: 0.22, "72,0 40,30 52,66 30,100"),
    ],
    [  // 2: with a corner at the foot, with a loop, angular, with a long tail.
      DigitSkeleton(
        4, width: 0.74, "8,24 28,4 62,0 86,20 74,48 40,76 4,98! 50,95 98,97"),
      DigitSkeleton(
        3, width: 0.78, "6,22 30,2 64,2 80,26 62,58 30,88 8,98 4,82 28,78 62,94 98,92"),
      DigitSkeleton(1, width: 0.66, "6,12 48,2 88,8! 52,50 8,96! 52,96 96,98"),
      DigitSkeleton(
        2, width: 0.86, "4,34 18,8 48,0 70,18 62,52 30,84 2,96 30,88 64,96 98,86"),
    ],
    [  // 3: two bows, a flat top, a small loop between, a large lower bow.
      DigitSkeleton(
        4, width: 0.66, "8,14 44,0 84,14 76,38 36,48! 78,56 96,78 62,100 4,90"),
      DigitSkeleton(2, width: 0.68, "8,4 86,3! 46,40! 84,52 92,80 54,100 6,90"),
      DigitSkeleton(
        3, width: 0.66, "10,10 52,0 84,18 64,42 38,48 48,42 80,56 92,80 54,100 6,86"),
      DigitSkeleton(2, width: 0.7, "20,6 54,0 74,16 58,36 32,42! 72,44 98,70 72,96 2,96"),
    ],
    [  // 4: open, with a long stem, closed like a sail, curved like a 9.
      DigitSkeleton(4, width: 0.74, "20,2 4,58! 50,56 98,50;76,0 70,50 66,100"),
      DigitSkeleton(2, width: 0.72, "14,8 10,44! 48,50 96,44!;82,0 74,50 68,100"),
      DigitSkeleton(2, width: 0.76, "70,0 36,34 2,66! 50,66 98,64;70,0 68,50 66,100"),
      DigitSkeleton(3, width: 0.66, "12,4 6,36 32,52 70,44 86,4! 78,52 72,100"),
      DigitSkeleton(1, width: 0.64, "84,6 44,12 8,38 26,54 76,44 86,4! 80,52 78,100"),
    ],
    [  // 5: in one go, the hat last, like an S, with a large bow.
      DigitSkeleton(
        4, width: 0.7, "92,2 30,4! 20,44! 56,38 90,58 78,90 40,100 4,90"),
      DigitSkeleton(3, width: 0.74, "22,8 16,44! 52,38 84,58 72,92 36,100 2,88;22,8 60,4 98,0"),
      DigitSkeleton(2, width: 0.7, "94,6 60,0 30,14 36,40 74,54 82,80 48,100 4,90"),
      DigitSkeleton(1, width: 0.66, "86,0 28,2! 26,34! 66,32 96,62 70,96 6,98"),
    ],
    [  // 6: swung, straight, with a wide bow, with a small loop.
      DigitSkeleton(
        4, width: 0.64, "76,0 34,22 8,62 22,94 58,100 92,78 74,54 36,58 12,82"),
      DigitSkeleton(3, width: 0.56, "54,0 20,40 8,76 36,100 82,90 88,66 56,54 16,72"),
      DigitSkeleton(2, width: 0.72, "92,6 50,8 12,40 4,76 38,100 84,92 92,64 56,50 14,62"),
      DigitSkeleton(1, width: 0.6, "60,0 16,30 4,72 34,100 72,92 70,72 40,72 16,86"),
    ],
    [  // 7: plain, with a bar, with a serif, swung, narrow like a 1.
      DigitSkeleton(4, width: 0.64, "4,8 50,5 96,3! 64,48 42,100"),
      DigitSkeleton(2, width: 0.68, "4,6 50,4 94,3! 60,50 38,100;22,54 56,50 88,48"),
      DigitSkeleton(2, width: 0.64, "4,24 8,4! 50,6 95,3! 60,46 50,100"),
      DigitSkeleton(2, width: 0.68, "2,18 26,4 56,12 96,2 72,34 50,64 44,100"),
      DigitSkeleton(1, width: 0.42, "2,14 46,4 92,2! 74,48 56,100"),
    ],
    [  // 8: in one go from the right, from the left, two rings, narrow.
      DigitSkeleton(
        4, width: 0.62,
        "86,12 52,0 16,18 36,42 78,62 88,86 50,100 10,86 26,58 66,40 88,16"),
      DigitSkeleton(
        2, width: 0.62,
        "50,46 14,26 46,0 84,20 52,46 8,72 46,100 94,76 52,46"),
      DigitSkeleton(
        2, width: 0.64,
        "50,0 16,20 44,44 82,24 50,0!;48,44 6,70 42,100 92,76 50,44"),
      DigitSkeleton(
        2, width: 0.44,
        "90,8 44,0 10,20 46,48 88,74 56,100 10,82 44,50 84,24 80,4"),
    ],
    [  // 9: with a straight stem, a swung one, a hook, an open ring like a 4.
      DigitSkeleton(
        4, width: 0.6, "88,16 50,0 10,20 18,46 56,50 88,18! 86,58 74,100"),
      DigitSkeleton(3, width: 0.62, "92,12 48,0 8,26 30,50 76,38 92,8 84,56 54,100"),
      DigitSkeleton(
        2, width: 0.64, "90,16 52,0 12,18 18,44 56,48 90,18 92,58 66,98 14,92"),
      DigitSkeleton(2, width: 0.58, "78,8 30,8 6,34 40,50 84,34 92,2! 82,52 78,100"),
    ],
  ]
}
