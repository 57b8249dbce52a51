#!/usr/bin/env python3
"""Writes the tables beside this file: inputs, and what NumPy, SciPy, scikit-learn and statsmodels make of them.

    pip install numpy scipy scikit-learn statsmodels
    python3 make.py

Each table has the columns case, name, values; values are separated by spaces. The tests of this folder's parent read
them. The random streams of Herdbook are written anew here (Philox4x32-10: Salmon et al., SC 2011), so that what is
resampled can be compared number by number.
"""

import csv
import itertools
from pathlib import Path

import numpy as np
from scipy import integrate, optimize, stats
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform
from sklearn import linear_model, metrics
from statsmodels.stats.multitest import multipletests

random = np.random.default_rng(20250101)


def table(name, cases):
    """Writes NAME.csv: `cases` is {case: {name: numbers}}."""
    with open(Path(__file__).with_name(f"{name}.csv"), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["case", "name", "values"])
        for case, parts in cases.items():
            for part, values in parts.items():
                flat = np.asarray(values).ravel()
                writer.writerow([case, part, " ".join(repr(x.item()) for x in flat)])


def rounded(values, decimals=4):
    return np.round(values, decimals)


# Random streams.

def philox(seed, block, iteration, individual, purpose):
    """Four words of 32 bits for each individual: [individual][4]."""
    individual = np.asarray(individual, dtype=np.uint64)
    mask = np.uint64(0xFFFFFFFF)
    counter = [np.full_like(individual, x) for x in (block, iteration, 0, purpose)]
    counter[2] = individual.copy()
    key = [np.uint64(seed & 0xFFFFFFFF), np.uint64(seed >> 32)]
    for _ in range(10):
        a, b = np.uint64(0xD2511F53) * counter[0], np.uint64(0xCD9E8D57) * counter[2]
        counter = [
            (b >> np.uint64(32)) ^ counter[1] ^ key[0], b & mask,
            (a >> np.uint64(32)) ^ counter[3] ^ key[1], a & mask,
        ]
        key = [(key[0] + np.uint64(0x9E3779B9)) & mask, (key[1] + np.uint64(0xBB67AE85)) & mask]
    return np.stack(counter, axis=-1)


# Its number among `RandomPurpose`.
BOOTSTRAP = 14


def bits64(seed, iteration, individuals, count):
    """[individual][count]: numbers of 64 bits, the first word the low half."""
    blocks = [philox(seed, b, iteration, individuals, BOOTSTRAP) for b in range((count + 1) // 2)]
    words = np.concatenate(blocks, axis=1)
    return (words[:, 0::2] | words[:, 1::2] << np.uint64(32))[:, :count]


def bounded(bits, bound):
    """Multiply-shift: the high 64 bits of the product with the bound."""
    high, low = bits >> np.uint64(32), bits & np.uint64(0xFFFFFFFF)
    bound = np.uint64(bound)
    return ((high * bound + (low * bound >> np.uint64(32))) >> np.uint64(32)).astype(int)


def normals(seed, iteration, individuals, count):
    uniform = (bits64(seed, iteration, individuals, 2 * count) >> np.uint64(11)) * 2.0**-53
    u, turn = 1 - uniform[:, 0::2], uniform[:, 1::2]
    return np.sqrt(-2 * np.log(u)) * np.cos(2 * np.pi * turn)


# Distributions.

cases = {}
for count in (1, 2, 5, 10, 37):
    values = rounded(random.standard_normal(count))
    levels = [0, 0.025, 0.16, 0.25, 0.5, 0.9, 0.975, 1]
    cases[f"normal-{count}"] = {
        "values": values, "levels": levels, "quantiles": np.quantile(values, levels),
        "median": [np.median(values)], "mean": [np.mean(values)],
        **({"deviation": [np.std(values, ddof=1)]} if count > 1 else {}),
    }
cases["ties"] = {
    "values": [2, 2, 2, 5, 5, 7], "levels": [0.1, 0.5, 0.6, 0.8],
    "quantiles": np.quantile([2, 2, 2, 5, 5, 7], [0.1, 0.5, 0.6, 0.8]), "median": [3.5],
    "mean": [np.mean([2, 2, 2, 5, 5, 7])], "deviation": [np.std([2, 2, 2, 5, 5, 7], ddof=1)],
}
table("quantiles", cases)

cases = {}
for name, (shift, scale) in {"apart": (3, 1), "near": (0.2, 1.1), "crossed": (0, 2)}.items():
    levels = np.linspace(0, 1, 21)
    a = rounded(np.sort(random.standard_normal(21)))
    b = rounded(np.sort(shift + scale * random.standard_normal(21)))
    d = b - a
    zeros = [
        levels[i] + (levels[i + 1] - levels[i]) * d[i] / (d[i] - d[i + 1])
        for i in range(20) if d[i] * d[i + 1] < 0
    ]
    ends = np.sort(np.concatenate([levels, zeros]))
    gap = lambda t: abs(np.interp(t, levels, a) - np.interp(t, levels, b))
    exact = sum(integrate.quad(gap, x, y)[0] for x, y in zip(ends, ends[1:]))
    middles = (np.arange(40_000) + 0.5) / 40_000
    sampled = stats.wasserstein_distance(
        np.interp(middles, levels, a), np.interp(middles, levels, b))
    cases[name] = {
        "first": a, "second": b, "wasserstein": [exact], "sampled": [sampled],
        "place": [int(np.argmax(np.abs(d)))], "largest": [d[np.argmax(np.abs(d))]],
    }
table("wasserstein", cases)

# Matching.

cases = {}
for size in (1, 2, 5, 12, 20):
    costs = rounded(random.standard_normal((size, size)), 3)
    rows, columns = optimize.linear_sum_assignment(costs)
    cases[f"real-{size}"] = {"costs": costs, "columns": columns, "cost": [costs[rows, columns].sum()]}
costs = random.integers(0, 4, (9, 9))
rows, columns = optimize.linear_sum_assignment(costs)
# Of costs with ties only the sum is one.
cases["ties"] = {"costs": costs, "cost": [costs[rows, columns].sum()]}
table("matching", cases)

# Predictions: who errs where.

cases = {}
for name, share in {"alike": 0.05, "apart": 0.4}.items():
    labels = random.integers(0, 10, 120)
    first, second = (
        np.where(random.random(120) < share, random.integers(0, 10, 120), labels) for _ in range(2))
    only_first = int(((first == labels) & (second != labels)).sum())
    only_second = int(((first != labels) & (second == labels)).sum())
    cases[name] = {
        "labels": labels, "first": first, "second": second,
        "disagreement": [(first != second).mean()], "only": [only_first, only_second],
        "p": [stats.binomtest(only_first, only_first + only_second).pvalue],
    }
table("predictions", cases)

# Tests.

cases = {}
for count in (5, 8, 12):
    differences = rounded(0.4 + random.standard_normal(count), 3)
    flips = stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=np.inf)
    signs = stats.binomtest(int((differences > 0).sum()), count)
    cases[f"differences-{count}"] = {
        "differences": differences, "flips": [flips.pvalue], "signs": [signs.pvalue]}
for count in (1, 4, 9):
    p = rounded(random.random(count) ** 3)
    cases[f"holm-{count}"] = {"p": p, "holm": multipletests(p, method="holm")[1]}
for count in (5, 30):
    a = random.integers(0, 12, count)
    b = a + random.integers(0, 9, count)
    cases[f"ranks-{count}"] = {"first": a, "second": b, "rank": [stats.spearmanr(a, b).statistic],
        "pearson": [stats.pearsonr(a, b).statistic]}
table("tests", cases)

# Resampling, number by number.

cases = {}
for count, seed in ((5, 3), (10, 9), (23, 2**40 + 17)):
    values = rounded(random.standard_normal(count))
    drawn = bounded(bits64(seed, 0, np.arange(10_000), count), count)
    medians = np.sort(np.median(values[drawn], axis=1))
    cases[f"median-{count}"] = {
        "values": values, "seed": [seed], "interval": [medians[250], medians[-251]]}
table("bootstrap", cases)

# Descent and fields.

cases = {}
for size in (1, 6, 20):
    origins = random.integers(0, max(1, size // 2), (3, size))
    founders = np.arange(size)
    for step in origins:
        founders = founders[step]
    shares = np.unique(founders, return_counts=True)[1] / size
    cases[f"founders-{size}"] = {"origins": origins, "effective": [1 / (shares**2).sum()]}
for rows, columns in ((4, 5), (9, 9)):
    field = rounded(np.cumsum(random.standard_normal((rows, columns)), axis=1), 3)
    d = (field - field.mean()).ravel()
    at = lambda r, c: r * columns + c
    weights = np.zeros((rows * columns, rows * columns))
    for r in range(rows):
        for c in range(columns):
            for other in ([at(r, c + 1)] if c + 1 < columns else []) + (
                    [at(r + 1, c)] if r + 1 < rows else []):
                weights[at(r, c), other] = weights[other, at(r, c)] = 1
    moran = d.size / weights.sum() * (d @ weights @ d) / (d @ d)
    cases[f"moran-{rows}x{columns}"] = {"field": field, "shape": [rows, columns], "moran": [moran]}
table("populations", cases)

# Components: what is drawn of points, by their coordinates and by their distances.


def signed(scores):
    """[component][point], the coordinate of largest magnitude positive."""
    return [row * np.sign(row[np.argmax(np.abs(row))]) for row in scores]


cases = {}
for count, dimensions in ((6, 3), (12, 40)):
    points = rounded(random.standard_normal((count, dimensions)) * np.linspace(2, 0.3, dimensions), 3)
    u, s, _ = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    cases[f"points-{count}"] = {
        "points": points, "count": [count], "shares": (s**2 / (s**2).sum())[:3],
        "scores": signed((u * s).T[:3])}
# Distances that are not Euclidean: shares of cases that two disagree on.
answers = random.integers(0, 3, (9, 25))
distances = (answers[:, None] != answers[None]).mean(axis=-1)
centring = np.eye(9) - 1 / 9
values, vectors = np.linalg.eigh(-0.5 * centring @ distances**2 @ centring)
values, vectors = values[::-1], vectors[:, ::-1]
cases["scaling-9"] = {
    "distances": distances, "count": [9], "shares": values[:3] / values[values > 0].sum(),
    "scores": signed((vectors * np.sqrt(np.maximum(values, 0))).T[:3])}
table("components", cases)

# Clusters.


def best_cut(distances):
    tree = hierarchy.linkage(squareform(distances, checks=False), "average")
    best = (-np.inf, None)
    for number in range(2, len(distances)):
        groups = hierarchy.cut_tree(tree, number).ravel()
        if (np.bincount(groups) > 1).sum() > 1:
            found = metrics.silhouette_score(distances, groups, metric="precomputed")
            if found > best[0]:
                best = (found, groups)
    return best


def leaf_orders(tree):
    """Every order of the leaves that turning branches gives, 2^(n - 1) of them: SciPy 1.17's optimal_leaf_ordering stays
    above the least of them in some cases."""
    for turns in itertools.product((False, True), repeat=len(tree)):
        leaves = [[leaf] for leaf in range(len(tree) + 1)]
        for turn, (a, b, *_) in zip(turns, tree):
            a, b = leaves[int(a)], leaves[int(b)]
            leaves.append(b + a if turn else a + b)
        yield leaves[-1]


def cophenetic(distances):
    pairs = squareform(distances, checks=False)
    return hierarchy.cophenet(hierarchy.linkage(pairs, "average"), pairs)[0]


def renamed(groups):
    """Numbered in the order in which they appear."""
    names = list(dict.fromkeys(groups))
    return [names.index(group) for group in groups]


def apart(points):
    distances = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=-1))
    np.fill_diagonal(distances, 0)
    return distances


cases = {}
for name, (count, gap) in {"grouped": (12, 8.0), "cloud": (10, 0.0), "seven": (7, 1.0)}.items():
    points = random.standard_normal((count, 5))
    points[: count // 2, 0] += gap
    random.shuffle(points)
    distances = rounded(apart(points), 3)
    tree = hierarchy.linkage(squareform(distances), "average")
    steps = lambda order: sum(distances[a, b] for a, b in zip(order, order[1:])) / (count - 1)
    scipy = hierarchy.leaves_list(hierarchy.optimal_leaf_ordering(tree, squareform(distances)))
    other = random.integers(0, 3, count)
    found, groups = best_cut(distances)
    centring = np.eye(count) - 1 / count
    widths = np.linalg.eigvalsh(-0.5 * centring @ distances**2 @ centring)[::-1]
    widths = np.sqrt(np.maximum(widths, 0) / np.maximum(widths, 0).sum())
    drawn = normals(7, 2, np.arange(199), count * count).reshape(199, count, count)
    clouds = [apart(cloud * widths) for cloud in drawn]
    null = np.maximum([best_cut(cloud)[0] for cloud in clouds], -1)
    trees = [cophenetic(cloud) for cloud in clouds]
    cases[name] = {
        "distances": distances, "count": [count], "merges": tree[:, 2],
        "heights": squareform(hierarchy.cophenet(tree)),
        "step": [min(map(steps, leaf_orders(tree)))], "scipystep": [steps(scipy)],
        "groups": renamed(groups), "silhouette": [found], "other": other,
        "rand": [metrics.adjusted_rand_score(groups, other)],
        "bound": [np.quantile(null, 0.95)], "p": [(1 + (null >= found).sum()) / 200],
        "tree": [cophenetic(distances)], "treebound": [np.quantile(trees, 0.95)],
    }
table("clusters", cases)


# Alignment of representations.

def independence(first, second):
    """Equation 5 of Song et al. (2012), of the kernels themselves: examples by examples."""
    count = len(first)
    a, b = first @ first.T, second @ second.T
    np.fill_diagonal(a, 0)
    np.fill_diagonal(b, 0)
    return (
        np.trace(a @ b) + a.sum() * b.sum() / ((count - 1) * (count - 2)) - 2 * (a @ b).sum() / (count - 2)
    ) / (count * (count - 3))


cases = {}
for name, (count, widths, shared) in {
    "alike": (20, (6, 4), 1.0), "partly": (30, (5, 9), 0.5), "strangers": (12, (8, 8), 0.0), "four": (4, (2, 3), 1.0),
}.items():
    common = random.standard_normal((count, 4))
    first, second = (
        rounded(shared * common @ random.standard_normal((4, width)) + random.standard_normal((count, width)) + 3)
        for width in widths
    )
    parts = [independence(*pair) for pair in ((first, second), (first, first), (second, second))]
    cases[name] = {
        "units": widths, "first": first, "second": second, "alignment": [parts[0] / np.sqrt(parts[1] * parts[2])],
    }
table("alignment", cases)


# Ridge regression, and how often one of a group is above one of another.

PENALTIES = [10.0**power for power in range(-4, 4)]
FOLDS = 5


def ridge(features, targets, others, folds):
    """The chosen penalty a row of each output, and what is told of other rows, within the range of the targets."""
    scaled = (features - features.mean(axis=0)) / features.std(axis=0)
    unknown = (others - features.mean(axis=0)) / features.std(axis=0)
    penalties, told = [], []
    for target in targets.T:
        def fitted(rows, penalty):
            model = linear_model.Ridge(alpha=penalty * len(rows), fit_intercept=False)
            return model.fit(scaled[rows], target[rows] - target.mean())

        errors = []
        for penalty in PENALTIES:
            error = 0
            for fold in range(FOLDS):
                left, rest = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
                error += ((fitted(rest, penalty).predict(scaled[left]) + target.mean() - target[left]) ** 2).sum()
            errors.append(error)
        penalties.append(PENALTIES[int(np.argmin(errors))])
        answer = fitted(np.arange(len(target)), penalties[-1]).predict(unknown) + target.mean()
        told.append(np.clip(answer, target.min(), target.max()))
    return penalties, np.array(told)


cases = {}
for name, (count, width, outputs, noise) in {
    "clear": (40, 3, 1, 0.05), "noisy": (30, 6, 2, 3.0), "more-features": (15, 20, 2, 0.5),
}.items():
    features = rounded(random.standard_normal((count + 10, width)) * np.arange(1, width + 1) + 2)
    truth = features @ random.standard_normal((width, outputs))
    targets = rounded(truth + noise * random.standard_normal(truth.shape))
    folds = np.arange(count) % FOLDS
    penalties, told = ridge(features[:count], targets[:count], features[count:], folds)
    cases[name] = {
        "size": [count, width, outputs], "features": features.T, "targets": targets[:count].T,
        "penalties": penalties, "told": told,
    }
table("ridge", cases)

cases = {}
for name, (first, second) in {
    "apart": ([3, 4, 5], [0, 1, 2]), "ties": ([1, 2, 2, 3], [2, 2, 4]),
    "mixed": (rounded(random.standard_normal(25) + 0.4), rounded(random.standard_normal(31))),
}.items():
    above = stats.mannwhitneyu(first, second).statistic / (len(first) * len(second))
    cases[name] = {"first": first, "second": second, "superiority": [above]}
table("superiority", cases)
