"""A contract's interface: what its functions, events and errors take and give, as bytes and as Python values."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, final

from eth_abi.abi import encode as abi_encode
from eth_abi.exceptions import EncodingError, ParseError
from eth_utils.crypto import keccak

from tokenspice.engine.text import not_among
from tokenspice.web3engine.abi_types import Parameter, decode, parameters
from tokenspice.web3engine.arguments import read_argument
from tokenspice.web3engine.errors import AbiError, MissingFunction
from tokenspice.web3engine.events import Event, Events, EventType, Log
from tokenspice.web3engine.reasons import revert_reason

__all__ = ["MOVES", "RAW", "Abi", "Function"]

# EIP-20. A token that cannot do what it is asked may answer false where others revert.
MOVES = [
    ("transfer", ["address", "uint256"]),
    ("approve", ["address", "uint256"]),
    ("transferFrom", ["address", "address", "uint256"]),
]
ANY_BYTES = Parameter("", "bytes")
SHORT_NAMES = re.compile(r"\b(u?int)\b")  # of uint256 and int256


@final
class Function:
    """A function, a constructor, a custom error, or what takes ether and bytes as they are: `receive`, `fallback`.

    Attributes:
        entry: its part of the ABI, as JSON.
        name: its own, or what it is.
        inputs: the types of its arguments.
        outputs: the types of what it returns.
        moves_tokens: whether it is one of ERC-20's functions that answer whether they did what they were asked.
        takes_bytes: whether it is given bytes as they are, without a selector, and returns them so.
        doc: what its source says of it; may be empty.
        shape: makes what is returned out of the decoded values, where that is more than the values.
    """

    def __init__(
        self, entry: dict[str, Any], doc: str = "", shape: Callable[[tuple[Any, ...]], Any] | None = None
    ) -> None:
        self.entry = entry
        self.doc = doc
        self.shape = shape
        kind = entry["type"]
        self.name: str = kind if kind in ("constructor", "receive", "fallback") else entry["name"]
        self.takes_bytes = kind == "fallback"
        self.parameters = parameters(entry.get("inputs", []))
        self.inputs = [each.type for each in self.parameters]
        self.outputs = [each.type for each in parameters(entry.get("outputs", []))]
        self.moves_tokens = self.outputs == ["bool"] and (self.name, self.inputs) in MOVES

    def __repr__(self) -> str:
        return f"Function({self.signature})"

    @cached_property
    def signature(self) -> str:
        """The name with its input types, such as transfer(address,uint256)."""
        return f"{self.name}({','.join(self.inputs)})"

    @cached_property
    def selector(self) -> bytes:
        """The 4 bytes that a call of this function begins with; none for `receive` and `fallback`."""
        return b"" if self.entry["type"] in ("receive", "fallback") else keccak(text=self.signature)[:4]

    def encode(self, args: Sequence[Any]) -> bytes:
        """Encode arguments, without the selector.

        Raises:
            AbiError: there are too few or too many, or one does not fit its type.
        """
        if self.takes_bytes:
            (data,) = args or (b"",)
            return bytes(read_argument(ANY_BYTES, data, f"{self.name}: the data"))
        if len(args) != len(self.inputs):
            raise AbiError(f"{self.signature} takes {len(self.inputs)} arguments and was given {len(args)}.")
        values = [
            read_argument(each, value, f"{self.signature}: the argument {each.name or each.type}")
            for each, value in zip(self.parameters, args, strict=True)
        ]
        try:
            return abi_encode(self.inputs, values)
        except (EncodingError, ParseError, ValueError, TypeError, OverflowError):
            raise AbiError(f"{self.signature} cannot take the arguments {args!r}.") from None

    def read(self, data: bytes) -> tuple[Any, ...]:
        """Decode arguments, without the selector.

        Raises:
            AbiError: the data is no encoding of them.
        """
        return (data,) if self.takes_bytes else decode(self.inputs, data, f"{self.signature} was given")

    def decode(self, data: bytes) -> Any:
        """Decode what the function returned: one value as itself, none as None, several as a tuple."""
        if self.takes_bytes:
            return data
        values = decode(self.outputs, data, f"{self.signature} returned")
        if self.shape:
            return self.shape(values)
        return values[0] if len(values) == 1 else values or None


# Bytes to an address, whatever there is: a plain payment of ether, or data that a fallback takes.
RAW = Function({"type": "fallback"})


@final
class Abi:
    """The interface of one kind of contract, from the JSON that compilers write.

    Attributes:
        entries: that JSON.
        docs: what the source says of each function, by signature.

    Raises:
        AbiError: `entries` is no ABI.
    """

    def __init__(
        self,
        entries: list[dict[str, Any]],
        docs: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.entries = entries
        self.docs = dict(docs)
        try:
            self._functions = [Function(entry) for entry in entries if entry["type"] == "function"]
            constructors = [entry for entry in entries if entry["type"] == "constructor"]
            self.constructor = Function(constructors[0] if constructors else {"type": "constructor"})
            errors = [Function(entry) for entry in entries if entry["type"] == "error"]
            self._events = Events([entry for entry in entries if entry["type"] == "event"])
            bare = [Function(entry) for entry in entries if entry["type"] in ("receive", "fallback")]
        except (KeyError, TypeError, AttributeError) as error:
            raise AbiError(
                f"no contract ABI ({type(error).__name__}: {error}). Give the JSON list that a compiler writes."
            ) from error
        for function in self._functions if docs else ():
            function.doc = docs.get(function.signature, "")
        self._errors = {error.selector: error for error in errors}
        self._by_name: dict[str, list[Function]] = {}
        for function in self._functions:
            self._by_name.setdefault(function.name, []).append(function)
            self._by_name[function.signature] = [function]
        for function in bare:
            self._by_name.setdefault(function.name, [function])

    def __repr__(self) -> str:
        return f"Abi({', '.join(self.function_names)})"

    @property
    def function_names(self) -> list[str]:
        """In alphabetical order."""
        return sorted({function.name for function in self._functions})

    @property
    def functions(self) -> list[Function]:
        """In the order of the ABI."""
        return list(self._functions)

    @property
    def event_types(self) -> list[EventType]:
        """In the order of the ABI."""
        return self._events.types

    def named(self, name: str) -> list[Function]:
        """Return the functions of this name or signature; `receive` and `fallback` have these names."""
        return self._candidates(name)

    def function_of(self, data: bytes) -> Function | None:
        """Return the function that calldata calls; None if it is none of these."""
        return self._by_selector.get(data[:4])

    @cached_property
    def _by_selector(self) -> dict[bytes, Function]:
        return {function.selector: function for function in self._functions}

    @property
    def event_names(self) -> list[str]:
        return self._events.names

    def only_function(self, name: str) -> Function | None:
        """Return the function of this name or signature, None where there is not exactly one."""
        candidates = self._candidates(name)
        return candidates[0] if len(candidates) == 1 else None

    def _candidates(self, name: str) -> list[Function]:
        if found := self._by_name.get(name):
            return found
        return self._by_name.get(SHORT_NAMES.sub(r"\g<1>256", "".join(name.split())), [])

    def function(self, name: str, n_args: int, contract: str) -> Function:
        """Find a function by its name, or by its signature where the name is overloaded.

        Args:
            n_args: how many arguments it is to take.
            contract: what to call the contract in a message.

        Raises:
            AbiError: there is none, or there are several.
        """
        candidates = self._candidates(name)
        if len(candidates) > 1:
            candidates = [function for function in candidates if len(function.inputs) == n_args] or candidates
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            signatures = ", ".join(function.signature for function in candidates)
            raise AbiError(
                f'{contract} has several functions {name}: write {contract}["…"](…) with one of {signatures}.'
            )
        raise MissingFunction(f'{contract} has no function "{name}". {not_among(name, self.function_names, "It has")}')

    def read_log(self, log: Log, name: str | None = None) -> Event | None:
        """Read a log through this ABI; None where it is no event of this contract, or none that is called `name`.

        Raises:
            AbiError: it is an event of this contract, but does not hold the arguments that the ABI says.
        """
        return self._events.read(log, name)

    def has_topic(self, topic: bytes) -> bool:
        """Whether a log whose first topic this is may be an event of this contract."""
        return self._events.has(topic)

    def names_error(self, data: bytes) -> bool:
        """Whether revert data is one of this contract's custom errors."""
        return data[:4] in self._errors

    def revert_reason(self, data: bytes) -> str:
        """Say what revert data means: a string, a panic, or one of this contract's custom errors."""
        return revert_reason(data, self._errors)
