"""What is odd about a run's parameters, for the message of an error that they may have led to."""

from collections.abc import Iterator
from contextlib import contextmanager

from tokenspice.engine.errors import ConfigError, RunError, TokenSpiceError
from tokenspice.engine.parameters import Parameter, parameters
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import Amount, tokens
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.web3engine.errors import BackendUnavailable, ForkError

__all__ = ["naming_odd_values", "odd_values"]

FAR = 1_000  # times as much as the netlist's own value, or one part in as many
FAR_FROM_ZERO = 10**6  # of a parameter whose own value is 0, in tokens for an amount
UNRELATED = (ConfigError, RunError, BackendUnavailable, ForkError)  # to any parameter


@contextmanager
def naming_odd_values(netlist: Netlist, ss: SimStrategyBase) -> Iterator[None]:
    """Add to the message of an error inside the block which parameters are far from the netlist's own values."""
    try:
        yield
    except TokenSpiceError as error:
        message, *rest = error.args or ("",)
        if not isinstance(error, UNRELATED) and (odd := odd_values(netlist, ss, str(message))):
            error.args = (f"{message} Far from the netlist's own: {odd}. Write a value nearer to that.", *rest)
        raise


def odd_values(netlist: Netlist, ss: SimStrategyBase, said: str = "") -> str:
    """Return which parameters are far from the netlist's own values, but for those whose value `said` names already."""
    own = {parameter.name: parameter for parameter in parameters(netlist.strategy())}
    return ", ".join(
        f"{one.name} = {one.shown(one.default)}{f' {one.unit}' if one.unit else ''}"
        f" (its own: {one.shown(own[one.name].default)})"
        for one in parameters(ss)
        if one.name in own and one.name != "seed" and f"{one.name} = " not in said
        if is_far(one, own[one.name])
    )


def is_far(parameter: Parameter, own: Parameter) -> bool:
    value, usual = parameter.default, own.default
    if isinstance(value, bool | str) or isinstance(usual, bool | str) or value == usual:
        return False
    if usual == 0:
        return bool(abs(value) > (tokens(FAR_FROM_ZERO) if parameter.type is Amount else FAR_FROM_ZERO))
    return bool(abs(value) > FAR * abs(usual) or abs(value) * FAR < abs(usual))
