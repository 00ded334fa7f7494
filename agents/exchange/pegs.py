"""An order of one side that follows the best price of its own side."""

from typing import final

from tokenspice.agents.exchange.party import ExchangeAgent
from tokenspice.markets.exchange import Pegged, Reason, Side

__all__ = ["PegOrder"]


@final
class PegOrder:
    """One pegged order, kept as its owner wants it: sent, amended, sent again once it is filled, cancelled.

    Args:
        agent: whose order it is.
        side: a buy follows the best bid, a sell the best ask.
    """

    def __init__(self, agent: ExchangeAgent, side: Side) -> None:
        self._agent = agent
        self._side = side
        self._reference = "best_bid" if side is Side.BUY else "best_ask"
        self._id = ""
        self._offset = 0.0

    def keep(self, size: float, offset: float) -> None:
        """Keep `size` at `offset` from the best price, away from the market; 0 for none."""
        agent = self._agent
        position = agent.market.positions.get(agent.party)
        order = position.orders.get(self._id) if position else None
        if order is None:
            self._send(size, offset)
        elif size <= 0:
            agent.service.cancel_order(agent.party, agent.market_id, self._id)
        elif self._changed(size, order.remaining, offset) is not Reason.NONE:
            agent.service.cancel_order(agent.party, agent.market_id, self._id)
            self._send(size, offset)

    def _changed(self, size: float, remaining: int, offset: float) -> Reason:
        agent = self._agent
        digits = agent.market.config.position_decimals
        more = round(size - remaining / 10**digits, digits)
        if not more and offset == self._offset:
            return Reason.NONE
        pegged, self._offset = Pegged(self._reference, offset), offset
        return agent.service.amend_order(
            agent.party, agent.market_id, self._id, volume_delta=more if more else None, pegged=pegged
        )

    def _send(self, size: float, offset: float) -> None:
        agent = self._agent
        size = round(size, agent.market.config.position_decimals)
        if size <= 0:
            return
        self._offset = offset
        pegged = Pegged(self._reference, offset)
        self._id = agent.service.submit_order(agent.party, agent.market_id, self._side, size, pegged=pegged).id
