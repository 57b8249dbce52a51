"""Job B in NumPy, DEAP and PyGAD: --impl numpy | deap | pygad.

All have flat float32 genomes, mutate with NumPy's float32 normals in place, and evaluate in blocks
of 1,000 images in two processes with one BLAS thread each, which share the population's memory.
"""

import multiprocessing
import time

import common
import numpy as np
from threadpoolctl import threadpool_limits

a = common.args(pop=20, gens=40, impl="numpy", sigma=0.02, procs=2)
N, K, D = a.pop, max(1, a.pop // 5), 79400
Xt, Yt = common.load("test")


def accuracy(genome):
    W1 = genome[:78400].reshape(784, 100)
    W2 = genome[78400:].reshape(100, 10)
    correct = 0
    for o in range(0, 10000, 1000):
        h = Xt[o : o + 1000] @ W1
        np.maximum(h, 0, out=h)
        correct += int(((h @ W2).argmax(1) == Yt[o : o + 1000]).sum())
    return correct / 1e4


def initial():
    W = common.init_weights(N, (784, 100, 10))
    return np.concatenate([w.reshape(N, -1) for w in W], 1)


def make_child(P, Q, generation, i, source, best):
    if i == 0:
        Q[0] = P[best]
        return
    noise = np.random.default_rng([generation, i]).standard_normal(D, dtype=np.float32)
    noise *= np.float32(a.sigma)
    np.add(P[source[i]], noise, out=Q[i])


def shared():
    return np.frombuffer(multiprocessing.RawArray("f", N * D), np.float32).reshape(N, D)


first, second = shared(), shared()


def serve(connection, k):
    threadpool_limits(1)
    P, Q = first, second
    while True:
        job, generation, source, best, n = connection.recv()
        rows = range(k, n, a.procs)
        if job == "step":
            for i in rows:
                make_child(P, Q, generation, i, source, best)
            P, Q = Q, P
        connection.send([accuracy(P[i]) for i in rows])


connections = []
for k in range(a.procs):
    ours, theirs = multiprocessing.Pipe()
    multiprocessing.Process(target=serve, args=(theirs, k), daemon=True).start()
    connections.append(ours)


def gather(n, message):
    for connection in connections:
        connection.send((*message, n))
    fitness = np.empty(n)
    for k, connection in enumerate(connections):
        fitness[k :: a.procs] = connection.recv()
    return fitness


def evaluate(P):
    first[: len(P)] = P
    return gather(len(P), ("evaluate", 0, None, None))


def run_numpy():
    rng = np.random.default_rng(0)
    fitness = evaluate(initial())
    for g in range(a.gens):
        order = np.argsort(-fitness, kind="stable")
        fitness = gather(N, ("step", g, order[rng.integers(0, K, N)], order[0]))
    return fitness


def run_deap():
    from deap import base, creator, tools

    creator.create("Fitness", base.Fitness, weights=(1.0,))
    creator.create("Individual", np.ndarray, fitness=creator.Fitness)
    rng = np.random.default_rng(0)

    def mutate(individual):
        individual += np.float32(a.sigma) * rng.standard_normal(D, dtype=np.float32)
        del individual.fitness.values
        return (individual,)

    def clone(individual):
        copy = creator.Individual(np.asarray(individual))
        copy.fitness.values = individual.fitness.values
        return copy

    def assess(individuals):
        for individual, value in zip(individuals, evaluate(np.stack(individuals))):
            individual.fitness.values = (float(value),)

    toolbox = base.Toolbox()
    toolbox.register("select", tools.selBest, k=K)
    toolbox.register("mutate", mutate)
    toolbox.register("clone", clone)
    population = [creator.Individual(genome) for genome in initial()]
    assess(population)
    for _ in range(a.gens):
        best = toolbox.select(population)
        parents = rng.integers(0, K, N - 1)
        children = [toolbox.mutate(toolbox.clone(best[j]))[0] for j in parents]
        population = [toolbox.clone(best[0])] + children
        assess(population)
    return np.array([i.fitness.values[0] for i in population])


def run_pygad():
    import pygad

    rng = np.random.default_rng(0)

    def mutate(offspring, ga):
        offspring += np.float32(a.sigma) * rng.standard_normal(offspring.shape, dtype=np.float32)
        return offspring

    def cross(parents, size, ga):
        return parents[rng.integers(0, len(parents), size[0])].astype(np.float32)

    ga = pygad.GA(
        num_generations=a.gens,
        num_parents_mating=K,
        fitness_func=lambda ga, genomes, i: list(evaluate(np.asarray(genomes, np.float32))),
        fitness_batch_size=N,
        initial_population=initial(),
        gene_type=np.float32,
        parent_selection_type="sss",
        keep_elitism=1,
        crossover_type=cross,
        mutation_type=mutate,
        random_seed=0,
        suppress_warnings=True,
    )
    ga.run()
    return np.asarray(ga.last_generation_fitness)


with threadpool_limits(1):
    start = time.perf_counter()
    fitness = {"numpy": run_numpy, "deap": run_deap, "pygad": run_pygad}[a.impl]()
    seconds = time.perf_counter() - start
common.emit(seconds=seconds, sec_per_gen=seconds / (a.gens + 1), accuracy=fitness.max())
