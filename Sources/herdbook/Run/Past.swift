import HerdbookEngine
import HerdbookNetworks

/// What is known of how the networks of a run came to be.
enum Past {
  /// They can live again.
  case lived(Evolution)
  /// Their first weights are, by id, and nothing else.
  case given([Weights])

  /// The network that an individual of the first generation began with.
  func founder(id: Int) -> Weights {
    switch self {
    case .lived(let evolution): evolution.founder(id: id)
    case .given(let first): first[id]
    }
  }
}
