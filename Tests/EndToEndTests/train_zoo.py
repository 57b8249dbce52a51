"""Trains networks on MNIST with NumPy and leaves them as `herdbook import` takes them.

usage: train_zoo.py MNIST-FOLDER TARGET [MODELS [npy]]

Matrices are [outputs, inputs] with biases, as PyTorch has them; iterations are 0, 1, 2, 3, 5 and 8 of 30 steps each.
With npy each snapshot is a folder of .npy files, else a safetensors file.
"""
import csv, gzip, os, sys
import numpy as np

folder, target = sys.argv[1:3]
models = int(sys.argv[3]) if len(sys.argv) > 3 else 50
is_npy = sys.argv[4:] == ["npy"]
read = lambda name, start: np.frombuffer(gzip.open(f"{folder}/{name}.gz").read(), np.uint8, offset=start)
images = (read("train-images-idx3-ubyte", 16).reshape(-1, 784) / 255.0).astype(np.float32)
labels = read("train-labels-idx1-ubyte", 8)
test = (read("t10k-images-idx3-ubyte", 16).reshape(-1, 784) / 255.0).astype(np.float32)
truth = read("t10k-labels-idx1-ubyte", 8)
SIZES, KEPT, STEPS = (784, 24, 16, 10), (0, 1, 2, 3, 5, 8), 30


def forward(weights, biases, x):
    hidden = [x]
    for w, b in zip(weights[:-1], biases[:-1]):
        hidden.append(np.maximum(hidden[-1] @ w.T + b, 0))
    return hidden, hidden[-1] @ weights[-1].T + biases[-1]


def save(path, tensors):
    if is_npy:
        os.makedirs(path)
        for name, values in tensors.items():
            np.save(f"{path}/{name}.npy", values)
    else:
        from safetensors.numpy import save_file

        save_file(tensors, path)


os.makedirs(target)
with open(f"{target}/models.csv", "w", newline="") as file:
    rows = csv.writer(file)
    rows.writerow(["model", "iteration", "weights", "accuracy", "loss", "test_accuracy", "learning_rate", "scheme"])
    for model in range(models):
        random = np.random.default_rng(model)
        rate = float(np.exp(random.uniform(np.log(0.003), np.log(0.5))))
        scheme = ("he", "glorot")[model % 2]
        gain = lambda i, o: np.sqrt(2 / i) if scheme == "he" else np.sqrt(2 / (i + o))
        pairs = list(zip(SIZES, SIZES[1:]))
        weights = [(random.standard_normal((o, i)) * gain(i, o)).astype(np.float32) for i, o in pairs]
        biases = [np.zeros(o, np.float32) for _, o in pairs]
        for iteration in range(max(KEPT) + 1):
            for _ in range(STEPS if iteration else 0):
                batch = random.integers(0, 50_000, 32)
                hidden, scores = forward(weights, biases, images[batch])
                d = np.exp(scores - scores.max(1, keepdims=True))
                d /= d.sum(1, keepdims=True)
                d[np.arange(32), labels[batch]] -= 1
                d *= np.float32(rate / 32)
                for layer in reversed(range(len(weights))):
                    down = (d @ weights[layer]) * (hidden[layer] > 0)
                    weights[layer] -= d.T @ hidden[layer]
                    biases[layer] -= d.sum(0)
                    d = down
            if iteration not in KEPT:
                continue
            _, scores = forward(weights, biases, images[50_000:52_000])
            scores = scores - scores.max(1, keepdims=True)
            right = labels[50_000:52_000]
            accuracy = float((scores.argmax(1) == right).mean())
            loss = float((np.log(np.exp(scores).sum(1)) - scores[np.arange(2000), right]).mean())
            tested = float((forward(weights, biases, test)[1].argmax(1) == truth).mean())
            name = f"m{model:03d}-{iteration}" + ("" if is_npy else ".safetensors")
            tensors = {f"fc{n + 1}.weight": w for n, w in enumerate(weights)}
            tensors |= {f"fc{n + 1}.bias": b for n, b in enumerate(biases)}
            save(f"{target}/{name}", tensors)
            rows.writerow([f"model-{model}", iteration, name, accuracy, loss, tested, rate, scheme])
