"""An agent that watches in which order blocks execute what was sent."""

from typing import Any, final

from tokenspice.agents.exchange.party import ExchangeAgent
from tokenspice.engine import InvariantError, SimStateBase
from tokenspice.markets.exchange import ExchangeService, OrderType, Side, TimeInForce
from tokenspice.markets.exchange.ordering import Haste, Transaction

__all__ = ["TransactionDelayChecker"]

DELAY = "market.aggressiveOrderBlockDelay"


@final
class TransactionDelayChecker(ExchangeAgent):
    """Sends an order that may take liquidity, one that may not, and a cancel, and looks what the blocks made of them.

    Args:
        name: of the agent.
        service: the exchange.
        market_id: one that reorders transactions.
        mint: what it is given at the beginning.

    Attributes:
        n_checked: triples so far whose order was right.
    """

    def __init__(self, name: str, service: ExchangeService, market_id: str, mint: float = 1e6) -> None:
        super().__init__(name, service, market_id, mint)
        self._sent: list[Transaction] = []
        self._sent_at = self._delay = 0
        self.n_checked = 0

    def takeStep(self, state: SimStateBase) -> None:
        """Check what was sent, and send anew.

        Raises:
            InvariantError: a block has executed transactions in another order than its rule says.
        """
        if self._sent and all(sent.block for sent in self._sent):
            self._check()
            self._sent = []
        if not self._sent and self.is_trading():
            self._send()

    def _send(self) -> None:
        """Send the three in the order in which they should not be executed."""
        exchange, party, where = self.service.exchange, self.party, self.market_id
        self._sent_at, self._delay = exchange.queue.blocks, exchange.venue.parameters[DELAY]
        order: dict[str, Any] = {
            "party": party,
            "market_id": where,
            "side": Side.BUY,
            "size": 1,
            "price": self.market.config.tick_size,
            "type": OrderType.LIMIT,
            "tif": TimeInForce.GTC,
        }
        self._sent = [
            exchange.send("submit", **order),
            exchange.send("submit", **order, post_only=True),
            exchange.send("cancel_all", party=party, market_id=where),
        ]

    def _check(self) -> None:
        taker, maker, cancel = self._sent
        first = self._sent_at + 1
        is_right = (
            (cancel.block, maker.block, taker.block) == (first, first, first + self._delay)
            and cancel.position < maker.position
            and [sent.haste for sent in self._sent] == [Haste.AGGRESSIVE, Haste.POST_ONLY, Haste.CANCEL]
        )
        if not is_right:
            places = ", ".join(f"{sent.haste.name} in block {sent.block} at {sent.position}" for sent in self._sent)
            raise InvariantError(
                f"{self.name} sent three transactions before block {first} ended, and they were executed as {places}. "
                f"Cancels come first, then post-only orders, and others {self._delay} blocks later."
            )
        self.n_checked += 1
