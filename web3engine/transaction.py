"""A transaction as a value: who sent what, in which tick and block, and what became of it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, final

from tokenspice.engine.units import Seconds
from tokenspice.web3engine.abi import RAW
from tokenspice.web3engine.contract import NO_ABI, Call
from tokenspice.web3engine.receipt import REFUSED, Receipt, Sent

__all__ = ["Status", "Transaction", "raw_call"]

Status: TypeAlias = Literal["ok", "reverted", "halted", "refused"]


@final
@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction that was mined, or that the chain refused. Nothing of it is decoded: whoever reads it does that.

    Attributes:
        tick: of the run in which it happened; 0 while the state is built.
        block: number of its block; of a refused one, the last block's at that time.
        index: its place in the block; None for a refused one.
        time: of that block, Unix time.
        sender: the wallet's name; empty where no wallet of the chain has the address.
        sender_address: checksummed.
        call: what was sent. What came through `chain.w3` or by `submit_many`, or waited with arguments that may have
            changed since, has them as bytes alone.
        receipt: what became of it.
        tip: priority fee, in wei per gas.
        base_fee: of its block, in wei per gas; None for a refused one.
        ticket: of the queue; 0 for one that was mined at once.
    """

    tick: int
    block: int
    index: int | None
    time: Seconds
    sender: str
    sender_address: str
    call: Call
    receipt: Receipt
    tip: int
    base_fee: int | None
    ticket: int

    @property
    def status(self) -> Status:
        """What became of it: "halted" is out of gas and its like, "refused" never ran."""
        if self.receipt.succeeded:
            return "ok"
        halt = self.receipt.halt
        return "refused" if halt.startswith(REFUSED) else "halted" if halt else "reverted"

    @property
    def fee(self) -> int:
        """What the sender paid for its gas, in wei."""
        return self.receipt.gas_used * self.receipt.gas_price


def raw_call(sent: Sent, contract: str = "") -> Call:
    """Return what was sent as a call whose arguments are bytes.

    Args:
        sent: the transaction, as the chain has it.
        contract: what the contract is called; its address unless given, and nothing where it is deployed.
    """
    if sent.to is None:
        return Call(contract, None, NO_ABI, NO_ABI.constructor, (), sent.value, sent.data)
    return Call(contract or sent.to, sent.to, NO_ABI, RAW, (sent.data,), sent.value)
