"""What all rivals share: the images, the seeds, the statement of job A, the line that they print.

Every rival of a job gets the same initial weights, minibatches and learning rates, drawn by NumPy.
"""

import argparse
import gzip
import json
import os

import numpy as np

FOLDER = os.environ["MNIST_DIR"]
NORMALIZE = os.environ.get("NORMALIZE", "none")


def _bytes(name, header):
    path = f"{FOLDER}/{name}"
    with open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz") as file:
        return np.frombuffer(file.read()[header:], np.uint8)


def load(part="train"):
    """Images [n, 784] float32, in [0, 1] or standardized as the training images; labels int32."""
    name = "train" if part == "train" else "t10k"
    images = _bytes(f"{name}-images-idx3-ubyte", 16).reshape(-1, 784)
    x = images.astype(np.float32) * np.float32(1 / 255)
    if NORMALIZE == "standard":
        training = _bytes("train-images-idx3-ubyte", 16) if part != "train" else images
        x -= np.float32(training.mean() / 255)
        x /= np.float32(training.std(dtype=np.float64) / 255)
    return x, _bytes(f"{name}-labels-idx1-ubyte", 8).astype(np.int32)


def init_weights(population, sizes, seed=0):
    """A list of [population, fan_in, fan_out] float32, He normal."""
    r = np.random.default_rng(seed)
    return [
        r.standard_normal((population, a, b), dtype=np.float32) * np.float32((2 / a) ** 0.5)
        for a, b in zip(sizes[:-1], sizes[1:])
    ]


def args(**defaults):
    parser = argparse.ArgumentParser()
    for name, value in defaults.items():
        parser.add_argument("--" + name, type=type(value), default=value)
    return parser.parse_args()


def emit(**numbers):
    print(json.dumps({k: float(v) for k, v in numbers.items()}), flush=True)


class PBT:
    """Job A: 20 networks 784-100-10, SGD on batches of 64, a learning rate each; after each
    generation the worst fifth copies the best fifth, its rates times 0.8 or 1.2."""

    def __init__(self, gens=10, population=20, steps=100, batch=64, seed=1):
        r = np.random.default_rng(seed)
        self.population, self.gens = population, gens
        self.W = init_weights(population, (784, 100, 10), seed)
        self.lr = np.exp(r.uniform(np.log(0.01), np.log(0.3), population)).astype(np.float32)
        self.idx = r.integers(0, 60000, (gens, steps, population, batch), dtype=np.int32)
        self.k = max(1, population // 5)
        self.factor = np.where(r.random((gens, self.k)) < 0.5, 0.8, 1.2).astype(np.float32)

    def exploit(self, correct):
        """correct[population] -> (losers, winners), ties by index."""
        order = np.argsort(correct, kind="stable")
        return order[: self.k], order[::-1][: self.k]
