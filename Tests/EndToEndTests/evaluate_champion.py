"""Evaluates a bundle's champion on MNIST's test images in binary64, and compares.

usage: evaluate_champion.py BUNDLE MNIST-FOLDER

Agreement is at most 2 of 10,000 images, and no more images that moved in the confusion matrix than there are near
ties. Prints what it counted; exit status 1 without agreement.
"""
import csv, gzip, sys
import numpy as np
from safetensors.numpy import load_file

bundle, folder = sys.argv[1:]
read = lambda name, start: np.frombuffer(gzip.open(f"{folder}/{name}.gz").read(), np.uint8, offset=start)
x = read("t10k-images-idx3-ubyte", 16).reshape(-1, 784) / 255.0
truth = read("t10k-labels-idx1-ubyte", 8)
tensors = load_file(f"{bundle}/runs/main-0/champion.safetensors")
layers = sum(name.endswith(".weight") for name in tensors)
for n in range(1, layers + 1):
    x = x @ tensors[f"layers.{n}.weight"].astype(np.float64) + tensors.get(f"layers.{n}.bias", np.float32(0))
    x = np.maximum(x, 0) if n < layers else x
best = np.sort(x, axis=1)
ties = int((best[:, -1] - best[:, -2] <= 1e-5 * np.abs(x).max(axis=1)).sum())
predicted = x.argmax(axis=1)

counted = np.zeros((10, 10), int)
np.add.at(counted, (truth, predicted), 1)
recorded = np.zeros((10, 10), int)
for row in csv.DictReader(open(f"{bundle}/runs/main-0/figures/confusion.csv")):
    recorded[int(row["truth"]), int(row["predicted"])] = int(row["count"])
summary = next(csv.DictReader(open(f"{bundle}/summary.csv")))
off = abs(int((predicted == truth).sum()) - int(summary["test_correct"]))
moved = int(np.abs(counted - recorded).sum()) // 2
print(f"correct {int((predicted == truth).sum())}, recorded {summary['test_correct']}, moved {moved}, near ties {ties}")
sys.exit(not (len(truth) == int(summary["test_images"]) and off <= 2 and moved <= ties))
