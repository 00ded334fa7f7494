"""Verbs of accounts, positions and margin."""

from abc import ABC
from collections.abc import Sequence

from tokenspice.markets.errors import InstructionError
from tokenspice.markets.exchange.ledger import NETWORK, Account, AccountType
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.numbers import ONE, from_units, to_units
from tokenspice.markets.exchange.orders import Reason
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.profit import average_entry, profit
from tokenspice.markets.exchange.service.base import Number, ServiceBase, amount_out, size_out, word
from tokenspice.markets.exchange.service.estimates import estimate
from tokenspice.markets.exchange.service.values import (
    AccountInfo,
    Candidate,
    LiquidationEstimate,
    MarginLevels,
    PartyAccount,
    PositionInfo,
)

__all__ = ["AccountVerbs", "margin_levels", "position_info"]


class AccountVerbs(ServiceBase, ABC):
    """What parties and markets have, as floats of whole units."""

    def party_account(self, party: str, market_id: str) -> PartyAccount:
        """Return what a party has in general, and put aside in a market."""
        market = self.market(market_id)
        find, symbol = self.exchange.ledger.find, market.asset.symbol
        return PartyAccount(
            amount_out(market.asset, find(party, symbol, AccountType.GENERAL)),
            amount_out(market.asset, find(party, symbol, AccountType.MARGIN, market_id)),
            amount_out(market.asset, find(party, symbol, AccountType.BOND, market_id)),
        )

    def balance(self, party: str, asset_id: str) -> float:
        """Return what a party has in general."""
        asset = self.asset(asset_id)
        return amount_out(asset, self.exchange.ledger.find(party, asset_id, AccountType.GENERAL))

    def list_accounts(self, party: str = "", asset_id: str = "", market_id: str = "") -> list[AccountInfo]:
        """Return accounts of all parties, the exchange among them, or of those that are named."""
        return [
            self._info(account)
            for account in self.exchange.ledger.accounts()
            if (not party or account.party == party)
            and (not asset_id or account.asset == asset_id)
            and (not market_id or account.market == market_id)
        ]

    def market_account(self, market_id: str, account_type: AccountType | str) -> float:
        """Return what one of a market's own accounts holds, such as "insurance" or "liquidity fees"."""
        market = self.market(market_id)
        kind = word(AccountType, account_type)
        return amount_out(market.asset, self.exchange.ledger.find(NETWORK, market.asset.symbol, kind, market_id))

    def market_accounts(self, market_id: str) -> list[AccountInfo]:
        """Return a market's own accounts."""
        return self.list_accounts(NETWORK, market_id=market_id)

    def infrastructure_fee_accounts(self, asset_id: str = "") -> list[AccountInfo]:
        """Return the accounts that infrastructure fees are paid to."""
        found = self.list_accounts(NETWORK, asset_id)
        return [account for account in found if account.type is AccountType.FEES_INFRASTRUCTURE]

    def positions_by_market(self, party: str, market_id: str) -> PositionInfo | None:
        """Return a party's position in a market; None where it never had one."""
        market = self.market(market_id)
        position = market.positions.get(party)
        return position_info(market, position) if position else None

    def list_all_positions(self, market_id: str = "") -> list[PositionInfo]:
        """Return all positions, of one market if it is named."""
        markets = [self.market(market_id)] if market_id else list(self.exchange.markets.values())
        return [position_info(market, position) for market in markets for position in market.positions.values()]

    def margin_levels(self, party: str, market_id: str) -> MarginLevels:
        """Return what a party must have put aside in a market."""
        market = self.market(market_id)
        position = market.positions.get(party)
        return margin_levels(market, position) if position else MarginLevels(0.0, 0.0, 0.0, 0.0)

    def update_margin_mode(self, party: str, market_id: str, mode: str, factor: Number | None = None) -> Reason:
        """Choose how margin is kept in a market: "cross", or "isolated" with a factor of the entry price.

        Returns:
            Why it was refused; `Reason.NONE` if it was not.

        Raises:
            InstructionError: cross margin has a factor, or isolated margin none.
        """
        if (mode, factor is None) not in (("cross", True), ("isolated", False)):
            raise InstructionError(
                f'margin mode "{mode}" with factor {factor}. Write "cross", or "isolated" with a factor.'
            )
        part = 0 if factor is None else to_units(factor, 18)
        if factor is not None and part <= 0:
            return Reason.INVALID_MARGIN_FACTOR
        reason = self.exchange.set_margin_mode(party, market_id, part)
        self.count_transaction()
        return reason

    def party_margin_mode(self, party: str, market_id: str) -> tuple[str, float]:
        """Return a party's margin mode in a market, and its factor; 0 of cross margin."""
        position = self.market(market_id).positions.get(party)
        factor = position.isolation if position else 0
        return ("isolated", from_units(factor, 18)) if factor else ("cross", 0.0)

    def estimate_position(
        self,
        market_id: str,
        open_volume: float,
        average_entry: float,
        general: float,
        margin: float = 0.0,
        orders: Sequence[Candidate] = (),
    ) -> LiquidationEstimate:
        """Return what margin a position would need, and at which price it would be closed out.

        Args:
            market_id: where.
            open_volume: signed.
            average_entry: at which it was opened.
            general, margin: balances behind it.
            orders: that are open, and would fill in the order of their prices.
        """
        market = self.market(market_id)
        return estimate(market, open_volume, average_entry, general + margin, orders)

    def _info(self, account: Account) -> AccountInfo:
        asset = self.exchange.assets[account.asset]
        balance = amount_out(asset, account.balance)
        return AccountInfo(account.party, account.asset, account.type, account.market, balance)


def position_info(market: Market, position: Position) -> PositionInfo:
    """Return a position as users see it."""
    _, unrealised, realised = profit(position, market)
    return PositionInfo(
        position.party,
        market.id,
        size_out(market, position.volume),
        float(average_entry(position)) / 10**market.config.decimals,
        amount_out(market.asset, realised),
        amount_out(market.asset, unrealised),
        amount_out(market.asset, position.loss_socialised),
        "",
    )


def margin_levels(market: Market, position: Position) -> MarginLevels:
    maintenance = market.clearing.margin.maintenance(position, market)
    scaled = (maintenance * factor // ONE for factor in (ONE, market.search, market.initial, market.release))
    return MarginLevels(*(amount_out(market.asset, amount) for amount in scaled))
