"""Orders of one side at several levels, which are moved rather than replaced."""

from typing import final

from tokenspice.agents.exchange.party import ExchangeAgent, Intent
from tokenspice.markets.exchange import Reason, Side, TimeInForce
from tokenspice.markets.quoting import Level

__all__ = ["Ladder", "move_ladders"]


@final
class Ladder:
    """Resting orders of a party, one a level, the best first.

    Args:
        agent: whose orders they are.
        side: of all of them.
    """

    def __init__(self, agent: ExchangeAgent, side: Side) -> None:
        self._agent = agent
        self._side = side
        self._ids: list[str] = []

    def move(self, levels: list[Level]) -> None:
        """Bring the orders to these levels: amend what is live, send what is filled or new, cancel what is too much."""
        for id in self._ids[len(levels) :]:
            self._agent.service.cancel_order(self._agent.party, self._agent.market_id, id)
        known = [*self._ids, *[""] * len(levels)]
        self._ids = [self._placed(id, level) for id, level in zip(known, levels, strict=False)]

    def _placed(self, id: str, level: Level) -> str:
        position = self._agent.market.positions.get(self._agent.party)
        order = position.orders.get(id) if position and id else None
        if order is None or self._amended(id, order.remaining, level) is not Reason.NONE:
            placed = self._agent.send(Intent(self._side, level.size, level.price, TimeInForce.GTC))
            return placed.id if placed else ""
        return id

    def _amended(self, id: str, remaining: int, level: Level) -> Reason:
        """Amend an order to a level; what has traded of it comes on top of the level's size again."""
        agent = self._agent
        digits = agent.market.config.position_decimals
        more = round(level.size - remaining / 10**digits, digits)
        return agent.service.amend_order(
            agent.party, agent.market_id, id, price=level.price, volume_delta=more if more else None
        )


def move_ladders(bids: Ladder, asks: Ladder, bid_levels: list[Level], ask_levels: list[Level], is_rising: bool) -> None:
    """Move both sides, first the one that makes way for the other, so that a party never meets itself."""
    if is_rising:
        asks.move(ask_levels)
        bids.move(bid_levels)
    else:
        bids.move(bid_levels)
        asks.move(ask_levels)
