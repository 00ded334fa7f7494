"""A process of prices in a TOML file, instead of data: the fields of `PriceProcess`, `days` and `seed`."""

from dataclasses import fields
from pathlib import Path

from tokenspice.markets.errors import MarketError, PriceDataError
from tokenspice.markets.prices.process import PriceProcess
from tokenspice.markets.prices.table import Prices
from tokenspice.studies.pools.scenario_file import built, parsed, refuse_unknown

__all__ = ["read_process"]


def read_process(path: Path) -> Prices:
    """Draw what a file says.

    Raises:
        PriceDataError: says which file, and what is wrong.
    """
    try:
        raw = parsed(path)
        refuse_unknown("the file", raw, [*(field.name for field in fields(PriceProcess)), "days", "seed"])
        days, seed = raw.pop("days", None), raw.pop("seed", 0)
        if not isinstance(days, int) or days < 1 or not isinstance(seed, int):
            raise PriceDataError("write days, a whole number from 1 on, and maybe seed, a whole number.")
        process: PriceProcess = built("the file", PriceProcess, raw)
        return process.draw(days * 1440 + 1, seed)
    except MarketError as error:
        raise PriceDataError(f"{path}: {error}") from None
