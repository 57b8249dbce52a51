package import HerdbookModel

/// Why a download did not come: the transport's words.
package struct TransportFailure: Error, Sendable, Equatable {
  package var message: String
  package init(_ message: String) { self.message = message }
}

/// Brings the bytes at an address into a file, which it makes or overwrites.
package typealias Transport = (_ address: String, _ file: String) throws(TransportFailure) -> Void

/// What became of one file of a dataset that was asked for.
package struct FetchedFile: Sendable, Equatable {
  package enum Source: Sendable, Equatable {
    /// It lay there already, and is right.
    case present
    /// It came from this address.
    case mirror(String)
  }
  package var path: String
  package var source: Source
}

extension Catalogue {
  /// Downloads a dataset into a folder of its name in `folder`.
  ///
  /// Each file is checked by its digest before it takes its place; mirrors are tried in turn; what
  /// is there and right stays. `progress` is told of each file when it is there.
  /// - Throws: `unreachable` with what each mirror gave and what to do by hand; `unreadable` where
  ///   the folder cannot be written.
  package static func fetch(
    _ entry: Entry, into folder: String, using transport: Transport,
    progress: (FetchedFile) -> Void = { _ in }
  ) throws(DataError) -> [FetchedFile] {
    let place = join(folder, entry.name.rawValue)
    var fetched: [FetchedFile] = []
    for file in entry.files {
      let one = try fetch(file, of: entry, into: place, using: transport)
      progress(one)
      fetched.append(one)
    }
    return fetched
  }

  private static func fetch(
    _ file: File, of entry: Entry, into folder: String, using transport: Transport
  ) throws(DataError) -> FetchedFile {
    for candidate in file.file.candidates {
      let path = join(folder, candidate)
      if FileStamp(path: path) != nil, mismatch(of: path, file) == nil {
        return FetchedFile(path: path, source: .present)
      }
    }
    let destination = join(folder, file.file.name + ".gz")
    var tried: [String] = []
    for mirror in entry.mirrors {
      let address = mirror + file.file.name + ".gz"
      do {
        try makeFolder(folder)
        var new = try NewFile(for: destination)
        if let fault = download(address, to: new.partial, file, using: transport) {
          tried.append("  \(address): \(fault)")
          continue
        }
        try new.publish()
        return FetchedFile(path: destination, source: .mirror(address))
      } catch {
        throw DataError(.unreadable, "cannot write the dataset: \(error.message)")
      }
    }
    throw DataError(
      .unreachable, path: destination,
      """
      could not be fetched:
      \(tried.joined(separator: "\n"))
      By hand: on a machine that is online, get the four files
      \(entry.files.map { "  \(entry.mirrors[0])\($0.file.name).gz" }.joined(separator: "\n"))
      and put them into \(folder)
      """)
  }

  /// What went wrong with a download; nil where the file is there and right.
  private static func download(
    _ address: String, to path: String, _ file: File, using transport: Transport
  ) -> String? {
    do throws(TransportFailure) {
      try transport(address, path)
    } catch {
      return error.message
    }
    return mismatch(of: path, file)
  }

  /// How a file differs from what is known of it; nil where it does not.
  private static func mismatch(of path: String, _ file: File) -> String? {
    do throws(DataError) {
      let (found, right) =
        switch file.digest {
        case .compressed(let right): (try sha256(file: path), right)
        case .uncompressed(let right): (try sha256(uncompressed: path), right)
        }
      return found == right ? nil : "its SHA-256 is \(found), expected \(right)"
    } catch {
      return error.message
    }
  }
}

/// Whether a dataset is at hand.
package enum Availability: Sendable, Equatable {
  case builtIn
  /// In this folder; not yet checked.
  case present(String)
  case absent(DataError)
}

extension DataPlaces {
  /// Whether and where a dataset is at hand, told by the names of files alone.
  package func availability(_ dataset: Experiment.Dataset) -> Availability {
    if dataset.name == .digits { return .builtIn }
    do throws(DataError) {
      return .present(try locate(dataset).folder)
    } catch {
      return .absent(error)
    }
  }
}
