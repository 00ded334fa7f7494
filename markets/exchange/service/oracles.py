"""Verbs of oracles."""

from abc import ABC
from decimal import Decimal

from tokenspice.markets.exchange.numbers import to_units
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.products.product import SETTLEMENT, TERMINATION
from tokenspice.markets.exchange.service.base import Number
from tokenspice.markets.exchange.service.market_verbs import MarketVerbs

__all__ = ["OracleVerbs"]


class OracleVerbs(MarketVerbs, ABC):
    """Data from outside, by the name that markets listen to."""

    def submit_oracle_data(self, name: str, value: Number, decimals: int | None = None, source: str = "") -> int:
        """Publish a datum.

        Args:
            name: which markets bind to; or of the key that signs, where nobody binds to such a name.
            value: in whole units.
            decimals: it is written as a whole number of 10^-decimals; None writes it as it is.
            source: the key that signs; that which listeners trust unless given.

        Returns:
            How many who listen could use it.
        """
        found = [(source, name)] if source else self.exchange.network.oracles.named(name)
        text = text_of(value, decimals)
        count = sum(self.exchange.submit_oracle_data(signer, {what: text}) for signer, what in found)
        self.count_transaction()
        return count

    def submit_settlement_data(self, market_id: str, price: Number) -> int:
        """Publish the price that a market is settled at; return how many who listen could use it."""
        return self._publish(market_id, SETTLEMENT, price)

    def submit_termination_and_settlement_data(self, market_id: str, price: Number) -> None:
        """End a market's trading, and settle it at a price.

        A market that listens to nobody is closed at that price, as by a vote.

        Raises:
            ProposalNotAcceptedError: it cannot be closed at that price.
        """
        if self._publish(market_id, TERMINATION, None) and self._publish(market_id, SETTLEMENT, price):
            return
        self.update_market_state(market_id, "terminate", price)

    def _publish(self, market_id: str, role: str, price: Number | None) -> int:
        binding = self.market(market_id).config.product.bindings().get(role)
        if binding is None or not binding.signers:
            return 0
        text = "true" if price is None else text_of(price, binding.decimals)
        count = self.exchange.submit_oracle_data(binding.signers[0], message(binding, text))
        self.count_transaction()
        return count


def message(binding: OracleBinding, text: str) -> dict[str, str]:
    return {binding.property: text}


def text_of(value: Number, decimals: int | None) -> str:
    """Write a number as a datum."""
    if decimals is not None:
        return str(to_units(value, decimals))
    return value if isinstance(value, str) else f"{Decimal(str(value)):f}"
