"""What a run has to remember so that another process can go on with it.

A netlist wires its state anew, always in the same way; so all that has to be kept is what has changed since. State is
everything that the state, its agents, KPIs and worlds lead to: attributes, containers, variables of functions, the
netlist's own classes and modules. What cannot be kept is refused by name, when it is first seen.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, final

from tokenspice.engine.errors import RunError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.variation import Branch
from tokenspice.studies.resume.codec import CannotKeep, Decoder, Encoded, TypeCodec, packed
from tokenspice.studies.resume.containers import refuse_numbers
from tokenspice.studies.resume.contents import Contents
from tokenspice.studies.resume.names import Names
from tokenspice.studies.resume.numpy_content import seeds_of, spawn, tree, untree
from tokenspice.studies.resume.object_graph import ObjectGraph
from tokenspice.studies.resume.state_attributes import delete_attribute, set_attribute
from tokenspice.studies.resume.state_walk import StateWalk, Written, keeps_attributes, refuse

__all__ = ["StateDelta"]

DIGEST_BYTES = 8
MARK_BYTES = 4  # of each object's digest, kept in a file so that another wiring is found and named
KEYED = ("dict", "set")  # containers that ask what is put into them for its hash


@dataclass(frozen=True)
class Digests:
    """An object as short hashes: of what is inside, and of each attribute."""

    content: bytes
    attributes: dict[str, bytes]


@final
class StateDelta:
    """Knows a state as it was wired, and from then on what has changed.

    Make one when the state has been built and before its first step.

    Args:
        state: the state.
        codecs: how objects are written that are not to be looked into, such as a chain's contracts.
        package: the netlist's own package.
        unwatched: attributes that are no state, by class.

    Raises:
        RunError: an agent, a KPI or the state leads to something that a checkpoint cannot hold.
    """

    def __init__(
        self,
        state: SimStateBase,
        codecs: tuple[TypeCodec, ...] = (),
        package: str = "",
        unwatched: Mapping[type, frozenset[str]] = MappingProxyType({}),
    ) -> None:
        self._state = state
        self._names = Names(package)
        self._contents = Contents((TypeCodec(RandomStreams), *codecs))
        self._walk = StateWalk(state, self._names, self._contents, unwatched)
        self._wired = ObjectGraph()
        written = self._walk.written(self._wired)
        self._digests = [digests(written[number]) for number in range(len(self._wired.all))]
        self._marks = b"".join(map(self._mark, range(len(self._wired.all))))
        self._moved: set[int] = set()

    def save(self) -> dict[str, Encoded]:
        """Return what has changed since the state was wired, as plain data.

        Raises:
            RunError: something was made since that a checkpoint cannot hold.
        """
        written = self._written()
        # An object that cannot be given other content is made anew, under another number, which its holders note.
        while moved := {number for number, each in written.items() if self._has_moved(number, each)}:
            self._moved |= moved
            written = self._written()
        self._check_sets(written)
        changed = [[number, *delta] for number, each in sorted(written.items()) if (delta := self._delta(number, each))]
        streams = [(name, self._state.rng(name)) for name in self._state.streams.names()]
        return {
            "wiring": self._marks,
            "streams": [
                [name, tree(rng.bit_generator.state), seeds_of(rng).n_children_spawned] for name, rng in streams
            ],
            "branches": [list(branch) for branch in self._state.streams.branches],
            "objects": changed,
        }

    def restore(self, saved: dict[str, Encoded]) -> None:
        """Put back into a state, wired as the saved one was, what had changed by then.

        Raises:
            RunError: the state was wired differently, or the file names what no file may name.
        """
        self._check_wiring(saved["wiring"])
        self._state.streams.branches = tuple(Branch(*branch) for branch in saved["branches"])
        for name, state, n_spawned in saved["streams"]:
            self._state.rng(name).bit_generator.state = untree(state)
            spawn(seeds_of(self._state.rng(name)), n_spawned)
        entries: dict[int, list[Encoded]] = {number: rest for number, *rest in saved["objects"]}
        try:
            self._put_back(entries)
        except (CannotKeep, RecursionError) as problem:
            raise RunError(f"the checkpoint cannot be put back: {problem}.") from problem

    def _written(self) -> dict[int, Written]:
        return self._walk.written(ObjectGraph(self._wired, self._moved), len(self._wired.all))

    def _check_sets(self, written: Mapping[int, Written]) -> None:
        """Refuse sets that change, or may, and whose order Python would not give again."""
        for number, each in written.items():
            if number < len(self._digests) and isinstance(self._wired.all[number], set):
                is_as_wired = digests(each).content == self._digests[number].content
                if not (is_as_wired and self._wired.is_constant(number)):
                    check_order(self._wired.all[number], self._wired.place(number))

    def _has_moved(self, number: int, written: Written) -> bool:
        if number >= len(self._digests) or digests(written).content == self._digests[number].content:
            return False
        content = self._contents.of(type(self._wired.all[number]))
        if content is None:
            place = self._wired.place(number)
            raise RunError(f"{place} was given another class, which a checkpoint cannot hold. Make another object.")
        return not content.fills

    def _delta(self, number: int, written: Written) -> list[Encoded] | None:
        """Return kind, content and attributes of what has changed; None where nothing has."""
        if number >= len(self._digests):
            return [written.kind, written.content, list(map(list, written.attributes.items())), []]
        before, now = self._digests[number], digests(written)
        content = written.content if now.content != before.content else None
        changed = [
            [name, value]
            for name, value in written.attributes.items()
            if now.attributes[name] != before.attributes.get(name)
        ]
        gone = [name for name in before.attributes if name not in now.attributes]
        return [None, content, changed, gone] if content is not None or changed or gone else None

    def _put_back(self, entries: dict[int, list[Encoded]]) -> None:
        made: dict[int, Any] = dict(enumerate(self._wired.all))
        making: set[int] = set()

        def get(number: int) -> Any:
            if number not in made:
                if number not in entries or number in making:
                    raise RunError(f"the checkpoint refers to an object, {number}, that it does not hold.")
                making.add(number)
                made[number] = self._made(entries[number], decoder)
            return made[number]

        decoder = Decoder(self._names, get, self._state.rng)
        for number in entries:
            get(number)
        # Attributes first and dicts last: what is a key must be whole before a dict or a set takes it.
        for number, (_, _, values, gone) in entries.items():
            self._set_attributes(made[number], values, gone, decoder)
        for number, (_, content, _, _) in sorted(entries.items(), key=lambda entry: is_keyed(entry[1][1])):
            if content:
                self._fill(made[number], content, decoder)
        for number, (_, content, _, _) in entries.items():
            if content:
                self._contents.tagged(content[0]).finish(made[number], content[1:], decoder)

    def _made(self, entry: list[Encoded], decoder: Decoder) -> Any:
        kind, content, _, _ = entry
        owner: type = decoder.kind(kind) if kind is not None else object
        if not content:
            if self._contents.of(owner) is not None:
                raise RunError(f"{owner.__name__} is no class of plain objects any more.")
            return object.__new__(owner)
        way = self._contents.tagged(content[0])
        owner = owner if kind is not None else way.types[0] if hasattr(way, "types") else object
        made = way.make(owner, content[1:], decoder)
        if self._contents.of(type(made)) is not way:
            raise RunError(f"a {type(made).__name__} is not written as {content[0]}.")
        return made

    def _fill(self, x: Any, content: list[Encoded], decoder: Decoder) -> None:
        way = self._contents.of(type(x))
        if way is None or way.tag != content[0]:
            raise RunError(f"the checkpoint holds a {content[0]} where the state has a {type(x).__name__}.")
        if way.fills:
            way.fill(x, content[1:], decoder)

    def _set_attributes(self, x: Any, values: list[Any], gone: list[str], decoder: Decoder) -> None:
        if (values or gone) and not keeps_attributes(x, self._contents.of(type(x)), self._names):
            raise RunError(f"the checkpoint holds attributes of a {type(x).__name__}, which has none that change.")
        for name, value in values:
            set_attribute(x, name, decoder.value(value))
        for name in gone:
            delete_attribute(x, name)

    def _mark(self, number: int) -> bytes:
        if any(self._wired.all[number] is each for each in self._walk.of_process.values()):
            return bytes(MARK_BYTES)
        each = self._digests[number]
        return digest([each.content, list(map(list, each.attributes.items()))])[:MARK_BYTES]

    def _check_wiring(self, marks: bytes) -> None:
        own = self._marks
        if own == marks:
            return
        starts = range(0, min(len(own), len(marks)), MARK_BYTES)
        differing = [start // MARK_BYTES for start in starts if own[start:][:MARK_BYTES] != marks[start:][:MARK_BYTES]]
        place = self._wired.place(differing[0]) if differing else "the state"
        raise RunError(
            f"SimState builds {place} differently than when this run began: code or data that it reads has changed. "
            "Put that back, or start the run anew."
        )


def check_order(x: set[Any], place: str) -> None:
    try:
        refuse_numbers(x)
    except CannotKeep as problem:
        refuse(place, problem)


def is_keyed(content: list[Encoded] | None) -> bool:
    return bool(content) and content[0] in KEYED  # type: ignore[index]


def digests(written: Written) -> Digests:
    values = {name: digest(value) for name, value in written.attributes.items()}
    return Digests(digest([written.kind, written.content]), values)


def digest(encoded: Encoded) -> bytes:
    return hashlib.blake2b(packed(encoded), digest_size=DIGEST_BYTES).digest()
