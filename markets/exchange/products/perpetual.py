"""Perpetual futures: no end, but funding, which keeps the market's price near an outside one."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, final

from tokenspice.markets.exchange.composite_mark import CompositeMark
from tokenspice.markets.exchange.limits import check_within
from tokenspice.markets.exchange.oracles import OracleBinding, price_of
from tokenspice.markets.exchange.products.funding import Funding, FundingRates, funding
from tokenspice.markets.exchange.products.product import FUNDING_DATA, Cue, Fund, Instrument, Product
from tokenspice.markets.exchange.products.schedule import TimeTrigger
from tokenspice.markets.exchange.products.twap import Twap

__all__ = ["Perpetual", "PerpetualInstrument"]


@final
@dataclass(frozen=True)
class Perpetual(Product):
    """A perpetual future.

    Attributes:
        data: where the outside price comes from.
        funding: when periods end.
        margin_funding_factor: what share of the funding that a position has run up is added to its maintenance margin.
        interest_rate: per year.
        clamp_lower_bound, clamp_upper_bound: of the interest term, as shares of the outside price.
        scaling_factor: what the payment is multiplied with.
        composite: what the market's own price is made of, in place of the mark price.
        rate_lower_bound, rate_upper_bound: of the payment, as shares of the outside price; None for no bound.
    """

    kind: ClassVar[str] = "perpetual"

    data: OracleBinding = OracleBinding("", ())
    funding: TimeTrigger = TimeTrigger(300)
    margin_funding_factor: float = 1.0
    interest_rate: float = 0.0
    clamp_lower_bound: float = 0.0
    clamp_upper_bound: float = 0.0
    scaling_factor: float = 1.0
    rate_lower_bound: float | None = None
    rate_upper_bound: float | None = None
    composite: CompositeMark | None = None

    def __post_init__(self) -> None:
        check_within("Perpetual", 0, 1, margin_funding_factor=self.margin_funding_factor)
        check_within("Perpetual", -1, 1, interest_rate=self.interest_rate)
        clamps = {"clamp_lower_bound": self.clamp_lower_bound, "clamp_upper_bound": self.clamp_upper_bound}
        bounds = {"rate_lower_bound": self.rate_lower_bound, "rate_upper_bound": self.rate_upper_bound}
        rates = {name: bound for name, bound in bounds.items() if bound is not None}
        check_within("Perpetual", -1e6, 1e6, **clamps, **rates, scaling_factor=self.scaling_factor)

    def complaint(self, assets: Mapping[str, Any], position_decimals: int) -> str:
        for name in ("clamp", "rate"):
            lower, upper = (getattr(self, f"{name}_{end}_bound") for end in ("lower", "upper"))
            if lower is not None and upper is not None and lower > upper:
                return f"{name}_lower_bound {lower} is above {name}_upper_bound {upper}. Write the smaller one as the lower."
        return ""

    def start(self, now: int, price_decimals: int) -> "PerpetualInstrument":
        return PerpetualInstrument(self, now, price_decimals)

    def bindings(self) -> Mapping[str, OracleBinding]:
        return {FUNDING_DATA: self.data}

    @property
    def internal_price(self) -> CompositeMark | None:
        return self.composite

    def rates(self) -> FundingRates:
        """Return the exact rates."""
        lower, upper = self.rate_lower_bound, self.rate_upper_bound
        return FundingRates(
            exact(self.interest_rate),
            exact(self.clamp_lower_bound),
            exact(self.clamp_upper_bound),
            exact(self.scaling_factor),
            None if lower is None else exact(lower),
            None if upper is None else exact(upper),
        )


@final
class PerpetualInstrument(Instrument):
    """A perpetual in one market. Its first period begins when the opening auction is over.

    Attributes:
        start: of the present period, in Unix seconds; None in the opening auction.
        internal, external: the averages of mark prices and of outside prices.
        last: what the last period made due.
    """

    def __init__(self, product: Perpetual, now: int, price_decimals: int) -> None:
        self.price_decimals = price_decimals
        self.begun = now
        self.known: tuple[int, int] | None = None  # a time, and what has accrued until then
        self.adopt(product)
        self.start: int | None = None
        self.internal, self.external = Twap(now), Twap(now)
        self.auction_s = 0
        self.auction_from: int | None = None
        self.due_at = product.funding.next(now, now)
        self.last: Funding | None = None

    def adopt(self, product: Perpetual) -> None:
        self.product = product
        self.rates = product.rates()
        self.margin_funding = product.margin_funding_factor
        self.known = None

    def at_mark(self, now: int, price: int) -> None:
        self.internal.observe(now, price)
        self.known = None

    def at_opening(self, now: int) -> None:
        self.start = now
        self.restart(now)

    def at_auction(self, now: int, begins: bool) -> None:
        for average in (self.internal, self.external):
            if begins:
                average.pause(now)
            else:
                average.resume(now)
        if self.auction_from is not None:
            self.auction_s += now - self.auction_from
        self.auction_from = now if begins else None
        self.known = None

    def at_block(self, now: int) -> tuple[Cue, ...]:
        if now < self.due_at:
            return ()
        self.due_at = self.product.funding.next(now, self.begun)
        if self.start is None:
            return ()
        self.last = self.due(now)
        self.start = now
        self.restart(now)
        return (Fund(self.last),)

    def hear(self, role: str, text: str, now: int) -> tuple[Cue, ...] | None:
        price = price_of(text, self.product.data.decimals, self.price_decimals)
        if price is None:
            return None
        self.external.observe(now, int(price))
        self.known = None
        return ()

    def accrued(self, now: int) -> int:
        if self.known is None or self.known[0] != now:
            self.known = now, self.due(now).payment
        return self.known[1]

    def due(self, now: int) -> Funding:
        """Return what is due, were the period to end at `now`."""
        if self.start is None:
            return funding(self.rates, None, None, 0)
        auction_s = self.auction_s + (0 if self.auction_from is None else now - self.auction_from)
        return funding(self.rates, self.internal.average(now), self.external.average(now), now - self.start, auction_s)

    def restart(self, now: int) -> None:
        """Begin a period; the prices seen last are its first."""
        self.internal.restart(now)
        self.external.restart(now)
        self.auction_s = 0
        self.known = None
        if self.auction_from is not None:
            self.auction_from = now


def exact(number: float) -> Fraction:
    """Return the number that a float is written as."""
    return Fraction(str(number))
