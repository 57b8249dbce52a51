"""Job A in PyTorch.

--impl loop       : nn.Sequential, autograd and torch.optim.SGD for each network, the everyday way
--impl manual     : backpropagation by hand for each network
--impl bmm_manual : the population's weights stacked, backpropagation by hand with bmm and baddbmm_
--procs 2         : two processes of one thread, ten networks each (not with bmm_manual)
"""

import multiprocessing
import time

import common
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

a = common.args(gens=10, impl="bmm_manual", procs=1, warm=1)
torch.set_num_threads(2 if a.procs == 1 else 1)


def loop_train(W, lr, idx):
    """One network, one generation -> new weights."""
    m = nn.Sequential(nn.Linear(784, 100, bias=False), nn.ReLU(), nn.Linear(100, 10, bias=False))
    with torch.no_grad():
        m[0].weight.copy_(W[0].T)
        m[2].weight.copy_(W[1].T)
    optimizer = torch.optim.SGD(m.parameters(), lr=float(lr), fused=True)
    for i in idx:
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(m(X[i]), Y[i]).backward()
        optimizer.step()
    return [m[0].weight.detach().T.contiguous(), m[2].weight.detach().T.contiguous()]


@torch.no_grad()
def manual_train(W, lr, idx):
    w1, w2 = W[0].clone(), W[1].clone()
    rows = torch.arange(64)
    s = float(lr) / 64
    for i in idx:
        x = X[i]
        h = torch.mm(x, w1).relu_()
        q = torch.softmax(h @ w2, 1)
        q[rows, Y[i]] -= 1
        d = (q @ w2.T).mul_(h > 0)
        w2.addmm_(h.T, q, alpha=-s)
        w1.addmm_(x.T, d, alpha=-s)
    return [w1, w2]


@torch.no_grad()
def bmm_manual_step(W1, W2, lr, x, y):
    h = torch.bmm(x, W1).relu_()
    z = torch.bmm(h, W2)
    minus = torch.full_like(y[..., None], -1, dtype=z.dtype)
    q = torch.softmax(z, 2).scatter_add_(2, y[..., None], minus)
    q = q * (lr / -64)
    d = torch.bmm(q, W2.transpose(1, 2)).mul_(h > 0)
    W2.baddbmm_(h.transpose(1, 2), q)
    W1.baddbmm_(x.transpose(1, 2), d)


def evaluate_all(W1, W2, x, y):
    """All networks share the images: the first layer is one product [n, 784] x [784, 20 * 100]."""
    n = W1.shape[0]
    h = torch.relu(x @ W1.permute(1, 0, 2).reshape(784, -1)).view(-1, n, 100).transpose(0, 1)
    return (torch.bmm(h, W2).argmax(2) == y).sum(1)


def evaluate_one(W1, W2, x, y):
    return int(((torch.relu(x @ W1) @ W2).argmax(1) == y).sum())


def blocks():
    return ((Xt[o : o + 1000], Yt[o : o + 1000]) for o in range(0, len(Xt), 1000))


def work(members, W, lr, idx):
    train = loop_train if a.impl == "loop" else manual_train
    results = []
    for j, m in enumerate(members):
        w = train([W[0][j], W[1][j]], lr[j], idx[:, j])
        with torch.inference_mode():
            results.append((m, w, sum(evaluate_one(*w, x, y) for x, y in blocks())))
    return results


def serve(connection):
    torch.set_num_threads(1)
    while True:
        connection.send(work(*connection.recv()))


def stacked_generation(W, lr, idx):
    lr = torch.from_numpy(lr)[:, None, None]
    for i in idx:
        bmm_manual_step(*W, lr, X[i], Y[i])
    with torch.no_grad():
        return sum(evaluate_all(*W, x, y) for x, y in blocks()).numpy()


def shared_generation(W, lr, idx):
    members = list(range(len(lr)))
    for k, connection in enumerate(connections):
        q = members[k :: a.procs]
        connection.send((q, [w[q] for w in W], lr[q], idx[:, q].contiguous()))
    results = sum((c.recv() for c in connections), []) if connections else work(members, W, lr, idx)
    correct = np.zeros(len(lr), int)
    for m, w, n in results:
        W[0][m] = w[0]
        W[1][m] = w[1]
        correct[m] = n
    return correct


def run(generations):
    p = common.PBT(generations)
    W = [torch.from_numpy(w.copy()) for w in p.W]
    idx = torch.from_numpy(p.idx).long()
    generation = stacked_generation if a.impl == "bmm_manual" else shared_generation
    start = time.perf_counter()
    for g in range(p.gens):
        correct = generation(W, p.lr, idx[g])
        losers, winners = p.exploit(correct)
        for w in W:
            w[torch.from_numpy(losers.copy())] = w[torch.from_numpy(winners.copy())]
        p.lr[losers] = p.lr[winners] * p.factor[g]
    return time.perf_counter() - start, correct


X, Y = map(torch.from_numpy, common.load("train"))
Xt, Yt = map(torch.from_numpy, common.load("test"))
Y, Yt = Y.long(), Yt.long()
connections = []
for _ in range(a.procs if a.procs > 1 else 0):
    ours, theirs = multiprocessing.Pipe()
    multiprocessing.Process(target=serve, args=(theirs,), daemon=True).start()
    connections.append(ours)
if a.warm:
    run(1)
seconds, correct = run(a.gens)
common.emit(seconds=seconds, accuracy=correct.max() / 1e4)
