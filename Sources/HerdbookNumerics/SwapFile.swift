import CSystem
import Synchronization

/// Room on disk for vectors of one length, which are in memory only while they are in use.
///
/// The file has no name and goes with the process. It is mapped as a whole; once as many bytes have been
/// touched as may be resident, the system is given all pages back, and brings those again that are asked for.
/// What a vector holds is the same before and after, so that nobody needs to say when they are done with one.
@safe
package final class SwapFile: @unchecked Sendable {
  /// Floats of a vector.
  package let floats: Int
  /// The most bytes that are resident, but for those that threads are at work on.
  private let resident: Int
  private let base: UInt
  private let descriptor: Int32
  private let places: Int
  /// Bytes of a place.
  private let size: Int
  /// Which places somebody has, and where the next free one is looked for.
  private let taken: UnsafeMutablePointer<Atomic<Bool>>
  private let hint = Atomic<Int>(0)
  /// How often all pages were given back, and bytes that were touched since.
  private let sweep = Atomic<Int>(0)
  private let touched = Atomic<Int>(0)
  private let isSweeping = Mutex(())

  /// Why there is no such file: the system's error number.
  package struct Fault: Error, Equatable {
    package let code: Int32
  }

  /// A file in `folder` for `vectors` of so many floats, all of whose blocks are taken at once.
  package init(
    in folder: String, vectors: Int, floats: Int, resident: Int
  ) throws(Fault) {
    self.floats = floats
    self.resident = resident
    places = vectors
    size = SwapFile.bytes(floats: floats)
    var memory: UnsafeMutableRawPointer?
    var descriptor: Int32 = -1
    let code = unsafe herdbook_swap_open(folder, places * size, &descriptor, &memory)
    guard code == 0, let memory = unsafe memory else { throw Fault(code: code) }
    self.descriptor = descriptor
    base = UInt(bitPattern: memory)
    unsafe taken = .allocate(capacity: vectors)
    for place in 0..<vectors { unsafe (taken + place).initialize(to: Atomic(false)) }
  }

  deinit {
    unsafe herdbook_swap_close(
      descriptor, UnsafeMutableRawPointer(bitPattern: base), places * size)
    unsafe taken.deinitialize(count: places)
    unsafe taken.deallocate()
  }

  /// Bytes that a vector takes in a file: whole vectors of the kernels.
  package static func bytes(floats: Int) -> Int {
    (max(floats, 1) * MemoryLayout<Float>.stride + 63) / 64 * 64
  }

  /// A place that nobody has; nil where there is none left.
  func take() -> Int? {
    // One place in two is free where there is room for two generations.
    let first = hint.wrappingAdd(1, ordering: .relaxed).oldValue
    for step in 0..<places {
      let place = (first + step) % places
      let (isMine, _) = unsafe taken[place].compareExchange(
        expected: false, desired: true, ordering: .acquiringAndReleasing)
      if isMine {
        if step > 0 { hint.store(first + step + 1, ordering: .relaxed) }
        return place
      }
    }
    return nil
  }

  func giveBack(_ place: Int) { unsafe taken[place].store(false, ordering: .releasing) }

  /// Writes what a place is to hold; false where the system does not.
  func write(_ values: UnsafePointer<Float>, count: Int, to place: Int) -> Bool {
    unsafe herdbook_swap_write(
      descriptor, place * size, values, count * MemoryLayout<Float>.stride) == 0
  }

  /// Where a place is.
  func address(of place: Int) -> UnsafeMutableRawPointer {
    guard let address = unsafe UnsafeMutableRawPointer(bitPattern: base + UInt(place * size)) else {
      preconditionFailure("a mapping is not at zero")
    }
    return unsafe address
  }

  /// Counts a vector that is about to be used, unless it was since pages were last given back; `seen`
  /// is its own, negative at first.
  func touch(_ seen: borrowing Atomic<Int>) {
    let now = sweep.load(ordering: .relaxed)
    guard seen.exchange(now, ordering: .relaxed) != now else { return }
    guard touched.wrappingAdd(size, ordering: .relaxed).newValue > resident else { return }
    isSweeping.withLockIfAvailable { _ in
      touched.store(0, ordering: .relaxed)
      sweep.wrappingAdd(1, ordering: .relaxed)
      unsafe herdbook_swap_out(UnsafeMutableRawPointer(bitPattern: base), places * size)
    }
  }
}
