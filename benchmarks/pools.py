"""How many minutes of a pool's history the kernel follows in a second of a processor, and how fast pools are trained.

    pip install -e '.[bench,train]' && python benchmarks/pools.py [DAYS]

The peer does it as quantammsim does: every signature of one token in and one out is valued for each minute, in JAX, and the best that keeps the invariant is taken. Both see the same prices and the same moving weights; the peer's
trades are of pairs, so that for three tokens and more it gains less. Seconds are the process's processor time, the best of
several runs, after compilation.

Training: 4 parameter sets, 8 windows of half a year each, 3 tokens; in a process of its own, whose first call imports JAX and compiles.
"""

import itertools
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.pools.frictions import Frictions
from tokenspice.markets.pools.kernel import run_batch, run_weighted
from tokenspice.markets.pools.weight_path import WeightPath
from tokenspice.markets.prices.files import bundled_prices
from tokenspice.markets.strategies.guard import GuardRails
from tokenspice.markets.strategies.rules import Momentum
from tokenspice.markets.strategies.strategy import Strategy

TOKENS = {2: ("BTC", "USDC"), 3: ("BTC", "ETH", "USDC"), 4: ("BTC", "ETH", "SOL", "USDC")}
BURN_IN = 10 * 1440


def best_of(runs: int, work: Callable[[], object]) -> float:
    """Processor seconds of the fastest run."""
    seconds = []
    for _ in range(runs):
        begin = time.process_time()
        work()
        seconds.append(time.process_time() - begin)
    return min(seconds)


def main(days: int) -> None:
    print(
        f"{'tokens':>6} {'weights':>9} {'fee':>6} {'kernel':>10} {'as the original':>16} {'ratio':>6}   (million minutes / s)"
    )
    for n, moving, fee in itertools.product(TOKENS, (True, False), (0.003, 0.0)):
        prices = bundled_prices().of(TOKENS[n]).close[: BURN_IN + days * 1440]
        gain = 32.0 if moving else 0.0
        path = Strategy(Momentum(15.0, gain), GuardRails()).weights(prices, BURN_IN, len(prices) - BURN_IN)
        rows, frictions = prices[BURN_IN:], Frictions(fee)

        ours: Callable[[], object] = partial(
            run_weighted, rows, path, 1e6, frictions, moving, sample=1440, with_reserves=False
        )
        if frictions.is_free:  # closed, from logarithms that are taken here
            ours = partial(free_of_charge, rows, path)
        million = len(rows) / 1e6
        rate = million / best_of(5, ours)
        peer = million / best_of(2, signatures(rows, path.fine(len(rows)), fee)) if fee else float("nan")
        kind = "moving" if moving else "constant"
        print(f"{n:6} {kind:>9} {fee:6.3f} {rate:10.2f} {peer:16.3f} {rate / peer:6.1f}")


def free_of_charge(rows: Floats, path: WeightPath) -> Floats:
    """[days] values of a pool whose arbitrage costs nothing."""
    starts, slopes, chunk = path.starts[None], path.slopes[None], path.chunk_minutes
    run = run_batch(np.log(rows), [0], len(rows), starts, slopes, chunk, path.moving_minutes, 1e6, Frictions())
    return run.values[0]


def training(fee: float, threads: int, iterations: int = 5) -> None:
    """Print what an iteration of training takes: the weights, the pools, the objective, and all of it backwards."""
    from tokenspice.engine.streams import RandomStreams
    from tokenspice.markets.pools.weighted import WeightedPool
    from tokenspice.markets.prices.process import PriceProcess
    from tokenspice.markets.prices.table import Window
    from tokenspice.markets.scenario import Scenario
    from tokenspice.studies.pools.training.gradient import PoolGradient
    from tokenspice.studies.pools.training.segments import draw_starts
    from tokenspice.studies.pools.training.space import CoordinateMap, FreeNumber, Space

    process = PriceProcess(("BTC", "ETH", "USDC"), (30_000.0, 2_000.0, 1.0), (0.1, 0.1, 0.0), (0.6, 0.8, 0.01), 0.5)
    close = process.draw(250 * 1440, 3).close
    pool, strategy = WeightedPool((1 / 3,) * 3), Strategy(Momentum(10.0, 20.0))
    scenario = Scenario(process.tokens, "2023-03-02", "2023-09-01", pool, strategy, frictions=Frictions(fee))
    memory = FreeNumber("strategy.rule.memory_days", 1.0, 100.0, CoordinateMap.logit_decay)
    gain = FreeNumber("strategy.rule.gain_per_day", 1.0, 100.0, CoordinateMap.log2)
    space = Space(scenario, (memory, gain))
    gradient = PoolGradient(space, close, 262_800, "log_sharpe_daily", threads)
    x = space.start + 0.1 * RandomStreams(1)("points").standard_normal((4, space.size))
    took = []
    for iteration in range(iterations + 1):
        firsts = draw_starts(Window(60 * 1440, 190 * 1440), 262_800, 8, "uniform", RandomStreams(1), iteration)
        begin = time.perf_counter(), time.process_time()
        x = x + 0.02 * np.nan_to_num(gradient(x, firsts)[2])
        took.append((time.perf_counter() - begin[0], time.process_time() - begin[1]))
    wall, processor = (min(seconds) for seconds in zip(*took[1:], strict=True))
    memory_GB = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"training, fee {fee}, {threads} threads: {1 / wall:.2f} iterations/s, {processor:.2f} processor seconds each, "
        f"the first {took[0][1] - processor:.1f} more, {memory_GB:.2f} GB"
    )


def signatures(prices: Floats, weights: Floats, fee: float) -> Callable[[], object]:
    """A run by enumeration of signatures, compiled; what it needs beforehand is computed in the run, as there."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    n, gamma = prices.shape[1], 1 - fee
    pairs = [
        tuple(1 if i == a else -1 if i == b else 0 for i in range(n)) for a, b in itertools.permutations(range(n), 2)
    ]
    signs = jnp.array(pairs)
    active, flows_in = signs != 0, signs == 1

    def prepared(p: jax.Array, w: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
        share = jnp.where(active, w, 0.0)
        share = share / share.sum(axis=1, keepdims=True)
        q = jnp.where(active, p / (gamma**flows_in * jnp.where(active, share, 1.0)), 1.0)
        return share, q, jnp.exp((share * jnp.log(q)).sum(axis=1))

    def best(r: jax.Array, p: jax.Array, w: jax.Array, ready: tuple[jax.Array, jax.Array, jax.Array]) -> jax.Array:
        share, q, big = ready
        k = jnp.exp((share * jnp.log(r)).sum(axis=1))
        trades = jnp.where(active, ((k * big)[:, None] / q - r) / gamma**flows_in, 0.0)
        net = jnp.where(trades > 0, gamma * trades, trades)
        kept = (w * jnp.log(jnp.maximum(r + net, 1e-300) / r)).sum(axis=1) >= -1e-10
        profit = jnp.where(kept & (r + trades > 0).all(axis=1), -(trades @ p), 0.0)
        at = jnp.argmax(profit)
        return jnp.where(profit[at] > 0, trades[at], 0.0)

    @jax.jit
    def run(p: jax.Array, w: jax.Array) -> jax.Array:
        before = jnp.concatenate([w[:1], w[:-1]])
        first, second = (jax.vmap(prepared)(p, rows) for rows in (before, w))

        def step(r: jax.Array, row: tuple[jax.Array, ...]) -> tuple[jax.Array, jax.Array]:
            p, wb, wn, a, b = row
            r = r + best(r, p, wb, a)
            r = r + best(r, p, wn, b)
            return r, (r * p).sum()

        return jax.lax.scan(step, w[0] * 1e6 / p[0], (p, before, w, first, second))[1]

    p, w = jnp.asarray(prices), jnp.asarray(weights)
    run(p, w).block_until_ready()
    return lambda: run(p, w).block_until_ready()


if __name__ == "__main__":
    if sys.argv[1:2] == ["training"]:
        training(float(sys.argv[2]), int(sys.argv[3]))
        sys.exit()
    for fee, threads in ((0.003, 2), (0.003, 1), (0.0, 2)):
        subprocess.run([sys.executable, __file__, "training", str(fee), str(threads)], check=True)
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
