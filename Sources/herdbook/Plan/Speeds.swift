package import HerdbookModel
import HerdbookSpec

/// How fast this machine does the work of one kind of experiment, in seconds for a piece of it on one
/// thread.
package struct Speeds: Sendable, Equatable {
  /// A gradient step of one network, with a minibatch of median size; 0 without training.
  package var step: Double
  /// An image passed forward.
  package var image: Double
  /// A network of generation 0.
  package var founder: Double
  /// The birth of a child: crossing, mutation.
  package var birth: Double
  /// A network's weights in the digest of the population's state.
  package var digest: Double
  /// The distance of two networks.
  package var distance: Double
  /// A network's share of the percentiles of weights.
  package var percentiles: Double
  /// The memory that a thread works in, made in each generation.
  package var setup: Double
  /// An image of the dataset until it can be passed: drawn, or read.
  package var drawing: Double
  /// What a thread beyond the first adds, as a share of the first: 0 to 1.
  package var efficiency: Double
  /// Threads that can work at once: the processors of this process.
  package var processors: Int

  package init(
    step: Double, image: Double, founder: Double, birth: Double, digest: Double,
    distance: Double, percentiles: Double, setup: Double, drawing: Double, efficiency: Double,
    processors: Int
  ) {
    self.step = step
    self.image = image
    self.founder = founder
    self.birth = birth
    self.digest = digest
    self.distance = distance
    self.percentiles = percentiles
    self.setup = setup
    self.drawing = drawing
    self.efficiency = efficiency
    self.processors = processors
  }

  /// The seconds of a command that runs one experiment, from its start to its page.
  ///
  /// More threads never take longer.
  package func seconds(
    for experiment: Experiment, dataset: DatasetIdentity, threads: Int
  ) -> Double {
    let work = Workload(experiment, dataset)
    // Each control has the budget of the run.
    let loop =
      Fixed.strain * development(experiment, dataset, work, threads: threads)
      * Double(1 + experiment.report.controls.count)
    let written = Double(DiskFootprint(experiment, dataset: dataset).recordedWeights)
    return Fixed.start + images(dataset, threads: threads)
      // Recorded weights are written while the engine goes on.
      + max(loop, written / Fixed.writing)
      + Fixed.strain * measures(experiment, dataset, threads: threads)
      + tables(experiment, work, threads: threads)
  }

  /// What does not hang on the networks; fitted by eye to the shipped experiments on two processors.
  private enum Fixed {
    /// Start and end of the program, small files and their flushing, the fixed part of the page.
    static let start = 0.12
    /// What work in a run takes against the same in a trial, whose few networks stay in the caches.
    static let strain = 1.3
    /// Threads that are made and joined in each generation.
    static let generation = 0.000_3
    /// Bytes of recorded weights in a second.
    static let writing = 4e8
    /// A generation of a simulated lineage, and an individual in it.
    static let lineage = 0.6e-6
    static let descent = 12e-9
    /// An individual's rows in tables and its place in the tree.
    static let individual = 8e-6
    /// A generation's rows in tables and its points in curves.
    static let row = 60e-6
  }

  /// How many times one thread's work is done by so many, where there are so many pieces of it.
  private func speedup(pieces: Double, threads: Int) -> Double {
    let working = Double(max(1, min(threads, processors)))
    let pieces = max(1, pieces)
    let ideal = pieces / (pieces / working).rounded(.up)
    return 1 + (max(1, ideal) - 1) * efficiency
  }

  private func images(_ dataset: DatasetIdentity, threads: Int) -> Double {
    let count = Double(dataset.training + dataset.validation + dataset.test)
    return count * drawing / speedup(pieces: count, threads: threads)
  }

  /// Births, training, evaluation and digests of all individuals, and the champions' passes.
  private func development(
    _ experiment: Experiment, _ dataset: DatasetIdentity, _ work: Workload, threads: Int
  ) -> Double {
    let population = experiment.population.size
    let seen = Double(experiment.fitness.images(of: dataset.validation))
    let evaluations = Double(work.evaluations)
    let lives =
      experiment.training != nil || experiment.fitness.resample
      ? Double(population)
      : max(1, Double(work.newborns) / Double(max(experiment.iterations, 1)))
    let team = speedup(pieces: lives, threads: threads)
    // Few networks share the threads: each evaluation goes in parts of 1024 images; steps do so only
    // where they are long.
    let parts = (seen / 1024).rounded(.up)
    let evaluated = speedup(
      pieces: lives >= Double(threads) ? lives : lives * parts, threads: threads)
    let passed = max(0, Double(work.forwardImages) - evaluations * seen)
    let champions = speedup(
      pieces: (Double(dataset.validation) / 1024).rounded(.up), threads: threads)
    // Champions that pass other images than those of fitness do so in memory of their own.
    let setups = passed > Double(dataset.test) ? 2.0 : 1
    return Double(work.steps) * step / team
      + evaluations * (seen * image + digest) / evaluated
      + (Double(work.newborns) * birth + Double(population) * founder) / team
      + passed * image / champions
      + (Double(experiment.iterations) + 1) * (Fixed.generation + setups * setup)
  }

  /// Distances of all pairs of each generation, percentiles of some.
  private func measures(
    _ experiment: Experiment, _ dataset: DatasetIdentity, threads: Int
  ) -> Double {
    let sampled = Double(min(experiment.population.size, 64))
    let pairs = sampled * (sampled - 1) / 2
    let generations = Double(experiment.iterations) + 1
    return generations * pairs * distance / speedup(pieces: pairs, threads: threads)
      + min(generations, 64) * sampled * percentiles / speedup(pieces: sampled, threads: threads)
  }

  /// Simulated lineages, tables, and what of the page grows with the run.
  private func tables(_ experiment: Experiment, _ work: Workload, threads: Int) -> Double {
    let size = Double(experiment.population.size)
    let generations = Double(experiment.iterations) + 1
    let once = size * max(generations - 1, 1)
    let simulations = min(max(4_000_000 / once, 100), 1000)
    let lineage = generations * (Fixed.lineage + size * Fixed.descent)
    return simulations * lineage / speedup(pieces: simulations, threads: threads)
      + (size + Double(work.newborns)) * Fixed.individual + generations * Fixed.row
  }
}

extension Speeds {
  /// Of an experiment whose networks have so many times as many weights, or minibatches so many times
  /// as many images.
  func scaled(weights: Double, batch: Double) -> Speeds {
    var scaled = self
    scaled.step *= weights * batch
    scaled.image *= weights
    scaled.founder *= weights
    scaled.birth *= weights
    scaled.digest *= weights
    scaled.distance *= weights
    scaled.setup *= weights
    scaled.percentiles *= weights
    return scaled
  }
}
