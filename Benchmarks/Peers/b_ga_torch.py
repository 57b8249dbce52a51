"""Job B in EvoTorch: a Problem with vectorized evaluation, and its operators."""

import logging
import time

import common
import numpy as np
import torch
from evotorch import Problem, SolutionBatch
from evotorch.operators import GaussianMutation

logging.disable(logging.INFO)
a = common.args(pop=20, gens=40, sigma=0.02)
torch.set_num_threads(2)
N, K, D = a.pop, max(1, a.pop // 5), 79400
Xt, Yt = map(torch.from_numpy, common.load("test"))
Yt = Yt.long()


@torch.no_grad()
def evaluate(P):
    """The first layer of all networks is one product [1000, 784] x [784, N * 100]."""
    P = P.as_subclass(torch.Tensor)  # EvoTorch hands over a ReadOnlyTensor
    n = len(P)
    W1 = P[:, :78400].view(-1, 784, 100).permute(1, 0, 2).reshape(784, n * 100)
    W2 = P[:, 78400:].view(n, 100, 10)
    correct = torch.zeros(n)
    for o in range(0, 10000, 1000):
        h = torch.mm(Xt[o : o + 1000], W1).relu_().view(-1, n, 100).transpose(0, 1)
        correct += (torch.bmm(h, W2).argmax(2) == Yt[o : o + 1000]).sum(1)
    return correct / 1e4


def run():
    torch.manual_seed(0)
    problem = Problem(
        "max",
        evaluate,
        solution_length=D,
        initial_bounds=(-0.1, 0.1),
        vectorized=True,
        dtype=torch.float32,
        seed=0,
    )
    mutate = GaussianMutation(problem, stdev=a.sigma)
    population = problem.generate_batch(N)
    weights = common.init_weights(N, (784, 100, 10))
    population.set_values(torch.from_numpy(np.concatenate([w.reshape(N, -1) for w in weights], 1)))
    start = time.perf_counter()
    problem.evaluate(population)
    for _ in range(a.gens):
        best = population.take_best(K)
        children = mutate(best[torch.randint(0, K, (N - 1,)).tolist()])
        population = SolutionBatch.cat([best.take_best(1), children])
        problem.evaluate(population)
    return time.perf_counter() - start, population.evals[:, 0]


seconds, fitness = run()
common.emit(seconds=seconds, sec_per_gen=seconds / (a.gens + 1), accuracy=fitness.max())
