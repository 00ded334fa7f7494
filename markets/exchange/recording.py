"""What an exchange tells of itself: a row for each trade and movement as it happens, and of what there is whenever a run logs."""

from collections.abc import Mapping
from typing import Any, final

from tokenspice.engine.recorded import Cell, ColumnKind, RecordedTable
from tokenspice.engine.text import not_among
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.fees import NO_FEES, Fees
from tokenspice.markets.exchange.journal import beginning, line
from tokenspice.markets.exchange.ledger import Account, LedgerEntry
from tokenspice.markets.exchange.listeners import added
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.numbers import from_units
from tokenspice.markets.exchange.orders import Trade
from tokenspice.markets.exchange.service.service import ExchangeService
from tokenspice.markets.exchange.trade_kinds import kind_of

__all__ = ["TABLES", "Recorder", "checked_names"]

Row = tuple[Cell, ...]

WHO: dict[str, ColumnKind] = {"time": "int", "party": "word", "asset": "word", "market": "word"}
FEES: dict[str, ColumnKind] = {
    f"{side}_fee_{part}": "float" for side in ("buyer", "seller") for part in NO_FEES._fields
}
TABLES: dict[str, dict[str, ColumnKind]] = {
    "trades": {
        **{"time": "int", "market": "word", "id": "text", "price": "float", "size": "float"},
        **{"buyer": "word", "seller": "word", "aggressor": "word", "kind": "word"},
        **{"buy_order": "text", "sell_order": "text"},
        **FEES,
    },
    "ledger_entries": {
        **{"time": "int", "kind": "word", "asset": "word", "amount": "float", "units": "amount"},
        **{"source": "word", "source_type": "word", "source_market": "word"},
        **{"target": "word", "target_type": "word", "target_market": "word"},
    },
    "accounts": {**WHO, "type": "word", "balance": "float", "units": "amount"},
    "positions": {
        **{"time": "int", "party": "word", "market": "word", "open_volume": "float", "average_entry": "float"},
        **{"realised_pnl": "float", "unrealised_pnl": "float", "loss_socialisation_amount": "float", "status": "word"},
    },
    "market_data": {
        **{"time": "int", "market": "word", "mark_price": "float", "mid_price": "float", "last_traded_price": "float"},
        **{"best_bid": "float", "best_bid_volume": "float", "best_ask": "float", "best_ask_volume": "float"},
        **{"static_mid_price": "float", "open_interest": "float", "state": "word", "trading_mode": "word"},
        **{"target_stake": "float", "supplied_stake": "float", "min_valid_price": "float", "max_valid_price": "float"},
        **{"indicative_price": "float", "indicative_volume": "float", "trigger": "word", "extension_trigger": "word"},
    },
    "depth": {"time": "int", "market": "word", "side": "word", "level": "int", "price": "float", "volume": "float"},
    "assets": {"id": "word", "decimals": "int", "quantum": "float"},
    "instructions": {"time": "int", "instruction": "text"},
    "keys": {"key": "text", "name": "word", "wallet": "word", "kind": "word", "tag": "word"},
}
"""The columns of each table, besides "tick". Prices, sizes and amounts are whole units; `units` are base units, exactly.

The instructions are lines of a journal, which begins with the state in which the recording did: `replay` takes them.
"""


@final
class Recorder:
    """Takes note of trades and movements, and hands them over.

    Args:
        service: of the exchange.
        names: of the tables.
        depth_levels: of each side of a book.
    """

    def __init__(self, service: ExchangeService, names: tuple[str, ...], depth_levels: int) -> None:
        self.service = service
        self.names = names
        self.depth_levels = depth_levels
        self._trades: list[Row] = []
        self._entries: list[Row] = []
        self._instructions: list[Row] = []
        self._has_begun = False
        self._n_assets = 0
        self._n_keys = 0

    def tables(self) -> Mapping[str, RecordedTable]:
        """Begin to listen, and return the tables."""
        venue = self.service.exchange.venue
        if "trades" in self.names:
            venue.on_trade = added(venue.on_trade, self.note_trade)
        if "ledger_entries" in self.names:
            venue.ledger.on_entry = added(venue.ledger.on_entry, self.note_entry)
        if "instructions" in self.names:
            self.service.exchange.on_instruction = self.note_instruction
            if not self._has_begun:
                self._instructions.append((self.service.exchange.now, beginning(self.service.exchange)))
                self._has_begun = True
        takers = {
            "trades": self.take_trades,
            "ledger_entries": self.take_entries,
            "accounts": self.accounts,
            "positions": self.positions,
            "market_data": self.market_data,
            "depth": self.depth,
            "assets": self.new_assets,
            "keys": self.new_keys,
            "instructions": self.take_instructions,
        }
        as_it_happens = ("trades", "ledger_entries", "instructions")
        return {
            name: RecordedTable(TABLES[name], takers[name], "tick" if name in as_it_happens else "row")
            for name in self.names
        }

    def note_trade(self, market: Market, trade: Trade, fees: Fees) -> None:
        """Hear of a trade."""
        sizes = market.config.position_decimals
        self._trades.append(
            (
                *(trade.time, market.id, trade.id, from_units(trade.price, market.config.decimals)),
                *(from_units(trade.size, sizes), trade.buyer.party, trade.seller.party),
                *(str(trade.aggressor or ""), kind_of(market, trade), trade.buy_order, trade.sell_order),
                *fee_cells(market, trade, fees),
            )
        )

    def note_entry(self, entry: LedgerEntry) -> None:
        """Hear of a movement."""
        source, target, amount = entry.source, entry.target, entry.amount
        asset = (source or target).asset  # type: ignore[union-attr]  # one of them is there
        decimals = self.service.exchange.assets[asset].decimals
        self._entries.append(
            (entry.time, str(entry.kind), asset, from_units(amount, decimals), amount, *ends(source), *ends(target))
        )

    def note_instruction(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Hear of an instruction."""
        self._instructions.append((self.service.exchange.now, line(name, args, kwargs)))

    def take_instructions(self) -> list[Row]:
        taken, self._instructions = self._instructions, []
        return taken

    def take_trades(self) -> list[Row]:
        taken, self._trades = self._trades, []
        return taken

    def take_entries(self) -> list[Row]:
        taken, self._entries = self._entries, []
        return taken

    def accounts(self) -> list[Row]:
        exchange, now = self.service.exchange, self.service.exchange.now
        decimals = {symbol: asset.decimals for symbol, asset in exchange.assets.items()}
        return [
            (now, each.party, each.asset, each.market, str(each.type), from_units(each.balance, decimals[each.asset]),
             each.balance)
            for each in exchange.ledger.accounts()
        ]  # fmt: skip

    def positions(self) -> list[Row]:
        now = self.service.exchange.now
        found = self.service.list_all_positions()
        return [(now, *each) for each in found if each.open_volume or each.realised_pnl]

    def market_data(self) -> list[Row]:
        found = [self.service.get_latest_market_data(market) for market in self.service.exchange.markets]
        return [tuple(str(cell) if isinstance(cell, str) else cell for cell in each) for each in found]

    def depth(self) -> list[Row]:
        now, rows = self.service.exchange.now, list[Row]()
        for market in self.service.exchange.markets:
            book = self.service.market_depth(market, self.depth_levels)
            for side, levels in zip(("buy", "sell"), book, strict=True):
                rows += [(now, market, side, number, *level) for number, level in enumerate(levels)]
        return rows

    def new_assets(self) -> list[Row]:
        new = self.service.list_assets()[self._n_assets :]
        self._n_assets += len(new)
        return [(asset.id, asset.decimals, asset.quantum) for asset in new]

    def new_keys(self) -> list[Row]:
        new = list(self.service.keys.items())[self._n_keys :]
        self._n_keys += len(new)
        return [(key, *about) for key, about in new]


def checked_names(records: object) -> tuple[str, ...]:
    """Return the names of tables to record, in the order of `TABLES`.

    Raises:
        ExchangeError: there is no such table.
    """
    names: tuple[Any, ...] = tuple(TABLES) if records == "all" else tuple(records)  # type: ignore[arg-type]
    if unknown := [name for name in names if name not in TABLES]:
        raise ExchangeError(f'an exchange records no table "{unknown[0]}". {not_among(str(unknown[0]), TABLES)}')
    return tuple(name for name in TABLES if name in names)


def fee_cells(market: Market, trade: Trade, fees: Fees) -> list[float]:
    """Return what the buyer and then the seller paid: both after an auction, else the one who took."""
    paid = [from_units(fee, market.asset.decimals) for fee in fees]
    none = [0.0] * len(paid)
    if trade.aggressor is None:
        return [*paid, *paid]
    return [*paid, *none] if trade.aggressor == "buy" else [*none, *paid]


def ends(account: Account | None) -> Row:
    return (account.party, str(account.type), account.market) if account else ("", "", "")
