"""From frozen values to the arrays of the compiled loops, and back."""

from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.pools.frictions import Frictions, as_array
from tokenspice.markets.pools.interpolation import Interpolation
from tokenspice.markets.pools.kernel.weighted import Ints, weighted_scan
from tokenspice.markets.pools.weight_path import WeightPath

__all__ = ["Events", "ScanResult", "run_weighted"]


@final
@dataclass(frozen=True)
class Events:
    """The arbitrages of a run.

    Attributes:
        when: [e] minute · 2 + phase.
        held, traded: [e, n] reserves before, and trades, tokens.
    """

    when: Ints
    held: Floats
    traded: Floats


@final
@dataclass(frozen=True)
class ScanResult:
    """What the loop over a weighted pool's history leaves.

    Attributes:
        values: [samples] dollars.
        last_value: in the last minute, dollars.
        incomes: [samples] of the providers since the last sample, dollars.
        reserves: [samples or 0, n] tokens.
        protocol_fees: [n] tokens.
        arbitrages: how many.
        events: those; none unless room for them was asked for.
    """

    values: Floats
    last_value: float
    incomes: Floats
    reserves: Floats
    protocol_fees: Floats
    arbitrages: int
    events: Events


def run_weighted(
    prices: Floats,
    path: WeightPath,
    value_USD: float,
    frictions: Frictions,
    moves: bool = True,
    pairs: bool = False,
    sample: int = 1,
    with_reserves: bool = True,
    with_events: bool = False,
) -> ScanResult:
    """Follow a weighted pool through prices.

    Args:
        prices: [T, n] dollars.
        path: of its weights.
        value_USD: at the start, dollars.
        frictions: what else happens.
        moves: whether arbitrageurs look a second time, at the weights.
        pairs: whether they trade one token for one other.
        sample: minutes between results.
        with_reserves, with_events: whether to keep them.
    """
    prices = np.ascontiguousarray(prices)
    minutes, n = prices.shape
    room = minutes // 4 + 64 if with_events else 0
    while True:
        samples = -(-minutes // sample)
        values, incomes, protocol = np.empty(samples), np.empty(samples), np.zeros(n)
        rows = np.empty((samples if with_reserves else 0, n))
        when, held, traded = np.empty(room, np.int64), np.empty((room, n)), np.empty((room, n))
        count, last = weighted_scan(
            prices,
            np.ascontiguousarray(path.starts),
            np.ascontiguousarray(path.slopes),
            path.chunk_minutes,
            path.moving_minutes,
            list(Interpolation).index(path.interpolation),
            moves,
            pairs,
            path.starts[0] * value_USD / prices[0],
            as_array(frictions.fee, minutes),
            as_array(frictions.gas_USD, minutes),
            as_array(frictions.outside_fee, minutes),
            float(frictions.noise_ratio),
            float(frictions.protocol_share),
            frictions.supply_ratios(minutes),
            np.array([s.minute for s in frictions.swaps], dtype=np.int64),
            np.array([(s.token_in, s.token_out) for s in frictions.swaps], dtype=np.int64).reshape(-1, 2),
            np.array([s.amount_in for s in frictions.swaps], dtype=float),
            np.array([frictions.arbitrage]),
            frictions.every_minutes,
            sample,
            values,
            incomes,
            rows,
            protocol,
            when,
            held,
            traded,
        )
        if not with_events or count <= room:
            events = Events(when[:count], held[:count], traded[:count])
            return ScanResult(values, last, incomes, rows, protocol, count, events)
        room = count
