"""Job A in NumPy: backpropagation by hand into preallocated arrays, two processes with one BLAS
thread and ten networks each."""

import time
from multiprocessing import Pipe, Process

import common
import numpy as np
from threadpoolctl import threadpool_limits

a = common.args(gens=10, procs=2, warm=1)


def train(W1, W2, lr, X, Y, idx):
    """All steps of one generation of one network, in place."""
    batch = idx.shape[-1]
    rows = np.arange(batch)
    x = np.empty((batch, 784), np.float32)
    h = np.empty((batch, W1.shape[1]), np.float32)
    g1 = np.empty_like(W1)
    g2 = np.empty_like(W2)
    scale = np.float32(lr / batch)
    for i in idx:
        np.take(X, i, axis=0, out=x, mode="clip")
        np.matmul(x, W1, out=h)
        np.maximum(h, 0, out=h)
        z = h @ W2
        z -= z.max(1, keepdims=True)
        np.exp(z, out=z)
        z /= z.sum(1, keepdims=True)
        z[rows, Y[i]] -= 1
        z *= scale
        dh = z @ W2.T
        dh *= h > 0
        np.matmul(h.T, z, out=g2)
        np.matmul(x.T, dh, out=g1)
        W1 -= g1
        W2 -= g2


def evaluate(W1, W2, X, Y):
    correct = 0
    for o in range(0, len(X), 1000):
        h = X[o : o + 1000] @ W1
        np.maximum(h, 0, out=h)
        correct += int(((h @ W2).argmax(1) == Y[o : o + 1000]).sum())
    return correct


def work(p, generation, members):
    results = []
    for m in members:
        W1, W2 = p.W[0][m].copy(), p.W[1][m].copy()
        train(W1, W2, p.lr[m], X, Y, p.idx[generation][:, m])
        results.append((m, W1, W2, evaluate(W1, W2, Xt, Yt)))
    return results


def serve(connection):
    threadpool_limits(1)
    while True:
        connection.send(work(*connection.recv()))


def run(generations):
    p = common.PBT(generations)
    start = time.perf_counter()
    for generation in range(p.gens):
        for k, connection in enumerate(connections):
            connection.send((p, generation, range(k, p.population, a.procs)))
        correct = np.zeros(p.population, int)
        for m, W1, W2, n in sum((c.recv() for c in connections), []):
            p.W[0][m] = W1
            p.W[1][m] = W2
            correct[m] = n
        for j, (loser, winner) in enumerate(zip(*p.exploit(correct))):
            p.W[0][loser] = p.W[0][winner]
            p.W[1][loser] = p.W[1][winner]
            p.lr[loser] = p.lr[winner] * p.factor[generation, j]
    return time.perf_counter() - start, correct


X, Y = common.load("train")
Xt, Yt = common.load("test")
connections = []
for _ in range(a.procs):
    ours, theirs = Pipe()
    Process(target=serve, args=(theirs,), daemon=True).start()
    connections.append(ours)
if a.warm:
    run(1)
seconds, correct = run(a.gens)
common.emit(seconds=seconds, accuracy=correct.max() / 1e4)
