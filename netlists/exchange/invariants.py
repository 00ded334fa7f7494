"""What is true of an exchange after each tick, whatever agents do."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tokenspice.engine import InvariantError
from tokenspice.markets.exchange import TradingMode
from tokenspice.netlists.exchange.state import ExchangeStateBase

__all__ = ["INVARIANTS"]


def is_conserved(state: ExchangeStateBase) -> bool | str:
    """All balances are what was deposited, to the unit."""
    lost = state.kpis.unaccounted()
    return not lost or f"balances differ from deposits by {lost} base units"


def is_settled(state: ExchangeStateBase) -> bool:
    """Every settlement account is empty."""
    return all(not market.settlement.balance for market in state.world.exchange.markets.values())


def is_balanced(state: ExchangeStateBase) -> bool:
    """In every market all positions, the network's included, add up to 0."""
    return all(
        sum(position.volume for position in market.positions.values()) + market.network.volume == 0
        for market in state.world.exchange.markets.values()
    )


def is_uncrossed(state: ExchangeStateBase) -> bool:
    """Outside auctions the best bid is below the best ask."""
    markets = [one for one in state.world.exchange.markets.values() if one.mode is TradingMode.CONTINUOUS]
    best = [(one.book.best_bid(), one.book.best_ask()) for one in markets]
    return all(bid < ask for bid, ask in best if bid and ask)


def is_solvent(state: ExchangeStateBase) -> bool | str:
    """No account is below 0."""
    negative = [account for account in state.world.exchange.ledger.accounts() if account.balance < 0]
    return not negative or f"{negative[0]!r}"


def is_sound(state: ExchangeStateBase) -> bool | str:
    """What the exchange itself says must hold after every block."""
    try:
        state.world.check()
    except InvariantError as error:
        return str(error)
    return True


INVARIANTS: Mapping[str, Callable[[ExchangeStateBase], bool | str]] = MappingProxyType(
    {
        "balances are deposits": is_conserved,
        "settlement accounts are empty": is_settled,
        "positions add up to zero": is_balanced,
        "the book is not crossed": is_uncrossed,
        "no account is negative": is_solvent,
        "the exchange's own invariants hold": is_sound,
    }
)
