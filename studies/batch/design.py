"""Which runs a batch consists of: the parameter sets of a design, and the seeds of each set."""

import inspect
import itertools
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from operator import index
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.parameters import Parameter
from tokenspice.engine.text import not_among, one_line
from tokenspice.engine.units import DECIMALS, Amount, as_text
from tokenspice.engine.variation import Variation

__all__ = ["Design", "Kind", "parameter_sets", "seeds_of_sets"]

Kind = Literal["grid", "lhs", "sobol"]
NUMBERS = (int, float, Amount)


@dataclass(frozen=True)
class Design:
    """What to vary, and how often.

    Args:
        sweep: the values of each parameter, by name: a list; or text, which is "500,1000,2000", or "0.0:0.1:11",
            eleven points from 0 to 0.1, or "0.0:0.1", from which "lhs" and "sobol" draw. Text is read as the
            parameter's type, amounts in tokens. Instead of all that, a list of parameter sets.
        fixed: other parameters that differ from their defaults, by name.
        seeds: how many runs each parameter set gets, or the seeds themselves.
        kind: "grid" combines all values; "lhs" (Latin hypercube) and "sobol" (scrambled) draw `samples` sets.
        samples: how many sets are drawn; a power of two for "sobol".
        seed: of all that is drawn here, the runs' seeds and the parameter sets.
        common_seeds: whether every parameter set uses the same seeds, so that sets differ by their parameters
            alone, or seeds of its own.
        chain: a file that `tokenspice.web3engine.chain_file.save_chain` wrote, from which each run of a function starts.
        warm: whether a netlist is wired once for each parameter set, with `seed`, and all its runs start from that
            (see studies/resume/warm_start.py): wallets and what the chain itself draws are then those of `seed`.
        variation: where chance branches in each run of a netlist, and which agents stand still.
    """

    sweep: Mapping[str, str | Sequence[Any]] | Sequence[Mapping[str, Any]] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    seeds: int | Sequence[int] = 10
    kind: Kind = "grid"
    samples: int | None = None
    seed: int = 0
    common_seeds: bool = True
    chain: Path | None = None
    warm: bool = False
    variation: Variation = Variation()

    def __post_init__(self) -> None:
        if self.kind not in typing.get_args(Kind):
            raise StrategyError(f'there is no design "{self.kind}". Choose {", ".join(typing.get_args(Kind))}.')
        if self.kind == "grid" and self.samples is not None:
            raise StrategyError("a grid takes every combination; leave samples out, or choose lhs or sobol.")
        if self.kind != "grid":
            self._check_samples()
        object.__setattr__(self, "seeds", self._plain_seeds())
        if isinstance(self.sweep, Mapping) and (twice := sorted(self.sweep.keys() & self.fixed.keys())):
            raise StrategyError(f"{', '.join(twice)}: a parameter is either swept or the same in all runs. Write one.")

    def _plain_seeds(self) -> int | list[int]:
        """Read how many seeds, or which, whatever kind of integers they are."""
        wrong = StrategyError(
            f"seeds = {str(self.seeds)[:80]}: write how many, 1 or more, or a list of them, each 0 or more."
        )
        try:
            seeds = list(map(index, self.seeds)) if isinstance(self.seeds, Iterable) else index(self.seeds)
        except TypeError:
            raise wrong from None
        if self.seed < 0 or (seeds < 1 if isinstance(seeds, int) else not seeds or min(seeds) < 0):
            raise wrong
        if not isinstance(seeds, int) and len(set(seeds)) < len(seeds):
            raise StrategyError(f"seeds = {seeds}: a seed is listed twice, and would give the same run twice.")
        return seeds

    def _check_samples(self) -> None:
        n = self.samples
        if n is None or n < 1:
            raise StrategyError(f"the design {self.kind} draws parameter sets; say how many with samples, 1 or more.")
        if self.kind == "sobol" and n & (n - 1):
            fewer = 1 << (n.bit_length() - 1)
            raise StrategyError(
                f"samples = {n}: Sobol' points are balanced at powers of two. Write {fewer} or {2 * fewer}."
            )


class Axis(NamedTuple):
    """One swept parameter: its values in order, or the range that they are drawn from."""

    name: str
    kind: Any
    levels: Sequence[Any]
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)

    def draw(self, u: float) -> Any:
        """Return the value at `u` of [0, 1): each level, whole number or length of the range is as likely as another."""
        if self.levels:
            return self.levels[int(u * len(self.levels))]
        if self.kind is int:
            return str(self.low + int(u * (self.high - self.low + 1)))
        return as_kind(self.kind, self.low + (self.high - self.low) * Fraction(u))


def parameter_sets(design: Design, types: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the swept parameters of every set, in order; what was written as text stays text.

    Args:
        design: what to vary. The last parameter of a grid varies fastest.
        types: the type of every parameter that there is, by name.

    Raises:
        StrategyError: a parameter is unknown, or its values cannot be read.
    """
    if not isinstance(design.sweep, Mapping):
        return [dict(one) for one in design.sweep]
    axes = [read_axis(name, values, types, design.kind) for name, values in design.sweep.items()]
    if design.kind == "grid":
        return [
            {axis.name: value for axis, value in zip(axes, point, strict=True)}
            for point in itertools.product(*(axis.levels for axis in axes))
        ]
    if not axes:
        raise StrategyError(f"the design {design.kind} needs a range to draw from. Write --sweep NAME=low:high.")
    return [
        {axis.name: axis.draw(u) for axis, u in zip(axes, point, strict=True)} for point in drawn(design, len(axes))
    ]


def seeds_of_sets(design: Design, n_sets: int) -> list[list[int]]:
    """Return the seeds of each set's runs, from numpy's SeedSequence unless the design lists them.

    Raises:
        StrategyError: listed seeds are common to all sets, and the design asks for others.
    """
    if not isinstance(design.seeds, int):
        if not design.common_seeds:
            raise StrategyError("seeds that are listed are common to all sets. Write how many seeds each set gets.")
        return [list(design.seeds)] * n_sets
    if design.common_seeds:
        return [distinct_seeds(design.seed, design.seeds)] * n_sets
    seeds = iter(distinct_seeds(design.seed, design.seeds * n_sets))
    return [list(itertools.islice(seeds, design.seeds)) for _ in range(n_sets)]


def distinct_seeds(seed: int, count: int) -> list[int]:
    # A longer state begins like a shorter one, and so does what is left without its rare repetitions.
    state = np.random.SeedSequence(seed).generate_state(2 * count + 8)
    return [int(one) for one in dict.fromkeys(state)][:count]


def drawn(design: Design, n_axes: int) -> Iterator[list[float]]:
    """Draw the points of a design, each coordinate in [0, 1)."""
    from scipy.stats import qmc

    assert design.samples is not None
    # A child of the seed, so that the sets do not share numbers with the runs' seeds.
    rng = np.random.default_rng(np.random.SeedSequence(design.seed, spawn_key=(1,)))
    if design.kind == "lhs":
        points = qmc.LatinHypercube(n_axes, rng=rng).random(design.samples)
    else:
        points = qmc.Sobol(n_axes, rng=rng).random_base2(design.samples.bit_length() - 1)
    yield from points.tolist()


def read_axis(name: str, values: str | Sequence[Any], types: Mapping[str, Any], design: Kind) -> Axis:
    """Read what a sweep says of one parameter."""
    if name not in types:
        raise StrategyError(f'there is no parameter "{name}" to sweep. {not_among(name, types)}')
    kind = types[name]
    if isinstance(values, np.ndarray):
        values = values.tolist()
    if not isinstance(values, str):
        if not isinstance(values, Sequence) or not len(values):
            raise StrategyError(
                f"{name} = {one_line(repr(values))[:80]}: write a list of values, or text such as low:high:n."
            )
        return Axis(name, kind, list(values))
    if ":" not in values or kind is str:
        levels = [text.strip() for text in values.split(",")]
        if not all(levels):
            raise StrategyError(f'{name} = "{values}": write values with commas between them.')
        check_distinct(name, kind, levels)
        return Axis(name, kind, levels)
    return read_range(name, values, kind, design)


def check_distinct(name: str, kind: Any, levels: list[str]) -> None:
    """Refuse a value that somebody typed twice, as 5,5 or 5,5.0."""
    read = [level if kind is inspect.Parameter.empty else Parameter(name, kind).read(level) for level in levels]
    if len(set(read)) < len(read):
        raise StrategyError(f"{name} = {','.join(levels)}: a value is listed twice. Write each once.")


def read_range(name: str, text: str, kind: Any, design: Kind) -> Axis:
    """Read low:high, or low:high:n."""
    if kind not in NUMBERS:
        raise StrategyError(f'{name} = "{text}": only numbers have ranges. Write its values with commas between them.')
    try:
        low, high, *rest = text.split(":")
        axis = Axis(name, kind, [], Fraction(low.strip()), Fraction(high.strip()))
        (count,) = [int(part) for part in rest] or [0]
    except (ValueError, ZeroDivisionError):
        raise StrategyError(f'{name} = "{text}": write low:high:n, such as 0.0:0.1:11, or low:high.') from None
    whole = kind is not int or (axis.low.denominator == axis.high.denominator == 1)
    if axis.low >= axis.high or not whole:
        raise StrategyError(f'{name} = "{text}": write the lower end first{"" if whole else ", and whole numbers"}.')
    if not rest and design == "grid":
        raise StrategyError(f'{name} = "{text}": a grid needs to know how many points. Write {text}:n.')
    if rest and count < 2:
        raise StrategyError(f'{name} = "{text}": from one end to the other there are 2 points or more.')
    levels = [as_kind(kind, axis.low + (axis.high - axis.low) * Fraction(i, count - 1)) for i in range(count)]
    if len(set(levels)) < len(levels):
        raise StrategyError(f'{name} = "{text}": there are not {count} different values between these ends.')
    return axis._replace(levels=levels)


def as_kind(kind: Any, number: Fraction) -> str:
    """Write the nearest value that a parameter of this type can have, as text."""
    if kind is Amount:
        return as_text(round(number * 10**DECIMALS))
    return str(round(number)) if kind is int else repr(float(number))
