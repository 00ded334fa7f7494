"""What a run has to remember so that another process can go on with it.

A netlist wires its state anew, always in the same way; so all that has to be kept is what has changed since. Classes
declare what that is (`studies/resume/state_attributes.py`), and whatever changes undeclared is an error, never a silent difference.
"""

import hashlib
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any, final

import numpy as np

from tokenspice.engine.errors import RunError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.streams import RandomStreams
from tokenspice.studies.resume.codec import Kind, Names, Plain, Reader, Writer, has_order, packed, tree, untree
from tokenspice.studies.resume.object_graph import Things
from tokenspice.studies.resume.state_attributes import Shape, is_foreign

__all__ = ["Memory"]

DIGEST_BYTES = 8
MARK_BYTES = 4  # of each thing's digest, kept in a file so that another wiring is found and named
CONTENT = ""  # stands for what is inside a container, among the names of attributes

Ref = Callable[[object, object], Plain]


@final
class Memory:
    """Knows a state as it was wired, and from then on what has changed.

    Make one when the state has been built and before its first step.

    Args:
        state: the state.
        kinds: how objects are written that are not the engine's, such as a chain's contracts.
        package: the netlist's own package.

    Raises:
        RunError: an agent, a KPI or the state holds something that cannot be looked into.
    """

    def __init__(self, state: SimStateBase, kinds: tuple[Kind, ...] = (), package: str = "") -> None:
        self._state = state
        self._kinds = (Kind(RandomStreams), *kinds)
        self._names = Names(package)
        self._shapes: dict[type, Shape] = {}
        self._wired = Things()
        self._wired.add(state, 0, CONTENT)
        found = list(self._discover())
        self._watched = [digests for digests, _ in found]
        self._fixed = self._held([leads_to for _, leads_to in found])
        self._marks = b"".join(
            digest([[name, each] for name, each in found.items()])[:MARK_BYTES] for found in self._watched
        )

    def save(self) -> dict[str, Plain]:
        """Return what has changed since the state was wired, as plain data.

        Raises:
            RunError: something has changed that is not declared, or cannot be written.
        """
        things = Things(self._wired)
        waiting = [number for number, thing in enumerate(things.all) if self._shape(thing).has_state]
        seen = set(waiting)
        objects: list[Plain] = []
        holder = 0

        def ref(child: object, key: object) -> Plain:
            known = things.number(child)
            found = things.add(child, holder, key) if known is None else known
            if found not in seen:
                seen.add(found)
                waiting.append(found)
            return ["ref", found]

        writer = self._writer(ref)
        for holder in waiting:  # which grows on the way
            if (plain := self._written(things, holder, writer)) is not None:
                objects.append([holder, plain])
        self._check_unchanged(seen)
        self._check_views(things, seen)
        return {"wiring": self._marks, "streams": self._saved_streams(), "objects": objects}

    def restore(self, saved: dict[str, Plain]) -> None:
        """Put back into a state, wired as the saved one was, what had changed by then.

        Raises:
            RunError: the state was wired otherwise.
        """
        self._check_wiring(saved["wiring"])
        entries: dict[int, Plain] = dict(saved["objects"])
        things: dict[int, Any] = dict(enumerate(self._wired.all))

        def get(number: int) -> Any:
            if number not in things:
                things[number] = self._made(entries[number], reader)
            return things[number]

        reader = Reader(self._names, get, self._state.rng)
        for number in entries:
            get(number)
        # Objects first: what is a key must be whole before a dict or a set takes it.
        for number in sorted(entries, key=lambda number: entries[number][0] != "object"):
            self._forget_missing(things[number], entries[number])
            reader.fill(things[number], entries[number])
        for name, state, n_spawned in saved["streams"]:
            self._restore_stream(self._state.rng(name), untree(state), n_spawned)

    def _discover(self) -> Iterator[tuple[dict[str, bytes], list[int]]]:
        """Number all that the state leads to, digest what of it is not to change, and say what that leads to."""
        holder = 0
        leads_to: list[int] = []

        def ref(child: object, key: object) -> Plain:
            known = self._wired.number(child)
            number = self._wired.add(child, holder, key) if known is None else known
            leads_to.append(number)
            return ["ref", number]

        writer = self._writer(ref)
        for holder in self._wired.growing():
            for name, value in self._state_of(self._wired.all[holder]).items():
                writer.value(value, name)
            leads_to.clear()
            yield self._digests(holder, writer), list(leads_to)

    def _held(self, leads_to: list[list[int]]) -> set[int]:
        """Return what stays in use as long as nothing undeclared changes; all else can be dropped for another."""
        held = {number for number, thing in enumerate(self._wired.all) if self._shape(thing).has_state}
        waiting = list(held)
        for number in waiting:  # which grows on the way
            new = set(leads_to[number]) - held
            held |= new
            waiting.extend(new)
        return held

    def _writer(self, ref: Ref) -> Writer:
        streams = {id(self._state.rng(name)): name for name in self._state.streams.names()}
        return Writer(self._names, self._kinds, streams, ref)

    def _shape(self, thing: object) -> Shape:
        kind = type(thing)
        if kind not in self._shapes:
            known = any(issubclass(kind, other.type) for other in self._kinds)
            self._shapes[kind] = Shape(object if known else kind)
        return self._shapes[kind]

    def _state_of(self, thing: object) -> dict[str, Any]:
        shape = self._shape(thing)
        return shape.attributes(thing) if shape.has_state else {}

    def _digests(self, number: int, writer: Writer) -> dict[str, bytes]:
        """Digest what is inside a thing, and each of its attributes that it does not declare."""
        thing, shape = self._wired.all[number], self._shape(self._wired.all[number])
        content = writer.content(thing)
        if content is None and not shape.has_state:
            content = self._looked_into(thing, writer, self._wired.place(number))
        found = {} if content is None else {CONTENT: digest(content)}
        if content is None or content[0] in ("list", "dict", "set"):
            for name, value in shape.attributes(thing).items():
                if not shape.has_state or shape.is_frozen or content is not None:
                    found[name] = digest(writer.value(value, name))
        return found

    def _looked_into(self, thing: Any, writer: Writer, place: str, above: tuple[int, ...] = ()) -> Plain:
        """Write something of a foreign class as what it says that it is made of. Nothing ever reads this again."""
        try:
            reduced = thing.__reduce_ex__(4)
        except Exception:
            raise RunError(
                f"{place} is a {type(thing).__name__}, which cannot be looked into, so nobody can tell whether it "
                "changes. Hold plain data, or make it where it is used."
            ) from None

        def inside(child: object, key: object) -> Plain:
            if self._shape(child).has_state or id(child) in above or writer.kind_of(child):
                return writer.value(child, key)
            if (content := inner.content(child)) is not None:
                return content
            if is_foreign(type(child)):
                return self._looked_into(child, writer, place, (*above, id(thing)))
            values = self._shape(child).attributes(child).items()
            return [type(child).__name__, [[name, inner.value(value, name)] for name, value in values]]

        inner = self._writer(inside)
        parts = [reduced] if isinstance(reduced, str) else reduced
        # Among them are iterators of what is inside.
        parts = [tuple(part) if isinstance(part, Iterator) else part for part in parts]
        return ["foreign", inner.value(tuple(parts))]

    def _written(self, things: Things, number: int, writer: Writer) -> Plain:
        """Write a thing's state; None where it has none besides how it was wired."""
        thing, is_new = things.all[number], number >= len(self._wired.all)
        if not is_new and (writer.kind_of(thing) or isinstance(thing, FunctionType)):
            return None
        shape = self._shape(thing)
        content = writer.content(thing)
        if isinstance(thing, set) and thing and all(map(has_order, thing)):
            raise RunError(
                f"{things.place(number)} is a set of numbers, whose order would be another after a resume. Write a dict, "
                "which keeps its order: dict.fromkeys(…)."
            )
        if is_new:
            self._check_new(things.place(number), thing, content)
        if content is not None:
            return content
        state = [[name, writer.value(value, name)] for name, value in self._state_of(thing).items()]
        return ["object", self._names.name(type(thing)), state] if is_new or (state and not shape.is_frozen) else None

    def _check_new(self, place: str, thing: Any, content: Plain) -> None:
        """Refuse what was made during the run and cannot be made again of what it declares."""
        kind, shape, found = type(thing).__name__, self._shape(thing), self._shape(thing).attributes(thing)
        match content:
            case ["kind", index, _] if self._kinds[index].build is None:
                raise RunError(f"{place} is a {kind} made during the run, which cannot be saved. Make it in SimState.")
            case ["kind", *_] | ["random", _]:
                return
            case ["function", name, inside] if "<" in name or inside:
                raise RunError(
                    f"{place} is a function that was made inside another during the run, which cannot be saved. Write "
                    "a method, or a function of the module."
                )
            case None if not shape.has_state:
                raise RunError(f"{place} is a {kind} made during the run, which cannot be saved. Hold plain data.")
        if content is not None and (missing := list(found)):
            raise RunError(
                f"{place} is a {kind} made during the run, and {kind} does not declare {', '.join(missing)}. Write "
                f"{declaration(missing)} in class {kind}, besides what it declares."
            )

    def _check_unchanged(self, saved: set[int]) -> None:
        """Refuse what has changed and is not declared."""
        changed: list[str] = []
        hints: dict[str, list[str]] = {}
        writer = self._writer(self._known)
        for number, before in enumerate(self._watched):
            if number not in saved and number not in self._fixed:
                continue  # something else has taken its place
            thing = self._wired.all[number]
            is_saved = number in saved and CONTENT in before
            if writer.kind_of(thing) or (is_saved and not getattr(thing, "__dict__", None)):
                continue
            after = self._digests(number, writer)
            for name in dict.fromkeys((*before, *after)):
                if before.get(name) != after.get(name) and not (name == CONTENT and is_saved):
                    place = self._wired.place(number)
                    changed.append(f"{place}.{name}" if name else place)
                    hints.setdefault(type(thing).__name__ if name else CONTENT, []).append(name)
        if changed:
            raise RunError(told(changed, hints))

    def _known(self, child: object, key: object) -> Plain:
        return ["ref", self._wired.number(child)]

    def _check_views(self, things: Things, saved: set[int]) -> None:
        """Refuse arrays made during the run that share their memory with another that is saved."""
        owners: dict[int, int] = {}
        for number in sorted(saved):
            if isinstance(things.all[number], np.ndarray):
                owner = id(memory_of(things.all[number]))
                if owners.setdefault(owner, number) != number and number >= len(self._wired.all):
                    raise RunError(
                        f"{things.place(number)} is a view of {things.place(owners[owner])}, and would be an array of "
                        "its own after a resume. Write .copy(), or slice it where it is used."
                    )

    def _check_wiring(self, marks: bytes) -> None:
        own = self._marks
        if own == marks:
            return
        starts = range(0, min(len(own), len(marks)), MARK_BYTES)
        differing = [start // MARK_BYTES for start in starts if own[start:][:MARK_BYTES] != marks[start:][:MARK_BYTES]]
        place = self._wired.place(differing[0]) if differing else "the state"
        raise RunError(
            f"the netlist builds {place} otherwise than when this run began. What it reads or calls has changed since; "
            "put that back, or start the run anew."
        )

    def _saved_streams(self) -> list[Plain]:
        streams = [(name, self._state.rng(name)) for name in self._state.streams.names()]
        return [[name, tree(rng.bit_generator.state), seeds_of(rng).n_children_spawned] for name, rng in streams]

    def _restore_stream(self, rng: np.random.Generator, state: Any, n_spawned: int) -> None:
        rng.bit_generator.state = state
        seeds = seeds_of(rng)
        seeds.spawn(n_spawned - seeds.n_children_spawned)

    def _made(self, plain: Plain, reader: Reader) -> Any:
        match plain:
            case ["kind", index, parts]:
                build = self._kinds[index].build
                assert build, "what cannot be built is not written"
                return build(reader.value(parts))
        return reader.empty(plain)

    def _forget_missing(self, thing: Any, plain: Plain) -> None:
        if plain[0] == "object":
            kept = {name for name, _ in plain[2]}
            for name in self._state_of(thing).keys() - kept:
                object.__delattr__(thing, name)


def seeds_of(rng: np.random.Generator) -> np.random.SeedSequence:
    """Return what a stream was seeded with, which counts the streams that were spawned from it."""
    seeds = rng.bit_generator.seed_seq
    assert isinstance(seeds, np.random.SeedSequence), "every stream of a run has one"
    return seeds


def digest(plain: Plain) -> bytes:
    return hashlib.blake2b(packed(plain), digest_size=DIGEST_BYTES).digest()


def told(changed: list[str], hints: dict[str, list[str]]) -> str:
    """Say what has changed undeclared, and what to write; `hints` are attributes by class."""
    few = ", ".join(changed[:6]) + (f" and {len(changed) - 6} more" if len(changed) > 6 else "")
    lines = [f"{declaration(dict.fromkeys(names))} in class {kind}" for kind, names in hints.items() if kind]
    write = (
        f"Write {' and '.join(lines)}, besides what it declares."
        if lines
        else ("Name the attribute that holds it in state_names of its class.")
    )
    return f"{few} changed during the run and is not declared, so the run could not be resumed. {write}"


def declaration(names: Any) -> str:
    """Write the line that declares `names`."""
    return f"state_names = ({', '.join(f'{name!r}' for name in names)},)".replace("'", '"')


def memory_of(array: np.ndarray) -> Any:
    """Return what owns an array's memory."""
    owner: Any = array
    while isinstance(owner, np.ndarray) and owner.base is not None:
        owner = owner.base
    return owner
