"""The public mempool: transactions that wait for the block at the end of the tick."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypeAlias, final

from tokenspice.web3engine.abi import RAW
from tokenspice.web3engine.account import Account
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import ChainBackend, queueing
from tokenspice.web3engine.contract import Call, Method
from tokenspice.web3engine.failures import left_undone, naming_errors
from tokenspice.web3engine.receipt import Mined, Receipt, Sent
from tokenspice.web3engine.rules import Ordering
from tokenspice.web3engine.shown import call_text, receipt_text

__all__ = ["Batch", "Mempool", "Pending", "Report", "Signer"]

UNCHANGING = (int, str, bytes)  # arguments that are at the end of a tick what they were in it

# Called with what was sent, and what of it is known: a call, but of a client's transaction.
Report: TypeAlias = Callable[[Sent, Call | None], None]


class Signer(Protocol):
    """Who sends: a wallet."""

    @property
    def account(self) -> Account:
        """Whose transaction it is."""


@final
class Pending:
    """A transaction in the queue, to be mined at the end of the tick, or later if that block is full.

    Attributes:
        call: what was sent.
        sender: address of who sent it.
        tip: priority fee, in wei per gas.
        receipt: None until it was mined, or refused.
        remark: what a token left undone although the transaction succeeded, such as one that answers false.
    """

    def __init__(self, call: Call, sender: str, tip: int) -> None:
        self.call = call
        self.sender = sender
        self.tip = tip
        self.receipt: Receipt | None = None
        self.remark = ""

    def __repr__(self) -> str:
        state = receipt_text(self.receipt, self.call) if self.receipt else f"{call_text(self.call)}, waiting"
        return f"Pending({state})"

    @property
    def reason(self) -> str:
        """Why it failed, or what it left undone; empty if all was done, or it is still waiting."""
        if self.receipt is None or self.receipt.succeeded:
            return self.remark
        return self.call.failure(self.receipt.output, self.receipt.halt).reason


@final
class Batch:
    """Many transactions of one function, queued at once.

    Attributes:
        tickets: of the transactions, in the order given.
        first: the first of them; None where there is none.
        asked: the same, if they ask a token whose answers are to be looked at.
    """

    def __init__(self, tickets: range, first: Call | None = None, asked: Call | None = None) -> None:
        self.tickets = tickets
        self.first = first
        self.asked = asked
        self._blocks: list[Mined] = []

    def __repr__(self) -> str:
        return f"Batch({len(self.tickets)} transactions of {self.label}, {len(self.receipts)} mined)"

    @property
    def label(self) -> str:
        """What they call."""
        return self.first.label if self.first else "nothing"

    @property
    def receipts(self) -> list[Receipt]:
        """Of those that were mined so far, in the order of execution."""
        return [receipt for block in self._blocks for ticket, receipt in block.receipts if ticket in self.tickets]

    @property
    def remarks(self) -> dict[int, str]:
        """What a token left undone in transactions that succeeded so far, by ticket, such as one that answers false."""
        return {ticket: remark for block in self._blocks for ticket, remark in self._left_undone(block)}

    def take(self, block: Mined) -> Iterator[str]:
        """Note a block that may hold some of these transactions; yield what a token left undone in it."""
        self._blocks.append(block)
        return (remark for _, remark in self._left_undone(block))

    def _left_undone(self, block: Mined) -> Iterator[tuple[int, str]]:
        for ticket, receipt in block.receipts if self.asked else ():
            if self.asked and ticket in self.tickets and receipt.succeeded:
                if remark := left_undone(self.asked, receipt):
                    yield ticket, remark


@final
class Mempool:
    """What wallets have submitted and no block holds yet.

    Only a backend that is `Queueing` has a queue; on others, each method that needs one raises a ChainError.

    Args:
        backend: the chain.
        artifacts: the contracts whose ABIs may name why a transaction failed.
        report: called with each transaction that was mined or refused.
        tell: called with what a token left undone in a transaction that succeeded.
        is_exact: tells of an address whether it is a token that does what it is asked, or reverts.

    Attributes:
        ordering: which of the transactions go first in their block.
        report: as given.
    """

    def __init__(
        self,
        backend: ChainBackend,
        artifacts: Artifacts,
        report: Report | None = None,
        tell: Callable[[str], None] = lambda text: None,
        is_exact: Callable[[str | None], bool] = lambda address: False,
    ) -> None:
        self.backend = backend
        self.ordering: Ordering = "arrival"
        self.report = report
        self._artifacts = artifacts
        self._tell = tell
        self._is_exact = is_exact
        self._pending: dict[int, Pending] = {}
        self._batches: list[Batch] = []

    def __repr__(self) -> str:
        return f"Mempool({self.ordering}, {len(self.queue)} waiting)"

    @property
    def queue(self) -> list[Pending]:
        """What was submitted one by one and no block holds yet, in order of arrival, for everybody to see.

        What `submit_many` handed over is not shown.
        """
        return list(self._pending.values())

    def submit(self, account: Account, call: Call, tip: int = 0) -> Pending:
        """Queue a transaction. Agents write `wallet.submit(call)`.

        Args:
            account: who sends and signs it.
            call: what to send.
            tip: priority fee, in wei per gas.

        Raises:
            AbiError: an argument does not fit.
            ChainError: the backend has no queue.
        """
        pending = Pending(call, account.address, tip)
        self._pending[queueing(self.backend).submit(account, call, tip)] = pending
        return pending

    def submit_many(self, method: Method, rows: Sequence[tuple[Signer, tuple[Any, ...]]]) -> Batch:
        """Queue many transactions of one function at once, which costs much less than one by one.

        Args:
            method: such as `token.contract.transfer`.
            rows: who sends, and the arguments: (wallet, (to, amount)).

        Raises:
            AbiError: some arguments do not fit; then nothing was queued.
            ChainError: the backend has no queue.
        """
        backend = queueing(self.backend)
        if not rows:
            return Batch(range(0))
        first = method(*rows[0][1])
        tickets = backend.submit_many(first, [(wallet.account, args) for wallet, args in rows])
        is_asked = first.function.moves_tokens and not self._is_exact(first.to)
        batch = Batch(tickets, first, first if is_asked else None)
        self._batches.append(batch)
        return batch

    def set_base_fee(self, wei: int) -> None:
        """Charge this much ether per gas in every block from the next one on; 0 is how a chain begins.

        Raises:
            ChainError: the backend has no queue.
        """
        queueing(self.backend).set_base_fee(wei)

    def settle(self, block: Mined) -> None:
        """Hand out the receipts of a block."""
        for batch in self._batches:
            for remark in batch.take(block):
                self._tell(remark)
        if self._pending or self.report:
            for ticket, receipt in block.receipts:
                self._settle(ticket, receipt, block)
        if not block.n_waiting:
            self._batches.clear()

    def _settle(self, ticket: int, receipt: Receipt, block: Mined) -> None:
        if pending := self._pending.pop(ticket, None):
            pending.receipt = receipt
            if not receipt.succeeded:
                pending.call = naming_errors(pending.call, receipt.output, self._artifacts)
            elif pending.call.function.moves_tokens and (remark := left_undone(pending.call, receipt)):
                pending.remark = remark
                self._tell(remark)
        if self.report:
            self._report(self.report, ticket, receipt, pending, block)

    def _report(self, report: Report, ticket: int, receipt: Receipt, pending: Pending | None, block: Mined) -> None:
        if pending:
            call, tip = pending.call, pending.tip
            if not all(isinstance(arg, UNCHANGING) for arg in call.args):  # the chain knows what they were
                call = call._replace(function=RAW, args=(block.sent[ticket].data,)) if call.to else call
            base_fee = None if receipt.index is None else receipt.gas_price - tip
            report(Sent(pending.sender, call.to, b"", call.value, tip, base_fee, ticket, receipt), call)
            return
        sent = block.sent[ticket]
        first = next((batch.first for batch in self._batches if ticket in batch.tickets), None)
        report(sent, first and first._replace(function=RAW, args=(sent.data,)))

    def snapshot(self) -> tuple[dict[int, Pending], list[Batch]]:
        """Remember what waits."""
        return dict(self._pending), list(self._batches)

    def restore(self, snapshot: tuple[dict[int, Pending], list[Batch]]) -> None:
        """Let wait again what waited at a snapshot."""
        self._pending, self._batches = dict(snapshot[0]), list(snapshot[1])
        for pending in self._pending.values():
            pending.receipt = None
