"""Transactions in words: what was called with which arguments, why it failed, what was emitted."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, final

from eth_utils.address import to_checksum_address

from tokenspice.web3engine.abi import MOVES, RAW, Abi, Function
from tokenspice.web3engine.abi_types import Parameter
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.contract import Call, Contract
from tokenspice.web3engine.errors import AbiError
from tokenspice.web3engine.events import Log, argument_names
from tokenspice.web3engine.failures import naming_errors
from tokenspice.web3engine.receipt import REFUSED
from tokenspice.web3engine.transaction import Transaction
from tokenspice.web3engine.value_text import as_text

__all__ = ["DecodedCall", "DecodedEvent", "Decoder"]


class DecodedCall(NamedTuple):
    """What was called.

    Attributes:
        abi: by which it was read; None where none of the run's fits.
        function: its name with types, such as transfer(address,uint256); of one that no ABI of the run has, the selector.
        args: by name, as text; of one that no ABI of the run has, the bytes as `data`.
        amount: the one amount of an ERC-20's transfer, approve or transferFrom, in base units.
    """

    abi: Abi | None
    function: str
    args: list[tuple[str, str]]
    amount: int | None = None


class DecodedEvent(NamedTuple):
    """What was emitted.

    Attributes:
        contract: what the contract is called, or its address.
        name: the event's; empty where no ABI of the run fits.
        args: by name, as text; topics and data as they are where no ABI of the run fits.
    """

    contract: str
    name: str
    args: list[tuple[str, str]]


class Directory(Protocol):
    """A chain, as far as its transactions need it to be read.

    Attributes:
        artifacts: the contracts that the run has asked for.
        contracts: those that are known by their address.
    """

    artifacts: Artifacts
    contracts: dict[str, Contract]

    def name_of(self, address: str) -> str:
        """Return what an address is called, or the address."""


@final
class Decoder:
    """Reads transactions through the ABIs of a run.

    Args:
        chain: the run's.
    """

    def __init__(self, chain: Directory) -> None:
        self._chain = chain
        self._inputs: dict[Function, list[tuple[str, Parameter]]] = {}

    def call(self, transaction: Transaction) -> DecodedCall:
        """Say what was called, while its arguments are what they were."""
        call = transaction.call
        if call.function is RAW or not (call.to or call.abi.entries):
            return self._raw(call)
        args = tuple(map(quick, call.args, call.function.inputs))
        return self._decoded(call.abi, call.function, read_back(call) if None in args else args)

    def reason(self, transaction: Transaction, abi: Abi | None = None) -> str | None:
        """Say why it failed, as `Reverted` says it, or why it was refused; None if it did not."""
        receipt = transaction.receipt
        if receipt.succeeded:
            return None
        if receipt.halt:
            return receipt.halt.removeprefix(REFUSED)
        call = transaction.call._replace(abi=abi or transaction.call.abi)
        call = naming_errors(call, receipt.output, self._chain.artifacts)
        return call.failure(receipt.output, "").reason

    def events(self, transaction: Transaction) -> list[DecodedEvent]:
        """Say what was emitted, in order."""
        return [self._event(log) for log in transaction.receipt.logs]

    def _event(self, log: Log) -> DecodedEvent:
        contract = self._chain.name_of(log.address)
        for abi, is_own in self._abis(log.address):
            # Which event an anonymous log is, its own contract alone can tell.
            if is_own or (log.topics and abi.has_topic(log.topics[0])):
                try:
                    event = abi.read_log(log)
                except AbiError:
                    continue
                if event:
                    return DecodedEvent(contract, event.name, [(name, as_text(x)) for name, x in event.args.items()])
        topics = [(f"topic{place}", as_text(topic)) for place, topic in enumerate(log.topics)]
        return DecodedEvent(contract, "", [*topics, ("data", as_text(log.data))])

    def _abis(self, address: str | None) -> Iterator[tuple[Abi, bool]]:
        """Yield the ABI of the contract at an address, if it is known, then all others of the run."""
        if own := self._chain.contracts.get(address or ""):
            yield own.abi, True
        for artifact in self._chain.artifacts.used.values():
            yield artifact.abi, False

    def _raw(self, call: Call) -> DecodedCall:
        """Read a call that is bytes, by the ABI of the contract that it goes to, or any other of the run."""
        if call.to is None:
            return self._deployment(call)
        data = bytes(call.data)
        if not data:
            return DecodedCall(None, "receive()", [])
        own = [(call.abi, True)] if call.abi.entries else []
        for abi, _ in (*own, *self._abis(call.to)):
            if function := abi.function_of(data):
                try:
                    return self._decoded(abi, function, function.read(data[4:]))
                except AbiError:
                    continue
        return DecodedCall(None, f"0x{data[:4].hex()}", [("data", as_text(data))])

    def _deployment(self, call: Call) -> DecodedCall:
        for artifact in self._chain.artifacts.used.values():
            if artifact.bytecode and not artifact.links and call.code.startswith(artifact.bytecode):
                constructor = artifact.abi.constructor
                try:
                    return self._decoded(
                        artifact.abi, constructor, constructor.read(call.code[len(artifact.bytecode) :])
                    )
                except AbiError:
                    continue
        return DecodedCall(None, "constructor", [("data", as_text(call.code))])

    def _decoded(self, abi: Abi, function: Function, args: tuple[Any, ...]) -> DecodedCall:
        inputs = self._inputs.get(function)
        if inputs is None:
            names = argument_names([each.name for each in function.parameters])
            inputs = self._inputs[function] = list(zip(names, function.parameters, strict=True))
        if function.takes_bytes:
            return DecodedCall(abi, function.signature, [("data", as_text(args[0]))] if args else [])
        texts = [(name, as_text(arg, each)) for (name, each), arg in zip(inputs, args, strict=True)]
        amount = int(args[-1]) if (function.name, function.inputs) in MOVES else None
        return DecodedCall(abi, function.signature, texts, amount)


def quick(arg: object, kind: str) -> object:
    """Return a plain argument as decoding would give it; None where that takes more than a glance."""
    if arg.__class__ is int:
        return arg if kind.startswith(("uint", "int")) else None
    if arg.__class__ is str:
        return checksummed(str(arg)) if kind == "address" else arg if kind == "string" else None
    if arg.__class__ is bytes:
        return arg if kind.startswith("bytes") and not kind.endswith("]") else None
    return arg if arg.__class__ is bool and kind == "bool" else None


@lru_cache(maxsize=1 << 16)
def checksummed(address: str) -> str:
    return to_checksum_address(address)


def read_back(call: Call) -> tuple[Any, ...]:
    """Return the arguments of a call as the chain has them."""
    return call.function.read(call.function.encode(call.args))
