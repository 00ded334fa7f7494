"""What contracts emit: logs as the chain keeps them, and events as an interface reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

from eth_utils.crypto import keccak

from tokenspice.web3engine.abi_types import decode, is_dynamic, parameters
from tokenspice.web3engine.errors import AbiError

__all__ = ["Event", "EventType", "Events", "Log", "argument_names"]


@dataclass(frozen=True)
class Log:
    """What a contract emitted, as the chain keeps it.

    Attributes:
        address: of the contract, checksummed.
        topics: 32 bytes each; the first names the event, unless that is anonymous.
        data: the arguments that are not indexed, ABI-encoded.
    """

    address: str
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True)
class Event:
    """A log, read through an ABI: the event's name, and its arguments by name.

    An argument without a name is called after its place: arg0, arg1, ….
    """

    name: str
    args: dict[str, Any]


@final
class EventType:
    """An event that a contract's interface declares.

    Attributes:
        name: the event's.
        signature: with the types of its arguments.
        anonymous: whether its logs do not say which event they are.
        n_topics: how many topics its logs have.
        entry: its part of the ABI, as JSON.
    """

    def __init__(self, entry: dict[str, Any]) -> None:
        inputs = parameters(entry.get("inputs", []))
        self.name = str(entry["name"])
        self.signature = f"{self.name}({','.join(each.type for each in inputs)})"
        self.anonymous = bool(entry.get("anonymous", False))
        self.topic = keccak(text=self.signature)
        indexed = [bool(argument["indexed"]) for argument in entry.get("inputs", [])]
        self.entry = entry
        self._arguments = list(zip(argument_names([each.name for each in inputs]), inputs, indexed, strict=True))
        self._plain = [each.type for each, is_indexed in zip(inputs, indexed, strict=True) if not is_indexed]
        self.n_topics = sum(indexed) + (not self.anonymous)

    def read(self, log: Log) -> Event:
        """Read a log of this event. An indexed text, bytes, array or struct is stored as a hash, which is given.

        Raises:
            AbiError: the log does not hold the event's arguments.
        """
        topics = iter(log.topics if self.anonymous else log.topics[1:])
        values = iter(decode(self._plain, log.data, f"event {self.name} holds"))
        return Event(
            self.name,
            {
                name: read_topic(argument.type, next(topics)) if is_indexed else next(values)
                for name, argument, is_indexed in self._arguments
            },
        )

    def fits(self, log: Log) -> bool:
        """Tell whether a log can be read as this event."""
        try:
            return len(log.topics) == self.n_topics and bool(self.read(log))
        except AbiError:
            return False


@final
class Events:
    """The events of one interface. Several may share a topic and differ in what is indexed."""

    def __init__(self, entries: Sequence[dict[str, Any]]) -> None:
        self._types = [EventType(entry) for entry in entries]
        self._by_topic: dict[bytes, list[EventType]] = {}
        for each in self._types:
            if not each.anonymous:
                self._by_topic.setdefault(each.topic, []).append(each)

    @property
    def types(self) -> list[EventType]:
        """In the order of the interface."""
        return list(self._types)

    @property
    def names(self) -> list[str]:
        """In alphabetical order."""
        return sorted({each.name for each in self._types})

    def has(self, topic: bytes) -> bool:
        """Whether an event has this first topic."""
        return topic in self._by_topic

    def read(self, log: Log, name: str | None = None) -> Event | None:
        """Read a log; None where it is no event of this interface, or none that is called `name`.

        Raises:
            AbiError: the log is one of these events, but does not hold its arguments.
        """
        named = self._by_topic.get(log.topics[0], []) if log.topics else []
        if not named:
            return self._read_anonymous(log, name)
        fitting = [each for each in named if each.n_topics == len(log.topics)]
        if not fitting:
            if name not in (None, named[0].name):
                return None
            wanted = " or ".join(sorted({str(each.n_topics) for each in named}))
            raise AbiError(
                f"event {named[0].signature} has {wanted} topics, and the log has {len(log.topics)}: the contract indexes "
                "other arguments than its ABI says. Give chain.contract the ABI that it was compiled with."
            )
        return fitting[0].read(log) if name in (None, fitting[0].name) else None

    def _read_anonymous(self, log: Log, name: str | None) -> Event | None:
        candidates = [each for each in self._types if each.anonymous and name in (None, each.name)]
        fitting = [each for each in candidates if each.fits(log)]
        if len(fitting) > 1:
            names = ", ".join(each.name for each in fitting)
            raise AbiError(f"a log may be any of the anonymous events {names}. Name the one that you want.")
        return fitting[0].read(log) if fitting else None


def argument_names(names: Sequence[str]) -> list[str]:
    """Return the names of an event's arguments, with one made up for each that has none."""
    found: list[str] = []
    for place, name in enumerate(names):
        own = name or f"arg{place}"
        while own in found or (not name and own in names):
            own += "_"
        found.append(own)
    return found


def read_topic(kind: str, topic: bytes) -> Any:
    """Read an indexed argument."""
    return topic if is_dynamic(kind) else decode([kind], topic, "topic holds")[0]
