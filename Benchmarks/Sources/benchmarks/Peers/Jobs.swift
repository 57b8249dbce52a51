import HerdbookNumerics

// The jobs and who does them. Each rival is given its best settings on two processors. OpenBLAS picks
// AVX2 kernels by itself on processors that it does not know: where there is AVX-512, it is told so.

private let openBLAS: [String: String] =
  InstructionSet.avx512.isAvailable ? ["OPENBLAS_CORETYPE": "SkylakeX"] : [:]

extension Setting {
  /// NumPy as it comes and, where that differs, with its best settings.
  private func numPy(_ suffix: String, _ script: String, _ key: String) -> [Contestant] {
    let asItComes = rival("NumPy, 2 processes\(suffix)", .main, script, key)
    if openBLAS.isEmpty { return [asItComes] }
    let name = "NumPy, 2 processes, told of AVX-512\(suffix)"
    return [asItComes, rival(name, .main, script, key, openBLAS)]
  }
}

extension Setting {
  func jobA() -> Contest {
    Contest(
      title:
        "A. Population-based training: 20 networks 784-100-10, 10 generations of 100 steps of 64, "
        + "all evaluated on 10,000 images",
      unit: "s", isMoreBetter: false, columns: Input.allCases,
      contestants: [ours("Herdbook, whole process", "job-a")]
        + rivalsOfA("--warm 1", ", warm loop", key: "seconds"),
      notes: [
        "Of the rivals the loop counts after a warm-up, without start, import, loading and "
          + "compilation; of Herdbook the whole process with all files and the report. "
          + "Herdbook also evaluates generation 0, and the champion on the test images."
      ])
  }

  private func rivalsOfA(_ options: String, _ suffix: String, key: String) -> [Contestant] {
    numPy(suffix, "a_pbt_numpy.py --procs 2 \(options)", key) + [
      rival("JAX, two devices\(suffix)", .main, "a_pbt_jax.py --impl shard \(options)", key),
      rival("JAX, vmap\(suffix)", .main, "a_pbt_jax.py --impl vmap \(options)", key),
      rival(
        "PyTorch, 2 processes, by hand\(suffix)", .torch,
        "a_pbt_torch.py --impl manual --procs 2 \(options)", key),
      rival(
        "PyTorch, 2 processes, autograd\(suffix)", .torch,
        "a_pbt_torch.py --impl loop --procs 2 \(options)", key),
      rival(
        "PyTorch, batched\(suffix)", .torch, "a_pbt_torch.py --impl bmm_manual \(options)", key),
    ]
  }

  func jobB() -> Contest {
    let generations = "--pop 20 --gens 40"
    let key = "sec_per_gen"
    return Contest(
      title: "B. Genetic algorithm: 20 networks 784-100-10 on 10,000 images, a generation",
      unit: "ms", isMoreBetter: false, columns: [.mnist],
      contestants: ([
        Contestant(name: "Herdbook, whole process of 40 generations", isRival: false) { input in
          let long = try run.run("job-b", on: input)
          return Score(value: long.seconds / 41, accuracy: long.accuracy)
        },
        Contestant(name: "Herdbook, between generation 10 and 40", isRival: false) { input in
          let short = try run.run(
            "job-b", on: input, changing: [("iterations: 40", "iterations: 10")])
          let long = try run.run("job-b", on: input)
          return Score(value: (long.seconds - short.seconds) / 30, accuracy: long.accuracy)
        },
      ] + numPy("", "b_ga_numpy.py --procs 2 \(generations)", key) + [
        rival("evosax", .main, "b_ga_jax.py --impl evosax \(generations)", key),
        rival("JAX", .main, "b_ga_jax.py --impl plain \(generations)", key),
        rival(
          "DEAP, 2 processes", .main, "b_ga_numpy.py --impl deap --procs 2 \(generations)", key,
          openBLAS),
        rival(
          "PyGAD, 2 processes", .main, "b_ga_numpy.py --impl pygad --procs 2 \(generations)", key,
          openBLAS),
        rival("EvoTorch", .torch, "b_ga_torch.py \(generations)", key),
      ]).map { $0.scaled(by: 1000) },
      notes: [
        "Of the rivals the loop counts, without start, import, loading and compilation. Herdbook "
          + "does not evaluate its elite again and has 21 networks for that: 20 evaluations a "
          + "generation, as the rivals."
      ])
  }

  func jobC() -> Contest {
    let models = "--models 200 --steps 300"
    let key = "model_steps_per_s"
    return Contest(
      title:
        "C. 200 networks 784-100-100-100-10, 300 steps of 64, the weights of all recorded 5 times",
      unit: "steps a second", isMoreBetter: true, columns: [.mnist],
      contestants: [
        Contestant(name: "Herdbook, whole process", isRival: false) { input in
          Score(value: 200 * 300 / (try run.run("job-c", on: input).seconds))
        },
        Contestant(name: "Herdbook, between iteration 5 and 15", isRival: false) { input in
          let short = try run.run("job-c", on: input)
          let long = try run.run(
            "job-c", on: input,
            changing: [
              ("iterations: 5", "iterations: 15"),
              ("[1, 2, 3, 4, 5]", "[\((1...15).map(String.init).joined(separator: ", "))]"),
            ])
          return Score(value: 200 * 600 / (long.seconds - short.seconds))
        },
      ] + numPy("", "c_zoo_host.py \(models)", key) + [
        rival(
          "JAX, map, without compilation", .main, "c_zoo_jax.py \(models)", "steady_steps_per_s"),
        rival(
          "PyTorch, 2 processes, by hand", .torch, "c_zoo_host.py --impl torch \(models)", key),
        rival(
          "PyTorch, 2 processes, batched", .torch, "c_zoo_host.py --impl torch_bmm \(models)", key),
      ],
      notes: [
        "Of the rivals training and writing count, without start, import and loading; of Herdbook "
          + "the whole process with all tables and the report, and what ten iterations more take. "
          + "It also evaluates all networks on 100 images, and takes digests of what it writes."
      ])
  }

  func jobD() -> Contest {
    Contest(
      title: "D. Cold start: one generation of job A, from the start of the process to its end",
      unit: "s", isMoreBetter: false, columns: [.mnist],
      contestants: [
        Contestant(name: "Herdbook", isRival: false) { input in
          let short = try run.run(
            "job-a", on: input, changing: [("iterations: 10", "iterations: 1")])
          return Score(value: short.seconds, accuracy: short.accuracy)
        }
      ] + rivalsOfA("--gens 1 --warm 0", ", whole process", key: "process"),
      notes: ["JAX compiles each time, as it does unless told to keep a cache of compilations."])
  }

  private func ours(_ name: String, _ experiment: String) -> Contestant {
    Contestant(name: name, isRival: false) { input in
      let finished = try run.run(experiment, on: input)
      return Score(value: finished.seconds, accuracy: finished.accuracy)
    }
  }

  /// - Parameter key: the number of those that the script prints which counts; `process` is the time
  ///   of the whole process.
  private func rival(
    _ name: String, _ environment: Rivals.Environment, _ script: String, _ key: String,
    _ variables: [String: String] = [:]
  ) -> Contestant {
    Contestant(name: name, isRival: true) { input in
      let numbers = try rivals.run(
        environment, script, on: input, inputs: run.inputs, variables: variables)
      guard let number = numbers[key] else { throw Failure("failed: it does not print \(key)") }
      return Score(value: number, accuracy: numbers["accuracy"])
    }
  }
}

extension Contestant {
  fileprivate func scaled(by factor: Double) -> Contestant {
    Contestant(name: name, isRival: isRival) { input in
      let score = try perform(input)
      return Score(value: score.value * factor, accuracy: score.accuracy)
    }
  }
}
