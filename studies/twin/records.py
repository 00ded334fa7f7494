"""What every source of history gives: one schema, checked as it comes in.

Sources: `csv_records.py` (files), `subgraph.py` (GraphQL), `event_logs.py` (an archive node). `preparation.py` turns a
recording into arrays.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tokenspice.engine.errors import RunError

__all__ = ["GainsFrom", "Recording", "Snapshot", "snapshot_of"]

Positive = Annotated[Decimal, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


class Record(BaseModel):
    """Frozen, and what is not in the schema is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Snapshot(Record):
    """The system at a block. What a source does not know is None, never a guess."""

    block: Annotated[int, Field(ge=0)]
    time: Annotated[int, Field(gt=0)]  # Unix seconds
    redemption_price: Positive  # USD per coin, as it was last updated on chain
    redemption_rate: Positive  # gross growth per hour
    market_price: Positive  # USD per coin, by the pool's spot price
    oracle_price: Positive | None = None  # USD per coin, by the medianizer
    eth_price: Positive | None = None  # USD per ETH
    coin_reserve: NotNegative | None = None  # coins in the pool
    eth_reserve: NotNegative | None = None  # ETH in the pool
    coin_supply: NotNegative | None = None  # coins
    debt: NotNegative | None = None  # coins, with interest, of all SAFEs
    collateral: NotNegative | None = None  # ETH, of all SAFEs


class GainsFrom(Record):
    """The controller's gains from a block on."""

    block: Annotated[int, Field(ge=0)]
    kp: float  # per second and USD
    ki: float  # per second^2 and USD
    leak: Annotated[float, Field(ge=0, le=1)]  # per second
    period: Annotated[int, Field(gt=0)]  # seconds


class Recording(Record):
    """What a source has given.

    `snapshots` come as they were recorded: in any order, doubles among them.
    """

    name: str
    source: str  # in words, without a secret
    sha256: str  # of the raw answers
    snapshots: tuple[Snapshot, ...]
    gains: tuple[GainsFrom, ...]


def snapshot_of(values: dict[str, Any], where: str, names: dict[str, str]) -> Snapshot:
    """Check a snapshot.

    Args:
        values: by the schema's names.
        where: it was found, for the error.
        names: what the source calls them.

    Raises:
        RunError: a value is missing, no number, or out of its range.
    """
    try:
        return Snapshot.model_validate(values)
    except ValidationError as error:
        raise RunError(f"{where}: {'; '.join(faults(error, values, names))}.") from None


def faults(error: ValidationError, values: dict[str, Any], names: dict[str, str]) -> Iterable[str]:
    for fault in error.errors(include_url=False, include_context=False)[:3]:
        field = str(fault["loc"][0])
        name, kind = names.get(field, field), fault["type"]
        if kind == "missing" or values.get(field) is None:
            yield f"{name} is missing"
        elif kind.startswith("greater"):
            least = "0 or more" if kind.endswith("equal") else "above 0"
            yield f"{name} is {values[field]}, where it must be {least}: remove that row"
        else:
            yield f'{name} is "{values[field]}", which is no number'
