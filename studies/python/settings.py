"""Parameters as scripts and notebooks write them: numbers, which become the texts that `--set` takes."""

import dataclasses
from collections.abc import Mapping
from decimal import Decimal

from tokenspice.engine.errors import NetlistError, StrategyError
from tokenspice.web3engine.config import Config, find_project, read_config

__all__ = ["as_texts", "configured", "given_texts"]


def given_texts(settings: Mapping[str, object] | None, parameters: Mapping[str, object]) -> dict[str, str]:
    """Write all parameters of a run as `--set` takes them.

    Raises:
        NetlistError: one is no value.
        StrategyError: one is given in both.
    """
    dotted, named = as_texts(settings or {}), as_texts(parameters)
    if twice := sorted(dotted.keys() & named.keys()):
        raise StrategyError(f"{', '.join(twice)}: given twice, in settings and by name. Write one of them.")
    return dotted | named


def as_texts(parameters: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Write parameters as `--set` takes them; what stands in a dict gets a dotted name.

    Raises:
        NetlistError: one is no value.
    """
    texts: dict[str, str] = {}
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            texts |= as_texts(value, f"{prefix}{name}.")
        else:
            texts[prefix + name] = as_text(prefix + name, value)
    return texts


def as_text(name: str, value: object) -> str:
    """Write a value exactly; numpy's numbers like Python's."""
    number = value.item() if hasattr(value, "item") and getattr(value, "shape", None) == () else value
    if isinstance(number, float):
        return format(Decimal(repr(number)), "f")
    if isinstance(number, bool | int | str | Decimal):
        return str(number)
    raise NetlistError(f"{name} = {value!r:.80}: write a number, text, True or False, or a dict of these.")


def configured(network: str | None) -> Config:
    """Read tokenspice.ini; `network` outranks it."""
    config = read_config(find_project())
    return dataclasses.replace(config, network=network) if network else config
