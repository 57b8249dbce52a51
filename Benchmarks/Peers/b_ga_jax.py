"""Job B in JAX: truncation to the best fifth, Gaussian mutation of every weight, one elite.

--impl plain  : everything in one compiled program, lax.scan over generations
--impl evosax : evosax' SimpleGA, lax.scan over ask, evaluate and tell as in its README
"""

import time

import common
import jax
import jax.numpy as jnp
import numpy as np

a = common.args(pop=20, gens=40, impl="plain", sigma=0.02, repeat=2)
jax.config.update("jax_default_prng_impl", "rbg")
N, K = a.pop, max(1, a.pop // 5)
W0 = [jnp.asarray(w) for w in common.init_weights(N, (784, 100, 10))]
Xt, Yt = map(jnp.asarray, common.load("test"))


def evaluate(W, Xt, Yt):
    def accuracy(W):
        return ((jax.nn.relu(Xt @ W[0]) @ W[1]).argmax(-1) == Yt).mean(dtype=jnp.float32)

    return jax.vmap(accuracy)(W)


if a.impl == "plain":

    def generation(state, key, Xt, Yt):
        W, fitness = state
        order = jnp.argsort(-fitness)
        k1, k2, k3 = jax.random.split(key, 3)
        source = order[jax.random.randint(k1, (N,), 0, K)].at[0].set(order[0])
        deviation = (jnp.arange(N) > 0).astype(jnp.float32)[:, None, None] * a.sigma
        W = [w[source] + deviation * jax.random.normal(k, w.shape) for w, k in zip(W, (k2, k3))]
        return (W, evaluate(W, Xt, Yt)), None

    @jax.jit
    def job(W, key, Xt, Yt):
        state, _ = jax.lax.scan(
            lambda state, key: generation(state, key, Xt, Yt),
            (W, evaluate(W, Xt, Yt)),
            jax.random.split(key, a.gens),
        )
        return state[1]
else:
    import optax
    from evosax.algorithms import SimpleGA

    ga = SimpleGA(
        population_size=N,
        solution=[w[0] for w in W0],
        std_schedule=optax.constant_schedule(a.sigma),
    )
    ga.elite_ratio = 0.2
    params = ga.default_params

    @jax.jit
    def job(W, key, Xt, Yt):
        def step(state, key):
            k1, k2 = jax.random.split(key)
            population, state = ga.ask(k1, state, params)
            fitness = evaluate(population, Xt, Yt)
            state, _ = ga.tell(k2, population, -fitness, state, params)
            return state, None

        state = ga.init(key, W, -evaluate(W, Xt, Yt), params)
        state, _ = jax.lax.scan(step, state, jax.random.split(key, a.gens))
        return -state.fitness


for _ in range(a.repeat):
    start = time.perf_counter()
    fitness = jax.block_until_ready(job(W0, jax.random.key(0), Xt, Yt))
    seconds = time.perf_counter() - start
common.emit(seconds=seconds, sec_per_gen=seconds / (a.gens + 1), accuracy=np.asarray(fitness).max())
