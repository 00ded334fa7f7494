"""How proposals come into force: what a vote may change, and when that is refused."""

from collections.abc import Callable, Mapping
from typing import Protocol, final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.config import Asset, MarketConfig
from tokenspice.markets.exchange.config_paths import with_leaves
from tokenspice.markets.exchange.governance.enacting import Programme, StateChange, TransferTerms
from tokenspice.markets.exchange.governance.reasons import ProposalReason
from tokenspice.markets.exchange.ledger import Account, AccountType
from tokenspice.markets.exchange.lifecycle import ENDED, close_at
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.market_state import MarketState, TradingMode
from tokenspice.markets.exchange.network import Network
from tokenspice.markets.exchange.network_effects import IN_MARKETS, applied
from tokenspice.markets.exchange.purchases import AutomatedPurchase, Purchases
from tokenspice.markets.exchange.successors import Successors
from tokenspice.markets.exchange.transfer_terms import may_move
from tokenspice.markets.exchange.venue import Venue

__all__ = ["Enactment", "Host"]

FIXED = ("asset", "decimals", "position_decimals")
"""Values of a market's configuration that no vote changes."""


class Host(Protocol):
    """An exchange, as proposals change it."""

    venue: Venue
    network: Network
    assets: dict[str, Asset]
    markets: dict[str, Market]
    successors: Successors
    purchases: Purchases

    def add_asset(self, asset: Asset) -> Asset: ...


@final
class Enactment:
    """What changes ask of an exchange, done.

    Args:
        host: the exchange.
        new_market: makes a market that takes no orders yet.
    """

    def __init__(self, host: Host, new_market: Callable[[MarketConfig], Market]) -> None:
        self.host = host
        self.new_market = new_market

    # assets and parameters

    def refusal_of_asset(self, asset: Asset) -> ProposalReason:
        if asset.symbol in self.host.assets:
            return ProposalReason.ASSET_EXISTS
        is_valid = asset.symbol and 0 <= asset.decimals <= 36 and asset.quantum > 0
        return ProposalReason.NONE if is_valid else ProposalReason.INVALID_VALUE

    def enact_asset(self, asset: Asset) -> None:
        self.host.add_asset(asset)

    def refusal_of_parameter(self, name: str, text: str) -> ProposalReason:
        known = self.host.network.parameters.may_be(name, text)
        return ProposalReason.NONE if known else ProposalReason.INVALID_VALUE

    def set_parameter(self, name: str, text: str) -> None:
        parameters = self.host.network.parameters
        parameters.set(name, text)
        if name in IN_MARKETS:
            for market in self.host.markets.values():
                market.adopt(applied(market.config, parameters))

    # markets

    def refusal_of_market(self, config: MarketConfig) -> ProposalReason:
        if config.asset not in self.host.assets:
            return ProposalReason.NO_SUCH_ASSET
        if config.product.complaint(self.host.assets, config.position_decimals):
            return ProposalReason.INVALID_MARKET
        return self.host.successors.refusal(config)

    def propose_market(self, config: MarketConfig) -> str:
        return self.new_market(config).id

    def reject_market(self, market: str) -> None:
        self.host.markets[market].state = MarketState.REJECTED
        self.host.network.oracles.forget(market)

    def open_market(self, market: str, enactment: int) -> None:
        least = self.host.network.parameters["market.auction.minimumDuration"]
        seconds = max(enactment - self.host.venue.now, least)
        self.host.markets[market].begin_auction(TradingMode.OPENING_AUCTION, seconds)

    def refusal_of_update(self, market: str, values: Mapping[str, object]) -> ProposalReason:
        found = self.host.markets.get(market)
        if found is None:
            return ProposalReason.NO_SUCH_MARKET
        if found.state in ENDED:
            return ProposalReason.INVALID_NEW_STATE
        if any(path.partition(".")[0] in FIXED for path in values):
            return ProposalReason.NOT_UPDATABLE
        try:
            changed = with_leaves(found.config, values)
        except ExchangeError:
            return ProposalReason.INVALID_VALUE
        same = type(changed.product) is type(found.config.product)
        return ProposalReason.NONE if same else ProposalReason.NOT_UPDATABLE

    def update_market(self, market: str, values: Mapping[str, object]) -> None:
        found = self.host.markets[market]
        found.adopt(with_leaves(found.config, values))
        for role, binding in found.config.bindings().items():
            self.host.network.oracles.listen(market, role, binding)

    def refusal_of_state(self, market: str, change: StateChange, price: int) -> ProposalReason:
        found = self.host.markets.get(market)
        if found is None:
            return ProposalReason.NO_SUCH_MARKET
        is_suspended = found.state is MarketState.SUSPENDED_VIA_GOVERNANCE
        if change is StateChange.RESUME:
            return ProposalReason.NONE if is_suspended else ProposalReason.INVALID_NEW_STATE
        if found.state in ENDED or found.state is MarketState.PROPOSED:
            return ProposalReason.INVALID_NEW_STATE
        if change is StateChange.SUSPEND:
            is_over = found.state is MarketState.TRADING_TERMINATED
            return ProposalReason.INVALID_NEW_STATE if is_suspended or is_over else ProposalReason.NONE
        return ProposalReason.NONE if found.instrument.may_close_at(price) else ProposalReason.INVALID_PRICE

    def change_state(self, market: str, change: StateChange, price: int) -> None:
        found = self.host.markets[market]
        if change is StateChange.SUSPEND:
            found.suspend()
        elif change is StateChange.RESUME:
            found.resume()
        else:
            close_at(found, price)

    def equity_shares(self, market: str) -> Mapping[str, int]:
        found = self.host.markets.get(market)
        return found.equity_shares() if found else {}

    # programmes and transfers

    def refusal_of_programme(self, programme: Programme) -> ProposalReason:
        return ProposalReason.NONE

    def enact_programme(self, programme: Programme) -> None:
        self.host.venue.programmes.enact(programme)

    def refusal_of_purchase(self, programme: AutomatedPurchase) -> ProposalReason:
        can_be = self.host.purchases.can_be(programme)
        return ProposalReason.NONE if can_be else ProposalReason.INVALID_PROGRAM

    def start_purchase(self, programme: AutomatedPurchase) -> None:
        self.host.purchases.start(programme, self.host.venue.now)

    def refusal_of_transfer(self, terms: TransferTerms) -> ProposalReason:
        if terms.asset not in self.host.assets:
            return ProposalReason.NO_SUCH_ASSET
        transfers = self.host.network.transfers
        draft = transfers.new("", self.source(terms), self.target(terms), terms.amount, 0, terms.recurrence)
        is_valid = terms.amount > 0 and may_move(draft) and 0 < terms.allowance.share <= 1
        return ProposalReason.NONE if is_valid else ProposalReason.INVALID_TRANSFER

    def start_transfer(self, terms: TransferTerms) -> None:
        network = self.host.network
        network.transfers.by_vote(
            self.source(terms),
            self.target(terms),
            terms.amount,
            terms.allowance,
            network.epochs.number,
            terms.recurrence,
        )

    def refusal_of_cancel(self, transfer: str) -> ProposalReason:
        found = self.host.network.transfers.recurring.get(transfer)
        return ProposalReason.NONE if found and not found.party else ProposalReason.INVALID_TRANSFER

    def cancel_transfer(self, transfer: str) -> None:
        self.host.network.transfers.cancel("", transfer)

    def source(self, terms: TransferTerms) -> Account:
        return self.host.venue.ledger.of_network(terms.asset, terms.source, terms.source_market)

    def target(self, terms: TransferTerms) -> Account:
        ledger, dispatch = self.host.venue.ledger, terms.recurrence and terms.recurrence.dispatch
        if dispatch:
            return self.host.network.rewards.pool(dispatch, terms.asset)
        if terms.target is AccountType.GENERAL:
            return ledger.account(terms.target_party, terms.asset, terms.target)
        return ledger.of_network(terms.asset, terms.target, terms.target_market)
