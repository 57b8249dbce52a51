"""Job C in JAX: one compiled program for a chunk's steps between two recordings, lax.map over the
chunk; writing goes on while the next steps are computed, as JAX dispatches them asynchronously."""

import tempfile
import time

import common
import jax
import jax.numpy as jnp
import numpy as np
from safetensors.numpy import save_file

a = common.args(models=200, steps=300, iters=5, chunk=20)
SIZES = (784, 100, 100, 100, 10)
X, Y = map(jnp.asarray, common.load("train"))
Xt, Yt = map(jnp.asarray, common.load("test"))


def forward(W, x):
    for w in W[:-1]:
        x = jax.nn.relu(x @ w)
    return x @ W[-1]


def loss(W, x, y):
    z = forward(W, x)
    return (jax.nn.logsumexp(z, axis=-1) - jnp.take_along_axis(z, y[:, None], 1)[:, 0]).mean()


def sgd(W, lr, i, X, Y):
    return jax.tree.map(lambda w, g: w - lr * g, W, jax.grad(loss)(W, X[i], Y[i]))


def initial(key):
    keys = jax.random.split(key, 5)
    shapes = zip(keys, SIZES, SIZES[1:])
    W = [jax.random.normal(k, (m, n)) * (2 / m) ** 0.5 for k, m, n in shapes]
    return W, jnp.exp(jax.random.uniform(keys[4], minval=np.log(0.01), maxval=np.log(0.1)))


@jax.jit
def start_chunk(keys):
    return jax.vmap(initial)(keys)


@jax.jit
def segment(W, lr, keys, iteration, X, Y):
    def draw(key):
        key = jax.random.fold_in(key, iteration)
        return jax.random.randint(key, (a.steps // a.iters, 64), 0, 60000)

    def train(network):
        W, lr, idx = network
        return jax.lax.scan(lambda W, i: (sgd(W, lr, i, X, Y), None), W, idx)[0]

    return jax.lax.map(train, (W, lr, jax.vmap(draw)(keys)))


def write(pending):
    if pending:
        save_file({f"w{j}": np.asarray(w) for j, w in enumerate(pending[1])}, pending[0])


with tempfile.TemporaryDirectory() as folder:
    start = time.perf_counter()
    pending = None
    for chunk in range(0, a.models, a.chunk):
        members = jnp.arange(chunk, chunk + a.chunk)
        keys = jax.vmap(lambda i: jax.random.fold_in(jax.random.key(7), i))(members)
        W, lr = start_chunk(keys)
        for iteration in range(a.iters):
            W = segment(W, lr, keys, iteration, X, Y)
            if chunk == iteration == 0:
                jax.block_until_ready(W)
                compiled = time.perf_counter() - start  # and the first segment computed
            write(pending)
            pending = (f"{folder}/c{chunk:05d}_i{iteration}.safetensors", W)
    write(pending)
    seconds = time.perf_counter() - start
accuracy = jax.vmap(lambda W: (forward(W, Xt).argmax(-1) == Yt).mean())(W).mean()
steps = a.models * (a.steps // a.iters * a.iters)
common.emit(
    seconds=seconds,
    model_steps_per_s=steps / seconds,
    steady_steps_per_s=(steps - a.chunk * (a.steps // a.iters)) / (seconds - compiled),
    mean_accuracy=accuracy,
)
