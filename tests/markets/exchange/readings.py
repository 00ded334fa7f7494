"""What a case expects, read off the stage by the name that the case gives it."""

from collections.abc import Callable
from typing import Any

from tests.markets.exchange.stage import Stage
from tokenspice.markets.exchange import AccountType, profit
from tokenspice.markets.exchange.icebergs import Iceberg

Reading = Callable[[Stage, Any], Any]
"""Of a stage and what is expected, so that only parties that are named are read; returns what was found in its shape."""

COMMENTS = {"columns", "columns_pnl", "columns_accounts", "note"}


def compare(stage: Stage, expected: dict[str, Any]) -> None:
    """Hold everything that is expected against the stage.

    Raises:
        KeyError: the case expects something that no reading knows.
    """
    wanted = {name: value for name, value in expected.items() if name not in COMMENTS}
    assert {name: read(stage, name, value) for name, value in wanted.items()} == wanted


def read(stage: Stage, name: str, expected: Any) -> Any:
    if name in READINGS:
        return READINGS[name](stage, expected)
    for prefix, reading in OF_A_PARTY.items():
        if name.startswith(prefix):
            return reading(stage, name.removeprefix(prefix))
    if name in stage.started:
        return of_party(stage, name, expected)
    raise KeyError(f"no reading is called {name}")


def by_party(reading: Callable[[Stage, str], Any]) -> Reading:
    return lambda stage, expected: {party: reading(stage, party) for party in expected}


def of_party(stage: Stage, party: str, expected: Any) -> Any:
    """A row [margin, general], or what is named of it."""
    if isinstance(expected, list):
        return accounts(stage, party)
    return {name: PARTY[name](stage, party) for name in expected}


def units(stage: Stage, amount: int) -> int | float:
    """Base units as the case counts money: whole where it has no decimals."""
    return amount / 10**stage.asset.decimals if stage.asset.decimals else amount


# of a party


def general(stage: Stage, party: str) -> int | float:
    return units(stage, stage.general(party).balance)


def margin(stage: Stage, party: str) -> int | float:
    return units(stage, stage.position(party).margin.balance)


def accounts(stage: Stage, party: str) -> list[int | float]:
    return [margin(stage, party), general(stage, party)]


def general_change(stage: Stage, party: str) -> int | float:
    return units(stage, stage.general(party).balance - stage.started[party])


def maintenance(stage: Stage, party: str) -> int:
    return stage.market.config.margin.maintenance(stage.position(party), stage.market)


def volume(stage: Stage, party: str) -> int:
    return stage.position(party).volume


def pnl(stage: Stage, party: str) -> list[int]:
    """Open volume, unrealised and realised profit."""
    return list(profit(stage.position(party), stage.market))


def bond(stage: Stage, party: str) -> int | float:
    return units(stage, stage.exchange.ledger.find(party, stage.asset.symbol, AccountType.BOND, stage.market.id))


def fees_paid(stage: Stage, party: str) -> dict[str, int]:
    """What the party's orders cost as the taker, by component."""
    sums = [0] * 5
    for trade, fees in stage.trades:
        taker = trade.buyer if trade.aggressor == "buy" else trade.seller
        if taker.party == party:
            sums = [a + b for a, b in zip(sums, fees, strict=True)]
    return dict(zip(("maker", "infrastructure", "liquidity", "treasury", "buyback"), sums, strict=True))


PARTY: dict[str, Callable[[Stage, str], Any]] = {
    "bond": bond,
    "general": general,
    "general_change": general_change,
    "maintenance": maintenance,
    "margin": margin,
    "pnl": pnl,
    "position": volume,
}

OF_A_PARTY: dict[str, Callable[[Stage, str], Any]] = {"fees_paid_by_": fees_paid, "margin_": margin}


# of the market


def trades(stage: Stage, expected: Any) -> list[dict[str, Any]]:
    """All trades, with the fields that are expected."""
    fields = expected[0].keys() if expected else ("price", "size")
    rows = (
        {"buyer": t.buyer.party, "seller": t.seller.party, "size": t.size, "price": t.price} for t, _ in stage.trades
    )
    return [{name: row[name] for name in fields} for row in rows]


def only(values: list[Any]) -> Any:
    """The one value that all have."""
    assert values and all(value == values[0] for value in values), values
    return values[0]


def status(stage: Stage, expected: Any) -> str:
    assert stage.last
    return stage.last.status.name


def shown(stage: Stage) -> Iceberg:
    """What the case's first iceberg shows."""
    found = next(order.iceberg for order in stage.orders.values() if order.iceberg)
    assert found
    return found


def reserved(stage: Stage, expected: Any) -> int:
    order = next(order for order in stage.orders.values() if order.iceberg)
    return order.remaining - shown(stage).shown


def only_margin(stage: Stage, expected: Any) -> int | float:
    """The margin of the party whose iceberg the case is about."""
    return margin(stage, next(order.party for order in stage.orders.values() if order.iceberg))


READINGS: dict[str, Reading] = {
    "accounts": by_party(accounts),
    "buyer": lambda stage, _: only([t.buyer.party for t, _ in stage.trades]),
    "final_general": by_party(general),
    "general": by_party(general),
    "insurance": lambda stage, _: units(stage, stage.market.insurance.balance),
    "maintenance": by_party(maintenance),
    "margin": only_margin,
    "margin_account": by_party(margin),
    "mark": lambda stage, _: stage.market.mark,
    "order_status": lambda stage, expected: {ref: stage.orders[ref].status.name for ref in expected},
    "pnl": by_party(pnl),
    "positions": by_party(volume),
    "price": lambda stage, _: only([t.price for t, _ in stage.trades]),
    "reserved": reserved,
    "seller": lambda stage, _: only([t.seller.party for t, _ in stage.trades]),
    "state": lambda stage, _: stage.market.state.name,
    "status": status,
    "trade_sizes_unordered": lambda stage, _: sorted(t.size for t, _ in stage.trades),
    "trades": trades,
    "visible": lambda stage, _: shown(stage).shown,
    "trading_mode": lambda stage, _: stage.market.mode.name,
}
