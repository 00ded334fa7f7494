"""Dated futures: trading ends, and then all positions are paid out at a price from outside."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.numbers import to_units
from tokenspice.markets.exchange.oracles import OracleBinding, price_of
from tokenspice.markets.exchange.products.product import (
    SETTLEMENT,
    TERMINATION,
    Cue,
    Instrument,
    Product,
    Settle,
    Terminate,
)

__all__ = ["Cap", "Future", "FutureInstrument"]

UNSIGNED = OracleBinding("", ())
"""A binding that nobody's message fits."""


@final
@dataclass(frozen=True)
class Cap:
    """The range of a capped future, from 0 to a highest price.

    Attributes:
        max_price: as a number; orders above it are refused, and so is a settlement price.
        binary: the settlement price is 0 or the highest.
        fully_collateralised: a long puts aside all that it pays, a short all that it can come to owe.
    """

    max_price: float = 1.0
    binary: bool = False
    fully_collateralised: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.max_price < float("inf"):
            raise ExchangeError(f"Cap: max_price is {self.max_price}. Write a price above 0.")


@final
@dataclass(frozen=True)
class Future(Product):
    """A dated future.

    Attributes:
        settlement: where the final price comes from. What arrives before termination is kept, the latest of it.
        termination: the text "true" ends trading.
        terminates_at: Unix seconds at which trading ends by itself; 0 for never.
        cap: for a capped future.
    """

    kind: ClassVar[str] = "future"

    settlement: OracleBinding = UNSIGNED
    termination: OracleBinding = UNSIGNED
    terminates_at: int = 0
    cap: Cap | None = None

    def start(self, now: int, price_decimals: int) -> "FutureInstrument":
        return FutureInstrument(self, price_decimals)

    @property
    def is_fully_collateralised(self) -> bool:
        return self.cap is not None and self.cap.fully_collateralised

    def bindings(self) -> Mapping[str, OracleBinding]:
        return {SETTLEMENT: self.settlement, TERMINATION: self.termination}


@final
class FutureInstrument(Instrument):
    """A future in one market.

    Attributes:
        datum: the settlement price that was heard last, in the market's units; None before.
        max_price: of a capped future, in the market's units; 0 where there is none.
    """

    def __init__(self, product: Future, price_decimals: int) -> None:
        self.price_decimals = price_decimals
        self.datum: int | None = None
        self.is_terminated = False
        self.adopt(product)

    def adopt(self, product: Future) -> None:
        self.product = product
        self.max_price = to_units(product.cap.max_price, self.price_decimals) if product.cap else 0

    def may_close_at(self, price: int) -> bool:
        return price >= 0 and self.may_settle_at(Decimal(price))

    def at_block(self, now: int) -> tuple[Cue, ...]:
        due = self.product.terminates_at
        return self.terminated() if due and now >= due and not self.is_terminated else ()

    def hear(self, role: str, text: str, now: int) -> tuple[Cue, ...] | None:
        if role == TERMINATION:
            if text.lower() != "true":
                return () if text.lower() == "false" else None
            return () if self.is_terminated else self.terminated()
        price = price_of(text, self.product.settlement.decimals, self.price_decimals)
        if price is None or not self.may_settle_at(price):
            return None
        self.datum = int(price)
        return (Settle(self.datum),) if self.is_terminated else ()

    def terminated(self) -> tuple[Cue, ...]:
        """Trading ends; a datum that is there settles at once."""
        self.is_terminated = True
        return (Terminate(),) if self.datum is None else (Terminate(), Settle(self.datum))

    def may_settle_at(self, price: Decimal) -> bool:
        """Whether a final price, in the market's units and before it is cut, is in the product's range."""
        cap = self.product.cap
        if cap is None:
            return True
        return price in (0, self.max_price) if cap.binary else price <= self.max_price
