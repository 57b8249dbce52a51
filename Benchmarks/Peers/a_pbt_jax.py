"""Job A in JAX: the whole job is one compiled program, lax.scan over generations and steps.

--impl vmap  : vmap over the population, as JAX's users write it
--impl shard : two host devices that share the population out; lax.map over it inside, so that each
               product is a plain one and weights stay in the cache
"""

import os
import time

import common
import numpy as np

a = common.args(gens=10, impl="vmap", warm=1)
if a.impl == "shard":
    flags = "--xla_force_host_platform_device_count=2 --xla_cpu_multi_thread_eigen=false"
    os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " " + flags
import jax
import jax.numpy as jnp
from jax.sharding import PartitionSpec as S

p = common.PBT(a.gens)


def forward(W, x):
    return jax.nn.relu(x @ W[0]) @ W[1]


def loss(W, x, y):
    z = forward(W, x)
    return (jax.nn.logsumexp(z, axis=-1) - jnp.take_along_axis(z, y[:, None], 1)[:, 0]).mean()


def sgd(W, lr, x, y):
    return jax.tree.map(lambda w, g: w - lr * g, W, jax.grad(loss)(W, x, y))


def train(W, lr, X, Y, idx):
    if a.impl == "shard":

        def one(network):
            W, lr, idx = network
            return jax.lax.scan(lambda W, i: (sgd(W, lr, X[i], Y[i]), None), W, idx)[0]

        return jax.lax.map(one, (W, lr, jnp.swapaxes(idx, 0, 1)))
    step = jax.vmap(sgd)
    return jax.lax.scan(lambda W, i: (step(W, lr, X[i], Y[i]), None), W, idx)[0]


def train_and_evaluate(W, lr, idx, X, Y, Xt, Yt):
    W = train(W, lr, X, Y, idx)
    over = jax.lax.map if a.impl == "shard" else lambda f, W: jax.vmap(f)(W)
    return W, over(lambda W: (forward(W, Xt).argmax(-1) == Yt).sum(), W)


if a.impl == "shard":
    mesh = jax.make_mesh((2,), ("p",), axis_types=(jax.sharding.AxisType.Auto,))
    train_and_evaluate = jax.shard_map(
        train_and_evaluate,
        mesh=mesh,
        in_specs=(S("p"), S("p"), S(None, "p"), S(), S(), S(), S()),
        out_specs=S("p"),
        check_vma=False,
    )


def generation(state, drawn, X, Y, Xt, Yt):
    W, lr = state
    idx, factor = drawn
    W, correct = train_and_evaluate(W, lr, idx, X, Y, Xt, Yt)
    order = jnp.argsort(correct)
    losers, winners = order[: p.k], order[::-1][: p.k]
    source = jnp.arange(p.population).at[losers].set(winners)
    factors = jnp.ones(p.population).at[losers].set(factor)
    return (jax.tree.map(lambda w: w[source], W), lr[source] * factors), correct


@jax.jit
def job(W, lr, idx, factor, X, Y, Xt, Yt):
    _, correct = jax.lax.scan(
        lambda state, drawn: generation(state, drawn, X, Y, Xt, Yt), (W, lr), (idx, factor)
    )
    return correct[-1]


images = [jnp.asarray(x) for part in ("train", "test") for x in common.load(part)]
for _ in range(2 if a.warm else 1):
    start = time.perf_counter()
    state = [jnp.asarray(w) for w in p.W], jnp.asarray(p.lr)
    correct = jax.block_until_ready(job(*state, jnp.asarray(p.idx), jnp.asarray(p.factor), *images))
    seconds = time.perf_counter() - start
common.emit(seconds=seconds, accuracy=np.asarray(correct).max() / 1e4)
