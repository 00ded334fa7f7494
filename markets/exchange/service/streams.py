"""Verbs of what happens: trades and movements, as many as are kept; and the present state under its streams' names."""

from abc import ABC
from collections import deque

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.fees import Fees
from tokenspice.markets.exchange.ledger import LedgerEntry
from tokenspice.markets.exchange.listeners import added
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.numbers import from_units
from tokenspice.markets.exchange.orders import Trade
from tokenspice.markets.exchange.service.base import amount_out
from tokenspice.markets.exchange.service.batches import BatchVerbs
from tokenspice.markets.exchange.service.market_data import MarketDataVerbs
from tokenspice.markets.exchange.service.programme_verbs import ProgrammeVerbs
from tokenspice.markets.exchange.service.transfers import TransferInfo
from tokenspice.markets.exchange.service.values import (
    AccountInfo,
    LedgerInfo,
    MarketData,
    MarketInfo,
    OrderInfo,
    TradeInfo,
)
from tokenspice.markets.exchange.trade_kinds import kind_of

__all__ = ["StreamVerbs"]


class StreamVerbs(ProgrammeVerbs, BatchVerbs, MarketDataVerbs, ABC):
    """Nothing is kept of what has happened unless a stream is opened. What is there at present is never behind."""

    trades: deque[TradeInfo] | None = None
    entries: deque[LedgerInfo] | None = None

    def open_streams(self, trades: int = 0, ledger_entries: int = 0) -> None:
        """Keep so many of the last trades and movements from here on."""
        venue = self.exchange.venue
        if trades:
            self.trades = deque(self.trades or (), trades)
            venue.on_trade = added(venue.on_trade, self._note_trade)
        if ledger_entries:
            self.entries = deque(self.entries or (), ledger_entries)
            venue.ledger.on_entry = added(venue.ledger.on_entry, self._note_entry)

    def get_trades(self, market_id: str = "", party: str = "", order_id: str = "") -> list[TradeInfo]:
        """Return the last trades, of one market, party or order if these are named.

        Raises:
            ExchangeError: no stream of them is open.
        """
        if self.trades is None:
            raise ExchangeError("no trades are kept. Write service.open_streams(trades=10_000) beforehand.")
        return [
            trade
            for trade in self.trades
            if market_id in ("", trade.market)
            and (not party or party in (trade.buyer, trade.seller))
            and (not order_id or order_id in (trade.buy_order, trade.sell_order))
        ]

    def get_trades_from_stream(self, market_id: str = "", party: str = "", order_id: str = "") -> list[TradeInfo]:
        """Return the same as `get_trades`."""
        return self.get_trades(market_id, party, order_id)

    def list_ledger_entries(self, party: str = "", asset_id: str = "") -> list[LedgerInfo]:
        """Return the last movements, of one party or asset if these are named.

        Raises:
            ExchangeError: no stream of them is open.
        """
        if self.entries is None:
            raise ExchangeError("no movements are kept. Write service.open_streams(ledger_entries=10_000) beforehand.")
        return [
            entry
            for entry in self.entries
            if (not party or party in (entry.source, entry.target)) and asset_id in ("", entry.asset)
        ]

    def get_ledger_entries_from_stream(self, party: str = "", asset_id: str = "") -> list[LedgerInfo]:
        """Return the same as `list_ledger_entries`."""
        return self.list_ledger_entries(party, asset_id)

    def get_markets_from_stream(self) -> list[MarketInfo]:
        """Return the same as `all_markets`."""
        return self.all_markets()

    def get_market_data_from_stream(self, market_id: str) -> MarketData:
        """Return the same as `get_latest_market_data`."""
        return self.get_latest_market_data(market_id)

    def get_orders_from_stream(self, party: str = "", market_id: str = "") -> list[OrderInfo]:
        """Return the same as `list_orders`."""
        return self.list_orders(party, market_id)

    def get_accounts_from_stream(self, party: str = "", asset_id: str = "", market_id: str = "") -> list[AccountInfo]:
        """Return the same as `list_accounts`."""
        return self.list_accounts(party, asset_id, market_id)

    def get_transfers_from_stream(self, party: str = "") -> list[TransferInfo]:
        """Return the same as `list_transfers`."""
        return self.list_transfers(party)

    def _note_trade(self, market: Market, trade: Trade, fees: Fees) -> None:
        if self.trades is not None:
            self.trades.append(trade_info(market, trade, fees))

    def _note_entry(self, entry: LedgerEntry) -> None:
        source, target = entry.source, entry.target
        asset = self.asset((source or target).asset)  # type: ignore[union-attr]  # one of them is there
        ends = [(each.party, str(each.type)) if each else ("", "") for each in (source, target)]
        market = next((each.market for each in (source, target) if each and each.market), "")
        if self.entries is not None:
            amount = amount_out(asset, entry.amount)
            self.entries.append(LedgerInfo(entry.time, entry.kind, asset.symbol, amount, *ends[0], *ends[1], market))


def trade_info(market: Market, trade: Trade, fees: Fees) -> TradeInfo:
    """Return a trade as users see it."""
    return TradeInfo(
        trade.time,
        trade.id,
        market.id,
        from_units(trade.price, market.config.decimals),
        from_units(trade.size, market.config.position_decimals),
        trade.buyer.party,
        trade.seller.party,
        str(trade.aggressor or ""),
        trade.buy_order,
        trade.sell_order,
        kind_of(market, trade),
        *(from_units(fee, market.asset.decimals) for fee in fees),
    )
