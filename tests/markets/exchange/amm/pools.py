"""Pools for tests: the market of the published cases, where prices and sizes have no decimals."""

from tokenspice.markets.exchange.amm.build import Scale, build_pool
from tokenspice.markets.exchange.amm.pool import Pool, PoolTerms
from tokenspice.markets.exchange.ledger import Account, AccountType
from tokenspice.markets.exchange.numbers import ONE, factor
from tokenspice.markets.exchange.positions import Position

SCALE = Scale(factor("0.292462051"), factor("0.399889458"), ONE, factor("1.5"), (1, 1))


def position(party: str) -> Position:
    return Position(party, 0, Account(party, "USD", AccountType.GENERAL), Account(party, "USD", AccountType.MARGIN))


def pool(base: int = 100, lower: int = 95, upper: int = 105, leverage: str = "4", volume: int = 0) -> Pool:
    """A pool that has committed 100,000."""
    most = factor(leverage)
    made = build_pool("v1", position("pool"), PoolTerms(100_000, base, lower, upper, most, most), SCALE)
    made.position.general.balance = 100_000
    made.position.volume = volume
    return made
