"""Verbs of several instructions at once."""

from abc import ABC
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from tokenspice.markets.errors import ExchangeError, InstructionError
from tokenspice.markets.exchange.orders import OrderStatus, Reason
from tokenspice.markets.exchange.service.accounts import AccountVerbs
from tokenspice.markets.exchange.service.batch_instructions import (
    Instruction,
    MarginModeUpdate,
    OrderAmendment,
    OrderCancellation,
    OrderSubmission,
    StopSubmission,
    StopTrigger,
)
from tokenspice.markets.exchange.service.orders import OrderVerbs
from tokenspice.markets.exchange.service.stops import PlacedStop, StopVerbs
from tokenspice.markets.exchange.service.values import Placed
from tokenspice.markets.exchange.stop_orders import StopStatus

__all__ = ["Answer", "BatchVerbs"]

Answer: TypeAlias = Placed | Reason | list[PlacedStop]
"""What became of one instruction of a batch."""

TURNS = (OrderCancellation, OrderAmendment, MarginModeUpdate, OrderSubmission, StopSubmission)


class BatchVerbs(OrderVerbs, StopVerbs, AccountVerbs, ABC):
    """Builders return an instruction, which `submit_instructions` sends."""

    build_order_submission = OrderSubmission
    build_order_amendment = OrderAmendment
    build_order_cancellation = OrderCancellation
    build_stop_submission = StopSubmission
    build_stop_trigger = StopTrigger

    def submit_instructions(self, party: str, instructions: Sequence[Instruction]) -> list[Answer]:
        """Send a batch: cancellations, then amendments, margin modes, orders, stops. One that fails stops no other.

        Returns:
            What became of each, in the order in which they were given; all of a batch that is too large are refused.

        Raises:
            InstructionError: something in it is no instruction; then nothing was sent.
        """
        for each in instructions:
            if not isinstance(each, TURNS):
                raise InstructionError(
                    f"a batch holds {each!r}. Write an instruction, such as build_order_submission(...)."
                )
        if len(instructions) > self.exchange.venue.parameters["spam.protection.max.batchSize"]:
            return [refused(each, Reason.BATCH_TOO_LARGE) for each in instructions]
        found: dict[int, Answer] = {}
        with self.one_transaction():
            for turn in TURNS:
                for number, each in enumerate(instructions):
                    if isinstance(each, turn):
                        found[number] = self._answer(party, each)
        return [found[number] for number in range(len(instructions))]

    def _answer(self, party: str, each: Instruction) -> Answer:
        """Send an instruction; one that can mean nothing is refused, since an error would stop the others."""
        try:
            return self._send(party, each)
        except ExchangeError:
            return refused(each, Reason.MALFORMED)

    @contextmanager
    def one_transaction(self) -> Iterator[None]:
        """Count what is sent inside the `with` block as one transaction, as a batch is one."""
        size, self.transactions_per_block = self.transactions_per_block, 0
        self.exchange.begin_batch()
        try:
            yield
        finally:
            self.exchange.end_batch()
            self.transactions_per_block = size
        if size:
            self.count_transaction()

    def submit_transaction(self, party: str, instruction: Instruction) -> Answer:
        """Send any one instruction."""
        return self._send(party, instruction)

    def _send(self, party: str, each: Instruction) -> Answer:
        match each:
            case OrderSubmission():
                return self.submit_order(
                    party, each.market_id, each.side, each.volume, each.price, order_type=each.order_type,
                    time_in_force=each.time_in_force, expires_at=each.expires_at, pegged=each.pegged,
                    post_only=each.post_only, reduce_only=each.reduce_only, peak_size=each.peak_size,
                    minimum_visible_size=each.minimum_visible_size, reference=each.reference,
                )  # fmt: skip
            case OrderAmendment():
                return self.amend_order(
                    party, each.market_id, each.order_id, price=each.price, volume=each.volume,
                    volume_delta=each.volume_delta, expires_at=each.expires_at, time_in_force=each.time_in_force,
                    pegged=each.pegged,
                )  # fmt: skip
            case OrderCancellation():
                return self.cancel_order(party, each.market_id, each.order_id)
            case MarginModeUpdate():
                return self.update_margin_mode(party, each.market_id, each.mode, each.factor)
            case StopSubmission():
                return self.submit_stop_order(party, each)


def refused(each: Instruction, reason: Reason) -> Answer:
    if isinstance(each, StopSubmission):
        return [PlacedStop("", StopStatus.REJECTED, reason) for at in (each.rises_above, each.falls_below) if at]
    return Placed("", OrderStatus.REJECTED, reason, 0.0) if isinstance(each, OrderSubmission) else reason
