"""Everything that may change a number in data.csv: the parameters of one run."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.parameters import AtLeast, Between, Doc, ParametersBase, parameters
from tokenspice.engine.text import not_among
from tokenspice.engine.units import DAY, HOUR, YEAR, Amount, Seconds, Unit, as_text

__all__ = ["SimStrategyBase", "parameter_values", "with_values"]

Strategy = TypeVar("Strategy")


@dataclass(frozen=True)
class SimStrategyBase(ParametersBase):
    """EXTEND with a field per parameter, each with its type and a default (see `tokenspice.engine.parameters`)."""

    time_step: Annotated[Seconds, Between(1, 100 * YEAR), Doc("of simulated time, per tick")] = HOUR
    max_ticks: Annotated[int, AtLeast(0), Unit("ticks"), Doc("how many steps everyone takes")] = 1
    log_interval: Annotated[Seconds, AtLeast(1), Doc("from one row of data.csv to the next")] = DAY
    seed: Annotated[int, AtLeast(0), Doc("of all random streams and wallets")] = 0

    @property
    def uses_chain(self) -> bool:
        """Whether this run needs the chain that `SimState` takes. EXTEND where a parameter decides it."""
        return True


def parameter_values(strategy: object) -> dict[str, Any]:
    """Return every parameter's value by its dotted name, as `--set` would take it.

    Amounts are written in tokens, exactly, as text; so the values can be given back to `with_values`.
    """
    return {
        parameter.name: as_text(parameter.default) if parameter.type is Amount else parameter.default
        for parameter in parameters(strategy)
    }


def with_values(strategy: Strategy, values: Mapping[str, str]) -> Strategy:
    """Return a copy of `strategy` with some parameters replaced.

    Args:
        strategy: a frozen dataclass.
        values: text by dotted name ("publisher.DT_stake"). It is read as the field's type: int, float, bool,
            str, a Literal's choice, or an amount in tokens ("10000", "0.5").

    Raises:
        StrategyError: a name is unknown, or a value is not of the field's type or out of its range.
    """
    known = {parameter.name: parameter for parameter in parameters(strategy)}
    for name in values:
        if name not in known:
            raise StrategyError(f'there is no parameter "{name}". {not_among(name, known)}')
    replaced: Strategy = _replaced(strategy, {name: known[name].read(text) for name, text in values.items()})
    return replaced


def _replaced(strategy: Any, values: Mapping[str, object]) -> Any:
    # All at once, so that a dataclass checks only the values that it ends with.
    new: dict[str, object] = {}
    inner: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        first, _, rest = name.partition(".")
        if rest:
            inner.setdefault(first, {})[rest] = value
        else:
            new[first] = value
    new |= {first: _replaced(getattr(strategy, first), group) for first, group in inner.items()}
    return dataclasses.replace(strategy, **new)
