"""Job C in NumPy and PyTorch: two processes of one thread share out the networks in chunks.

--impl numpy     : backpropagation by hand for each network
--impl torch     : the same in PyTorch
--impl torch_bmm : a chunk's weights stacked, with bmm and baddbmm_
"""

import multiprocessing
import os
import tempfile
import time

import common
import numpy as np
from safetensors.numpy import load_file, save_file

a = common.args(models=200, steps=300, iters=5, chunk=20, impl="numpy", procs=2)
SIZES = (784, 100, 100, 100, 10)
if a.impl != "numpy":
    import torch
X, Y = common.load("train")
Xt, Yt = common.load("test")


def numpy_train(W, lr, idx):
    rows = np.arange(64)
    x = np.empty((64, 784), np.float32)
    gradients = [np.empty_like(w) for w in W]
    for i in idx:
        np.take(X, i, axis=0, out=x, mode="clip")
        h = [x]
        for w in W[:-1]:
            z = h[-1] @ w
            np.maximum(z, 0, out=z)
            h.append(z)
        d = h[-1] @ W[-1]
        d -= d.max(1, keepdims=True)
        np.exp(d, out=d)
        d /= d.sum(1, keepdims=True)
        d[rows, Y[i]] -= 1
        d *= lr / np.float32(64)
        for layer in range(3, -1, -1):
            np.matmul(h[layer].T, d, out=gradients[layer])
            if layer:
                d = d @ W[layer].T
                d *= h[layer] > 0
            W[layer] -= gradients[layer]


def torch_train(W, lr, idx):
    rows = torch.arange(64)
    s = float(lr) / 64
    for i in idx:
        h = [TX[i]]
        for w in W[:-1]:
            h.append(torch.mm(h[-1], w).relu_())
        d = torch.softmax(h[-1] @ W[-1], 1)
        d[rows, TY[i]] -= 1
        for layer in range(3, -1, -1):
            below = torch.mm(d, W[layer].T).mul_(h[layer] > 0) if layer else None
            W[layer].addmm_(h[layer].T, d, alpha=-s)
            d = below


def torch_bmm(W, lr, idx):
    lr = torch.from_numpy(lr)[:, None, None]
    for i in idx.unbind(0):
        h = [TX[i]]
        y = TY[i][..., None]
        for w in W[:-1]:
            h.append(torch.bmm(h[-1], w).relu_())
        z = torch.softmax(torch.bmm(h[-1], W[-1]), 2)
        d = z.scatter_add_(2, y, torch.full(y.shape, -1.0)) * (lr / -64)
        for layer in range(3, -1, -1):
            turned = W[layer].transpose(1, 2)
            below = torch.bmm(d, turned).mul_(h[layer] > 0) if layer else None
            W[layer].baddbmm_(h[layer].transpose(1, 2), d)
            d = below


def train_chunk(W, lr, idx):
    if a.impl == "numpy":
        for m in range(a.chunk):
            numpy_train([w[m] for w in W], lr[m], idx[m])
        return
    with torch.no_grad():
        tensors = [torch.from_numpy(w) for w in W]
        idx = torch.from_numpy(idx)
        if a.impl == "torch_bmm":
            torch_bmm(tensors, lr, idx.transpose(0, 1).contiguous())
        else:
            for m in range(a.chunk):
                torch_train([w[m] for w in tensors], lr[m], idx[m])


def do_chunk(chunk, folder):
    r = np.random.default_rng([7, chunk])
    W = common.init_weights(a.chunk, SIZES, [7, chunk])
    lr = np.exp(r.uniform(np.log(0.01), np.log(0.1), a.chunk)).astype(np.float32)
    for iteration in range(a.iters):
        train_chunk(W, lr, r.integers(0, 60000, (a.chunk, a.steps // a.iters, 64)))
        tensors = {f"w{j}": w for j, w in enumerate(W)}
        save_file(tensors, f"{folder}/c{chunk:05d}_i{iteration}.safetensors")


def serve(queue, folder):
    global TX, TY
    if a.impl == "numpy":
        from threadpoolctl import threadpool_limits

        threadpool_limits(1)
    else:
        torch.set_num_threads(1)
        TX = torch.from_numpy(X)
        TY = torch.from_numpy(Y).long()
    while (chunk := queue.get()) is not None:
        do_chunk(chunk, folder)


def accuracy(W, x):
    for w in W[:-1]:
        x = np.maximum(x @ w, 0)
    return ((x @ W[-1]).argmax(1) == Yt).mean()


with tempfile.TemporaryDirectory() as folder:
    start = time.perf_counter()
    queue = multiprocessing.Queue()
    processes = [
        multiprocessing.Process(target=serve, args=(queue, folder)) for _ in range(a.procs)
    ]
    for chunk in range(0, a.models, a.chunk):
        queue.put(chunk)
    for process in processes:
        queue.put(None)
        process.start()
    for process in processes:
        process.join()
    seconds = time.perf_counter() - start
    files = os.listdir(folder)
    assert len(files) == a.models // a.chunk * a.iters, "every chunk is written"
    last = load_file(f"{folder}/c00000_i{a.iters - 1}.safetensors")
W = [last[f"w{j}"] for j in range(4)]
steps = a.models * (a.steps // a.iters * a.iters)
mean = np.mean([accuracy([w[m] for w in W], Xt) for m in range(a.chunk)])
common.emit(seconds=seconds, model_steps_per_s=steps / seconds, mean_accuracy=mean)
