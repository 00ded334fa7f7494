"""A contract's interface: what its functions, events and errors take and give, as bytes and as Python values."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, final

from eth_abi.abi import decode as abi_decode
from eth_abi.abi import encode as abi_encode
from eth_abi.exceptions import DecodingError, EncodingError, ParseError
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from tokenspice.web3engine.errors import AbiError

__all__ = ["Abi", "Event", "Function", "Log"]

# Panic codes: Solidity documentation, "Panic via assert and Error via require".
PANICS = {
    0x01: "assertion failed",
    0x11: "arithmetic overflow or underflow",
    0x12: "division by zero",
    0x21: "no such enum value",
    0x22: "badly encoded storage bytes",
    0x31: "pop from an empty array",
    0x32: "array index out of bounds",
    0x41: "out of memory",
    0x51: "call of an uninitialised function",
}


@dataclass(frozen=True)
class Log:
    """What a contract emitted, as the chain keeps it.

    Attributes:
        address: of the contract, checksummed.
        topics: 32 bytes each; the first names the event.
        data: the arguments that are not indexed, ABI-encoded.
    """

    address: str
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True)
class Event:
    """A log, read through an ABI: the event's name, and its arguments by name."""

    name: str
    args: dict[str, Any]


@final
class Function:
    """A function, a constructor, `receive`, or a custom error: a name, and the types that it takes and gives.

    Attributes:
        entry: its part of the ABI, as JSON.
    """

    def __init__(self, entry: dict[str, Any]) -> None:
        self.entry = entry
        self.name: str = entry["type"] if entry["type"] in ("constructor", "receive") else entry["name"]
        self.inputs = [canonical_type(argument) for argument in entry.get("inputs", [])]
        self.outputs = [canonical_type(argument) for argument in entry.get("outputs", [])]
        self._input_names = [argument.get("name", "") for argument in entry.get("inputs", [])]

    @cached_property
    def signature(self) -> str:
        """The name with its input types, such as transfer(address,uint256)."""
        return f"{self.name}({','.join(self.inputs)})"

    @cached_property
    def selector(self) -> bytes:
        """The 4 bytes that a call of this function begins with; none for `receive`, which takes ether alone."""
        return b"" if self.entry["type"] == "receive" else keccak(text=self.signature)[:4]

    def encode(self, args: Sequence[Any]) -> bytes:
        """Encode arguments, without the selector.

        Raises:
            AbiError: there are too few or too many, or one does not fit its type.
        """
        if len(args) != len(self.inputs):
            raise AbiError(f"{self.signature} takes {len(self.inputs)} arguments and was given {len(args)}.")
        try:
            return abi_encode(self.inputs, args)
        except (EncodingError, ParseError, ValueError, TypeError, OverflowError):
            raise AbiError(self._misfit(args)) from None

    def decode(self, data: bytes) -> Any:
        """Decode what the function returned: one value as itself, none as None, several as a tuple."""
        values = decode(self.outputs, data, f"{self.signature} returned")
        return values[0] if len(values) == 1 else values or None

    def _misfit(self, args: Sequence[Any]) -> str:
        for kind, name, value in zip(self.inputs, self._input_names, args, strict=True):
            try:
                abi_encode([kind], [value])
            except (EncodingError, ParseError, ValueError, TypeError, OverflowError):
                return f"{self.signature}: the argument {name or kind} is {value!r}, which is no {kind}.{hint(kind, value)}"
        return f"{self.signature} cannot take the arguments {args!r}."


@final
class Abi:
    """The interface of one kind of contract, from the JSON that compilers write.

    Attributes:
        entries: that JSON.

    Raises:
        AbiError: `entries` is no ABI.
    """

    def __init__(self, entries: list[dict[str, Any]]) -> None:
        self.entries = entries
        try:
            self._functions = [Function(entry) for entry in entries if entry["type"] == "function"]
            constructors = [entry for entry in entries if entry["type"] == "constructor"]
            self.constructor = Function(constructors[0] if constructors else {"type": "constructor"})
            errors = [Function(entry) for entry in entries if entry["type"] == "error"]
            self._events = {
                keccak(text=Function(entry).signature): entry for entry in entries if entry["type"] == "event"
            }
        except (KeyError, TypeError, AttributeError) as error:
            raise AbiError(
                f"no contract ABI ({type(error).__name__}: {error}). Give the JSON list that a compiler writes."
            ) from error
        self._errors = {error.selector: error for error in errors}
        self._by_name: dict[str, list[Function]] = {}
        for function in self._functions:
            self._by_name.setdefault(function.name, []).append(function)
            self._by_name[function.signature] = [function]

    @property
    def event_names(self) -> list[str]:
        return sorted({str(entry["name"]) for entry in self._events.values()})

    def only_function(self, name: str) -> Function | None:
        """Return the function of this name or signature, None where there is not exactly one."""
        candidates = self._by_name.get(name, [])
        return candidates[0] if len(candidates) == 1 else None

    def function(self, name: str, n_args: int, contract: str) -> Function:
        """Find a function by its name, or by its signature where the name is overloaded.

        Args:
            n_args: how many arguments it is to take.
            contract: what to call the contract in a message.

        Raises:
            AbiError: there is none, or there are several.
        """
        candidates = self._by_name.get(name, [])
        if len(candidates) > 1:
            candidates = [function for function in candidates if len(function.inputs) == n_args] or candidates
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            signatures = ", ".join(function.signature for function in candidates)
            raise AbiError(
                f'{contract} has several functions {name}: write {contract}["…"](…) with one of {signatures}.'
            )
        known = ", ".join(sorted({function.name for function in self._functions}))
        raise AbiError(f'{contract} has no function "{name}". It has: {known or "none"}.')

    def read_log(self, log: Log) -> Event | None:
        """Read a log through this ABI; None where it is no event of this contract.

        An indexed argument of dynamic type (string, bytes, array) is stored as a hash; its 32 bytes are given.
        """
        entry = self._events.get(log.topics[0]) if log.topics else None
        if entry is None:
            return None
        topics = iter(log.topics[1:])
        plain = [argument for argument in entry["inputs"] if not argument["indexed"]]
        values = iter(
            decode([canonical_type(argument) for argument in plain], log.data, f"event {entry['name']} holds")
        )
        args = {
            argument["name"]: read_topic(canonical_type(argument), next(topics))
            if argument["indexed"]
            else next(values)
            for argument in entry["inputs"]
        }
        return Event(entry["name"], args)

    def names_error(self, data: bytes) -> bool:
        """Whether revert data is one of this contract's custom errors."""
        return data[:4] in self._errors

    def revert_reason(self, data: bytes) -> str:
        """Say what revert data means: a string, a panic, or one of this contract's custom errors."""
        selector, body = data[:4], data[4:]
        if not data:
            return "no reason given"
        try:
            if selector == keccak(text="Error(string)")[:4]:
                return f'"{decode(["string"], body, "revert holds")[0]}"'
            if selector == keccak(text="Panic(uint256)")[:4]:
                code = decode(["uint256"], body, "revert holds")[0]
                return f"panic 0x{code:02x} ({PANICS.get(code, 'unknown code')})"
            if selector in self._errors:
                error = self._errors[selector]
                return f"{error.name}({', '.join(map(str, decode(error.inputs, body, 'revert holds')))})"
        except AbiError:
            pass
        return f"an error that its ABI does not name (0x{data[:36].hex()})"


def canonical_type(argument: dict[str, Any]) -> str:
    """Return an argument's type as signatures write it, with tuples spelt out."""
    kind = str(argument["type"])
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(canonical_type(part) for part in argument['components'])}){kind[len('tuple') :]}"


def decode(kinds: Sequence[str], data: bytes, what: str) -> tuple[Any, ...]:
    """Decode ABI-encoded values: addresses checksummed, arrays as lists, tuples as tuples.

    Raises:
        AbiError: the data is no encoding of these types.
    """
    try:
        values = abi_decode(kinds, data)
    except (DecodingError, ParseError, ValueError, OverflowError) as error:
        raise AbiError(f"{what} 0x{data[:32].hex()}… ({len(data)} bytes), which is no ({','.join(kinds)}).") from error
    return tuple(finished(kind, value) for kind, value in zip(kinds, values, strict=True))


def read_topic(kind: str, topic: bytes) -> Any:
    """Read an indexed argument."""
    dynamic = kind in ("string", "bytes") or kind.endswith(")") or kind.endswith("]")
    return topic if dynamic else decode([kind], topic, "topic holds")[0]


def finished(kind: str, value: Any) -> Any:
    """Give every address inside a decoded value its checksum, and make its arrays lists."""
    if kind == "address":
        return to_checksum_address(value)
    if kind.endswith("]"):
        return [finished(kind[: kind.rindex("[")], item) for item in value]
    if kind.startswith("("):
        return tuple(finished(part, item) for part, item in zip(split_tuple(kind), value, strict=True))
    return value


def split_tuple(kind: str) -> list[str]:
    """Return the types inside "(a,(b,c)[],d)"."""
    parts, depth = [""], 0
    for char in kind[1:-1]:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def hint(kind: str, value: object) -> str:
    """Say what to write where a common slip was made."""
    if isinstance(value, float):
        return ' Write an int of base units, such as tokens("1.5").'
    if kind == "address":
        return " Write a 0x… address of 40 digits, such as wallet.address or contract.address."
    return ""
