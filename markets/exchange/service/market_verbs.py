"""Verbs of markets, network parameters and proposals."""

from abc import ABC
from typing import Any

from tokenspice.markets.exchange.config import MarketConfig
from tokenspice.markets.exchange.service.base import Number, ServiceBase, price_out
from tokenspice.markets.exchange.service.planned import NotYet, planned
from tokenspice.markets.exchange.service.values import MarketInfo

__all__ = ["MarketVerbs"]


class MarketVerbs(ServiceBase, ABC):
    """A market is opened by its configuration; the rest of its life goes through governance."""

    def create_market_from_config(self, config: MarketConfig, proposer: str = "") -> str:
        """Open a market, and return its id.

        Args:
            config: what it is.
            proposer: who proposes it and votes for it; without one nobody is asked.
        """
        return self.exchange.add_market(config).id

    @planned
    def create_simple_market(self, name: str, asset_id: str, proposer: str = "", **values: Any) -> str:
        """Open a market of dated futures with the numbers of a study, and return its id.

        Args:
            name: of the market.
            asset_id: what settles it.
            proposer: as in `create_market_from_config`.
            values: of MarketConfig, in place of those numbers.
        """
        raise NotYet

    @planned
    def create_simple_perps_market(self, name: str, asset_id: str, proposer: str = "", **values: Any) -> str:
        """Open a market of perpetuals; see `create_simple_market`."""
        raise NotYet

    @planned
    def create_simple_spot_market(
        self, name: str, base_asset_id: str, quote_asset_id: str, proposer: str = "", **values: Any
    ) -> str:
        """Open a market where one asset is paid with another; see `create_simple_market`."""
        raise NotYet

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
        return MarketInfo(market.id, config.name, market.state, config.asset, *decimals, "future")

    @planned
    def update_market(self, market_id: str, proposer: str = "", **values: Any) -> None:
        """Change a market's configuration.

        Args:
            market_id: which.
            proposer: as in `create_market_from_config`.
            values: dotted paths of leaves, and what they become.

        Raises:
            ProposalNotAcceptedError: the change was refused.
        """
        raise NotYet

    @planned
    def update_market_state(self, market_id: str, state: str, price: Number | None = None, proposer: str = "") -> None:
        """Change a market's state.

        Args:
            market_id: which.
            state: "suspend", "resume" or "terminate".
            price: that it is settled at, if it is terminated.
            proposer: as in `create_market_from_config`.
        """
        raise NotYet

    @planned
    def update_network_parameter(self, name: str, value: Number, proposer: str = "") -> None:
        """Change a network parameter, such as "market.margin.scalingFactors"."""
        raise NotYet

    @planned
    def get_network_parameter(self, name: str) -> Any:
        """Return a network parameter's value."""
        raise NotYet

    @planned
    def submit_proposal(self, proposer: str, terms: Any, closes_at: int, enacts_at: int, rationale: str = "") -> str:
        """Propose something, and return the proposal's id.

        Raises:
            ProposalNotAcceptedError: it was refused.
        """
        raise NotYet

    @planned
    def vote(self, party: str, proposal_id: str, yes: bool = True) -> None:
        """Vote on a proposal; the last vote of a party counts."""
        raise NotYet
