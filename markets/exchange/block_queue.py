"""Transactions that wait for the end of a block."""

from collections.abc import Callable
from typing import Any, final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.ordering import OrderingRule, Transaction

__all__ = ["BlockQueue"]


@final
class BlockQueue:
    """What was sent and is not done yet.

    Attributes:
        rule: says what the next block executes; the exchange's, unless it is replaced.
        blocks: how many have ended.
    """

    def __init__(self, rule: OrderingRule) -> None:
        self.rule = rule
        self.waiting: list[Transaction] = []
        self.blocks = 0

    def __repr__(self) -> str:
        return f"BlockQueue({len(self.waiting)} wait, {self.rule})"

    def end_block(self, run: Callable[[str, dict[str, Any]], Any], delay: int) -> None:
        """Execute what the rule says, by `run(name, arguments)`; `delay` is the network's for takers, in blocks."""
        self.blocks += 1
        if not self.waiting:
            return
        for position, sent in enumerate(self.rule.arrange(self.waiting, delay)):
            sent.block, sent.position = self.blocks, position
            try:
                sent.result = run(sent.name, sent.arguments)
            except ExchangeError as error:
                sent.result = error
        self.waiting = [sent for sent in self.waiting if not sent.block]
        for sent in self.waiting:
            sent.age += 1
