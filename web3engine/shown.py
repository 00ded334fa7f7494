"""Calls and receipts in words, for whoever looks at them in a notebook or a debugger."""

from collections.abc import Sequence
from typing import Any, Protocol

from tokenspice.web3engine.errors import AbiError
from tokenspice.web3engine.events import Event, Log

__all__ = ["call_text", "receipt_text"]

MOST_SIGNS = 70  # of an argument
MOST_EVENTS = 8


class ShownAbi(Protocol):
    """An interface, as far as it is needed here."""

    def read_log(self, log: Log, name: str | None = None) -> Event | None: ...

    def revert_reason(self, data: bytes) -> str: ...


class ShownCall(Protocol):
    """A call, as far as it is needed here."""

    @property
    def label(self) -> str: ...

    @property
    def to(self) -> str | None: ...

    @property
    def abi(self) -> ShownAbi: ...

    @property
    def args(self) -> Sequence[Any]: ...

    @property
    def value(self) -> int: ...


class ShownReceipt(Protocol):
    """A receipt, as far as it is needed here."""

    @property
    def succeeded(self) -> bool: ...

    @property
    def gas_used(self) -> int: ...

    @property
    def contract_address(self) -> str | None: ...

    @property
    def logs(self) -> tuple[Log, ...]: ...

    @property
    def output(self) -> bytes: ...

    @property
    def halt(self) -> str: ...

    @property
    def block_number(self) -> int: ...


def call_text(call: ShownCall) -> str:
    """Write a call as it was made, such as "vault.withdraw(10)"."""
    value = [f"value={call.value}"] if call.value else []
    return f"{call.label}({', '.join([*map(argument_text, call.args), *value])})"


def argument_text(value: object) -> str:
    if isinstance(value, bytes):
        text = f"0x{value.hex()}"
    elif isinstance(address := getattr(value, "address", None), str):
        # A contract's `name` may be a function of its own.
        names = [getattr(value, own, None) for own in ("label", "name")]
        text = next((name for name in names if isinstance(name, str) and name), address)
    elif isinstance(value, list | tuple):
        text = f"[{', '.join(map(argument_text, value))}]"
    else:
        text = repr(value)
    return text if len(text) <= MOST_SIGNS else f"{text[: MOST_SIGNS - 1]}…"


def receipt_text(receipt: ShownReceipt, call: ShownCall | None = None) -> str:
    """Write what became of a transaction: the call, if it is known, status, gas, reason, events."""
    facts = [call_text(call)] if call else []
    if receipt.succeeded:
        facts += ["ok", f"{receipt.gas_used:,} gas", f"block {receipt.block_number}"]
        facts += [f"created {receipt.contract_address}"] if receipt.contract_address else []
    else:
        reason = receipt.halt or (call.abi.revert_reason(receipt.output) if call else f"0x{receipt.output[:36].hex()}")
        facts += [f"{'stopped' if receipt.halt else 'reverted'}: {reason}", f"{receipt.gas_used:,} gas"]
    return f"Receipt({', '.join([*facts, *events_text(receipt, call)])})"


def events_text(receipt: ShownReceipt, call: ShownCall | None) -> list[str]:
    """Name the events that the called contract's interface knows; of the others, their number."""
    found, logs = [], receipt.logs
    for log in logs[:MOST_EVENTS]:
        try:
            event = call.abi.read_log(log) if call and log.address == (call.to or receipt.contract_address) else None
        except AbiError:
            event = None
        if event:
            found.append(f"{event.name}({', '.join(f'{k}={argument_text(v)}' for k, v in event.args.items())})")
    if others := len(logs) - len(found):
        found.append(f"{others} log{'s' if others > 1 else ''} of others" if call else f"{others} logs")
    return found
