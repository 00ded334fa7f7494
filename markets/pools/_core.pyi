"""What the compiled kernel offers. Built from markets/pools/core."""

from typing import final

from tokenspice.engine.units import Floats

@final
class FrictionArrays:
    def __init__(
        self,
        *,
        fee: list[float],
        gas: list[float],
        outside: list[float],
        noise: float,
        share: float,
        supply: list[float],
        swaps: list[tuple[int, int, int, float]],
        arbitrage: bool,
        every: int,
        moves: bool,
        pairs: bool,
    ) -> None: ...

@final
class Tape:
    def __len__(self) -> int: ...
    def back(
        self,
        prices: Floats,
        firsts: list[int],
        minutes: int,
        starts: Floats,
        slopes: Floats,
        chunk: int,
        moving: int,
        value: float,
        frictions: FrictionArrays,
        sample: int,
        threads: int,
        values: Floats,
        lasts: Floats,
        d_values: Floats,
        d_lasts: Floats,
        d_starts: Floats,
        d_slopes: Floats,
    ) -> None: ...

def follow(
    prices: Floats,
    starts: Floats,
    slopes: Floats,
    chunk: int,
    moving: int,
    way: int,
    value: float,
    frictions: FrictionArrays,
    sample: int,
    values: Floats,
    incomes: Floats,
    rows: Floats,
    protocol: Floats,
) -> tuple[int, float]: ...
def follow_batch(
    prices: Floats,
    firsts: list[int],
    minutes: int,
    starts: Floats,
    slopes: Floats,
    chunk: int,
    moving: int,
    value: float,
    frictions: FrictionArrays,
    sample: int,
    threads: int,
    spent: Tape | None,
    values: Floats,
    lasts: Floats,
) -> Tape: ...
