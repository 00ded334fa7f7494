"""Verbs of oracles."""

from abc import ABC

from tokenspice.markets.exchange.service.base import Number, ServiceBase
from tokenspice.markets.exchange.service.planned import NotYet, planned

__all__ = ["OracleVerbs"]


class OracleVerbs(ServiceBase, ABC):
    """Data from outside, by the name that markets listen to."""

    @planned
    def submit_oracle_data(self, name: str, value: Number, decimals: int | None = None, source: str = "") -> None:
        """Publish a datum.

        Args:
            name: which markets bind to.
            value: in whole units; or, if `decimals` is given, an integer of so many decimals.
            decimals: of the datum.
            source: who publishes it.
        """
        raise NotYet

    @planned
    def submit_settlement_data(self, market_id: str, price: Number) -> None:
        """Publish the price that a market is settled at."""
        raise NotYet

    @planned
    def submit_termination_and_settlement_data(self, market_id: str, price: Number) -> None:
        """End a market's trading, and settle it at a price."""
        raise NotYet
