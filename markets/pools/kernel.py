"""The weighted pool's loop, compiled: the same step as the reference, some thousand times as fast.

The code lies in `core/`. Numbers are arguments: another fee, window or weight compiles nothing. It is imported when it is
first used, so that pools can be used where it was not built.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PoolError
from tokenspice.markets.pools.frictions import Frictions, as_array
from tokenspice.markets.pools.interpolation import Interpolation
from tokenspice.markets.pools.weight_path import WeightPath

if TYPE_CHECKING:
    from tokenspice.markets.pools._core import FrictionArrays, Tape

__all__ = ["BatchRun", "KernelRun", "run_batch", "run_weighted"]


@final
@dataclass(frozen=True)
class KernelRun:
    """What the loop over a weighted pool's history leaves.

    Attributes:
        values_USD: [samples].
        last_value_USD: in the last minute.
        incomes_USD: [samples] of the providers since the last sample.
        reserves: [samples or 0, n] tokens.
        protocol_fees: [n] tokens.
        arbitrages: how many.
    """

    values_USD: Floats
    last_value_USD: float
    incomes_USD: Floats
    reserves: Floats
    protocol_fees: Floats
    arbitrages: int


def core() -> ModuleType:
    """The compiled module.

    Raises:
        PoolError: it was not built.
    """
    try:
        import tokenspice.markets.pools._core as compiled
    except ImportError as error:
        raise PoolError(
            'The pools\' kernel was not built, because there was no Rust toolchain. Install one and run "pip install ." '
            'again, or ask for engine="reference".'
        ) from error
    return compiled


def run_weighted(
    prices: Floats,
    path: WeightPath,
    value_USD: float,
    frictions: Frictions,
    moves: bool = True,
    pairs: bool = False,
    sample: int = 1,
    with_reserves: bool = True,
) -> KernelRun:
    """Follow a weighted pool through prices.

    Args:
        prices: [T, n] dollars.
        path: of its weights.
        value_USD: at the start, dollars.
        frictions: what else happens.
        moves: whether arbitrageurs look a second time, at the weights.
        pairs: whether they trade one token for one other.
        sample: minutes between results.
        with_reserves: whether to keep them.
    """
    minutes, n = prices.shape
    samples = -(-minutes // sample)
    values, incomes, protocol = np.empty(samples), np.empty(samples), np.empty(n)
    rows = np.empty((samples if with_reserves else 0, n))
    count, last = core().follow(
        np.ascontiguousarray(prices),
        np.ascontiguousarray(path.starts),
        np.ascontiguousarray(path.slopes),
        path.chunk_minutes,
        path.moving_minutes,
        list(Interpolation).index(path.interpolation),
        value_USD,
        friction_arrays(frictions, minutes, moves, pairs),
        sample,
        values,
        incomes,
        rows,
        protocol,
    )
    return KernelRun(values, last, incomes, rows, protocol, count)


def friction_arrays(frictions: Frictions, minutes: int, moves: bool, pairs: bool) -> "FrictionArrays":
    """Frictions as the kernel has them."""
    made: FrictionArrays = core().FrictionArrays(
        fee=as_array(frictions.fee, minutes).tolist(),
        gas=as_array(frictions.gas_USD, minutes).tolist(),
        outside=as_array(frictions.outside_fee, minutes).tolist(),
        noise=float(frictions.noise_ratio),
        share=float(frictions.protocol_share),
        supply=frictions.supply_ratios(minutes).tolist(),
        swaps=[(s.minute, s.token_in, s.token_out, float(s.amount_in)) for s in frictions.swaps],
        arbitrage=frictions.arbitrage,
        every=frictions.every_minutes,
        moves=moves,
        pairs=pairs,
    )
    return made


@final
class BatchRun:
    """A pool in many windows of one history, with derivatives. Its weights move in straight lines.

    Attributes:
        values: [lanes, samples] dollars.
        lasts: [lanes] values in the last minutes, dollars.
    """

    def __init__(
        self,
        prices: Floats,
        firsts: list[int],
        minutes: int,
        starts: Floats,
        slopes: Floats,
        chunk: int,
        moving: int,
        value_USD: float,
        frictions: "FrictionArrays",
        sample: int,
        threads: int,
        spent: "BatchRun | None" = None,
    ) -> None:
        weights = np.ascontiguousarray(starts), np.ascontiguousarray(slopes)
        self.given = (prices, firsts, minutes, *weights, chunk, moving, value_USD, frictions, sample, threads)
        self.values = np.empty((len(firsts), -(-minutes // sample)))
        self.lasts = np.empty(len(firsts))
        old = None if spent is None else spent.tape
        self.tape: Tape = core().follow_batch(*self.given, old, self.values, self.lasts)

    def back(self, d_values: Floats, d_lasts: Floats) -> tuple[Floats, Floats]:
        """[lanes, c, n] each: the derivatives of a sum by starts and slopes, from those by values and lasts."""
        by_values, by_lasts = np.ascontiguousarray(d_values), np.ascontiguousarray(d_lasts)
        d_starts, d_slopes = np.empty_like(self.given[3]), np.empty_like(self.given[3])
        self.tape.back(*self.given, self.values, self.lasts, by_values, by_lasts, d_starts, d_slopes)
        return d_starts, d_slopes


def run_batch(
    prices: Floats,
    firsts: list[int],
    minutes: int,
    starts: Floats,
    slopes: Floats,
    chunk: int,
    moving: int,
    value_USD: float,
    frictions: Frictions,
    pairs: bool = False,
    sample: int = 1440,
    threads: int = 1,
    spent: BatchRun | None = None,
) -> BatchRun:
    """Follow a pool through many windows.

    Args:
        prices: [rows, n] dollars; their logarithms where arbitrage is free.
        firsts: [lanes] the windows' first rows.
        minutes: of each window.
        starts, slopes: [lanes, c, n] coarse weights.
        chunk, moving: minutes of a chunk, and of its beginning, in which weights move.
        value_USD: at the start, dollars.
        frictions: costs, constant or by the minute of a window; no trades, no supply.
        pairs: whether arbitrageurs trade one token for one other.
        sample: minutes between values.
        threads: to work on.
        spent: a run whose derivatives nobody asks for any more; its memory is used again.
    """
    arrays = friction_arrays(frictions, minutes, True, pairs)
    return BatchRun(prices, firsts, minutes, starts, slopes, chunk, moving, value_USD, arrays, sample, threads, spent)
