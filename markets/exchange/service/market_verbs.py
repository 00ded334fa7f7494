"""Verbs of markets and network parameters."""

from abc import ABC
from collections.abc import Mapping
from typing import Any

from tokenspice.markets.errors import ExchangeError, ProposalNotAcceptedError
from tokenspice.markets.exchange.config import MarketConfig
from tokenspice.markets.exchange.config_paths import with_leaves
from tokenspice.markets.exchange.governance.changes import (
    NewMarket,
    UpdateMarket,
    UpdateMarketState,
    UpdateNetworkParameter,
)
from tokenspice.markets.exchange.governance.enacting import StateChange
from tokenspice.markets.exchange.market_configs import simple_spot
from tokenspice.markets.exchange.numbers import to_units
from tokenspice.markets.exchange.service.base import Number, price_out, word
from tokenspice.markets.exchange.service.proposals import ProposalVerbs
from tokenspice.markets.exchange.service.simple_markets import simple_future, simple_perpetual
from tokenspice.markets.exchange.service.values import MarketInfo

__all__ = ["MarketVerbs"]


class MarketVerbs(ProposalVerbs, ABC):
    """What changes a market is put to the vote where a proposer is named, and done at once where none is."""

    def create_market_from_config(self, config: MarketConfig, proposer: str = "") -> str:
        """Open a market, and return its id.

        Args:
            config: what it is.
            proposer: who proposes it and votes for it; without one nobody is asked.

        Raises:
            ProposalNotAcceptedError: the proposal was refused, or did not find its majority.
            ExchangeError: the configuration names an asset that there is not.
        """
        if not proposer:
            return self.exchange.add_market(config).id
        proposal = self.decide(proposer, NewMarket(config))
        return proposal.subject if proposal else ""

    def create_simple_market(self, name: str, asset_id: str, proposer: str = "", **values: Any) -> str:
        """Open a market of dated futures with the numbers of a study, and return its id.

        Args:
            name: of the market.
            asset_id: what settles it.
            proposer: as in `create_market_from_config`.
            values: of MarketConfig, in place of those numbers.
        """
        return self.create_market_from_config(simple_future(name, asset_id, values), proposer)

    def create_simple_perps_market(self, name: str, asset_id: str, proposer: str = "", **values: Any) -> str:
        """Open a market of perpetuals; see `create_simple_market`."""
        return self.create_market_from_config(simple_perpetual(name, asset_id, values), proposer)

    def create_simple_spot_market(
        self, name: str, base_asset_id: str, quote_asset_id: str, proposer: str = "", **values: Any
    ) -> str:
        """Open a market where one asset is paid with another; see `create_simple_market`."""
        return self.create_market_from_config(simple_spot(name, base_asset_id, quote_asset_id, **values), proposer)

    def try_enable_perp_markets(self) -> None:
        """Do nothing: perpetuals are enabled."""

    def find_market_id(self, name: str) -> str:
        """Return the id of the market of this name that was opened last; empty where there is none."""
        found = [market.id for market in self.exchange.markets.values() if market.config.name == name]
        return found[-1] if found else ""

    def all_markets(self) -> list[MarketInfo]:
        return [self.market_info(market_id) for market_id in self.exchange.markets]

    def market_info(self, market_id: str) -> MarketInfo:
        market = self.market(market_id)
        config = market.config
        decimals = (config.decimals, config.position_decimals, price_out(market, config.tick_size))
        return MarketInfo(market.id, config.name, market.state, config.asset, *decimals, config.product.kind)

    def update_market(self, market_id: str, values: Mapping[str, object], proposer: str = "") -> None:
        """Change a market's configuration.

        Args:
            market_id: which.
            values: leaves by dotted path, and what they become: {"liquidation.seconds": 10}.
            proposer: as in `create_market_from_config`.

        Raises:
            ProposalNotAcceptedError: there is no such value, it may not be that, or the change was refused.
        """
        try:
            with_leaves(self.market(market_id).config, values)
        except ExchangeError as error:
            raise ProposalNotAcceptedError(str(error)) from None
        self.decide(proposer, UpdateMarket(market_id, values))

    def update_market_state(
        self, market_id: str, state: StateChange | str, price: Number | None = None, proposer: str = ""
    ) -> None:
        """Change a market's state.

        Args:
            market_id: which.
            state: "suspend", "resume" or "terminate".
            price: that it is settled at, if it is terminated.
            proposer: as in `create_market_from_config`.

        Raises:
            ProposalNotAcceptedError: the change was refused.
        """
        units = 0 if price is None else to_units(price, self.market(market_id).config.decimals)
        self.decide(proposer, UpdateMarketState(market_id, word(StateChange, state), units))

    def update_network_parameter(self, name: str, value: Number, proposer: str = "") -> None:
        """Change a network parameter, such as "transfer.fee.factor".

        Raises:
            ProposalNotAcceptedError: there is none of this name, it may not have this value, or the proposal was refused.
        """
        parameters = self.exchange.network.parameters
        if not parameters.may_be(name, str(value)):
            raise ProposalNotAcceptedError(f"network parameter {name} = {value}: {parameters.complaint(name)}")
        try:
            self.decide(proposer, UpdateNetworkParameter(name, str(value)))
        except ProposalNotAcceptedError as error:
            raise error.at(f"network parameter {name} = {value}") from None

    def get_network_parameter(self, name: str) -> float | str:
        """Return a network parameter: a number, or a duration such as "1m"."""
        text = self.exchange.network.parameters.text(name)
        try:
            return float(text)
        except ValueError:
            return text
