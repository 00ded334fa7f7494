"""Writes all that a state leads to, object by object."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import FunctionType, MethodType, ModuleType
from typing import Any, NoReturn, final

from tokenspice.engine.derived import derived_names
from tokenspice.engine.errors import RunError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.studies.resume.callables import class_attributes
from tokenspice.studies.resume.codec import CannotKeep, Content, Encoded, Encoder
from tokenspice.studies.resume.contents import Contents, refusal
from tokenspice.studies.resume.names import Names
from tokenspice.studies.resume.numpy_content import of_process
from tokenspice.studies.resume.object_graph import ObjectGraph
from tokenspice.studies.resume.state_attributes import attributes, is_plain_class

__all__ = ["StateWalk", "Written", "keeps_attributes", "refuse"]

NOBODY = -1
WATCHERS = "tokenspice.studies."  # who watches a run from outside is no part of its state
OF_ENUMS = frozenset({"_name_", "_sort_order_", "__objclass__"})  # what Python notes of an enumeration's members
ENVIRONMENT = ("os", "_Environ")


@dataclass(frozen=True)
class Written:
    """One object, written.

    Attributes:
        kind: its class, where its content does not say it.
        content: what is inside, after its tag; empty for an object that is its attributes.
        attributes: its attributes by name.
    """

    kind: Encoded
    content: list[Encoded]
    attributes: dict[str, Encoded]


@final
class StateWalk:
    """Goes through a state, its netlist's modules, and what of Python's own state numbers depend on.

    Args:
        state: the state.
        names: of classes and functions.
        contents: how each type is written.
        unwatched: attributes that are no state, by class.
    """

    def __init__(
        self, state: SimStateBase, names: Names, contents: Contents, unwatched: Mapping[type, frozenset[str]]
    ) -> None:
        self._unwatched = unwatched
        self._of_kind: dict[type, frozenset[str]] = {}  # attributes that are left out
        self._state = state
        self._names = names
        self._contents = contents
        # Not wired by the netlist, so nobody expects them to be alike in two processes.
        self.of_process = of_process()

    def written(self, graph: ObjectGraph, n_wired: int | None = None) -> dict[int, Written]:
        """Write all that is reached, by number; what has none yet is numbered on the way.

        Args:
            graph: the objects that have numbers.
            n_wired: how many of them were there when the run began; None while it is wired.

        Raises:
            RunError: something cannot be kept.
        """
        found: dict[int, Written] = {}
        waiting: deque[int] = deque()
        sets: deque[int] = deque()  # looked into last: the order in which a set leads to objects is nobody's
        seen: set[int] = set()
        holder = NOBODY

        def number_of(child: object, key: object) -> int:
            known = graph.number(child)
            number = graph.add(child, holder, key) if known is None else known
            if number not in seen:
                seen.add(number)
                (sets if isinstance(child, (set, frozenset)) else waiting).append(number)
            return number

        encoder = self._encoder(lambda child, key: ["ref", number_of(child, key)])
        for place, root in self._roots():
            number_of(root, place)
        while waiting or sets:
            holder = (waiting or sets).popleft()
            is_new = n_wired is not None and holder >= n_wired
            found[holder] = self._write(graph.all[holder], encoder, is_new, lambda: graph.place(holder))  # noqa: B023
        return found

    def _roots(self) -> Iterator[tuple[str, object]]:
        yield "the state", self._state
        yield from ((module.__name__, module) for module in self._names.modules())
        yield from self.of_process.items()

    def _encoder(self, ref: Callable[[object, object], Encoded]) -> Encoder:
        streams = {id(self._state.rng(name)): name for name in self._state.streams.names()}
        return Encoder(self._names, self._contents.of, streams, lambda x, key: None if is_watcher(x) else ref(x, key))

    def _write(self, x: Any, encoder: Encoder, is_new: bool, place: Callable[[], str]) -> Written:
        try:
            content = self._contents.of(type(x))
            if content is None and not self._is_object(x):
                raise refusal(x)
            if is_new:
                self._check_new(x, content, encoder)
            kind = encoder.value(type(x), "class") if has_class(x, content) else None
            inside = [content.tag, *content.write(x, encoder)] if content else []
            # A class that nobody had reached is as it was imported.
            own = {} if is_new and isinstance(x, type) else self._attributes(x, content)
        except CannotKeep as problem:
            refuse(place(), problem)
        except RecursionError:
            refuse(place(), CannotKeep("nested too deep", "Write a list."))
        return Written(kind, inside, {name: self._value(value, name, encoder, place) for name, value in own.items()})

    def _value(self, value: Any, name: str, encoder: Encoder, place: Callable[[], str]) -> Encoded:
        try:
            return encoder.value(value, name)
        except CannotKeep as problem:
            refuse(f"{place()}.{name}", problem)

    def _is_object(self, x: object) -> bool:
        kind = type(x)
        return kind is object or (is_plain_class(kind) and (kind.__module__, kind.__name__) != ENVIRONMENT)

    def _check_new(self, x: Any, content: Content | None, encoder: Encoder) -> None:
        if content:
            content.check_new(x, encoder)
        kind = type(x)
        if has_class(x, content) and not self._names.may_name(kind):
            raise CannotKeep(
                f"a {kind.__qualname__} made during the run, a class of {kind.__module__}",
                "Make it in SimState, or extend the class in the netlist's own file.",
            )

    def _attributes(self, x: Any, content: Content | None) -> dict[str, Any]:
        if not keeps_attributes(x, content, self._names):
            return {}
        if isinstance(x, type):
            return class_attributes(x)
        found = attributes(x)
        if isinstance(x, ModuleType):
            return {name: value for name, value in found.items() if not is_dunder(name)}
        left_out = OF_ENUMS if content else self._left_out(type(x))
        return {name: value for name, value in found.items() if name not in left_out}

    def _left_out(self, kind: type) -> frozenset[str]:
        found = self._of_kind.get(kind)
        if found is None:
            found = self._of_kind[kind] = self._unwatched.get(kind, frozenset()) | derived_names(kind)
        return found


def keeps_attributes(x: object, content: Content | None, names: Names) -> bool:
    """Whether an object's attributes are state."""
    if isinstance(x, type):
        return names.is_state(x)
    if isinstance(x, ModuleType):
        return names.is_own(x.__name__)
    if isinstance(x, FunctionType):
        return names.is_own(x.__module__ or "")
    return content is None or content.has_attributes


def has_class(x: object, content: Content | None) -> bool:
    """Whether an object's class is to be written beside its content."""
    if content is None:
        return True
    is_known = content.exact or content.tag == "enum" or type(x).__module__ == "builtins"
    return content.has_attributes and not is_known


def is_watcher(x: object) -> bool:
    if isinstance(x, MethodType):
        x = x.__self__
    owner = x if isinstance(x, FunctionType) else type(x)
    return str(owner.__module__).startswith(WATCHERS)


def is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def refuse(place: str, problem: CannotKeep) -> NoReturn:
    raise RunError(f"{place} is {problem.what}, which a checkpoint cannot hold. {problem.advice}") from None
