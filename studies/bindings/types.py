"""Solidity's types as Python's: what a checker is told of arguments and of what is returned."""

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tokenspice.web3engine.abi_types import Parameter, parameters

__all__ = ["Struct", "Structs", "capital", "field_names", "identifier"]

ARRAY = re.compile(r"(.+)\[\d*\]")


@dataclass
class Struct:
    """A NamedTuple to be written.

    Attributes:
        name: of the class.
        names: of its fields.
        types: of its fields, as Python writes them.
        shapes: of its fields, as `TypedContract.structs` has them.
    """

    name: str
    names: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)


class Structs:
    """The NamedTuples of one contract, made as its types are read.

    Args:
        contract: the class's name, with which theirs begin.
        taken: names of the module that are taken.
    """

    def __init__(self, contract: str, taken: set[str]) -> None:
        self._contract = contract
        self._taken = taken
        self._by_key: dict[tuple[str, str], Struct] = {}

    def __iter__(self) -> Iterator[Struct]:
        return iter(self._by_key.values())

    def argument(self, entry: Mapping[str, Any]) -> str:
        """Return what may be given for an argument."""
        return self._type(entry, parameters([dict(entry)])[0].type, True)

    def returned(self, entry: Mapping[str, Any]) -> tuple[str, str]:
        """Return the type of what is returned, and its shape."""
        kind = parameters([dict(entry)])[0].type
        return self._type(entry, kind, False), self.shape(entry, kind)

    def struct(self, key: str, wish: str, entries: list[dict[str, Any]]) -> Struct:
        """Return the NamedTuple of some fields; one for each key and content."""
        place = (key, repr(parameters(entries)) + repr([entry.get("name") for entry in entries]))
        if place not in self._by_key:
            struct = Struct(self._free(f"{self._contract}{wish}"))
            struct.names = field_names(parameters(entries))
            for entry in entries:
                kind, shape = self.returned(entry)
                struct.types.append(kind)
                struct.shapes.append(shape)
            self._by_key[place] = struct  # after those inside it, which have to be written first
        return self._by_key[place]

    def shape(self, entry: Mapping[str, Any], kind: str) -> str:
        if ARRAY.fullmatch(kind):
            inner = self.shape(entry, kind[: kind.rindex("[")])
            return "None" if inner == "None" else f"[{inner}]"
        return self._struct_of(entry).name if kind.startswith("(") else "None"

    def _type(self, entry: Mapping[str, Any], kind: str, is_argument: bool) -> str:
        if ARRAY.fullmatch(kind):
            inner = self._type(entry, kind[: kind.rindex("[")], is_argument)
            return f"Sequence[{inner}]" if is_argument else f"list[{inner}]"
        if kind.startswith("("):
            struct = self._struct_of(entry)
            inner = ", ".join(self._type(part, p.type, True) for part, p in self._parts(entry)) if is_argument else ""
            return f"{struct.name} | tuple[{inner or '()'}]" if is_argument else struct.name
        return plain_type(kind, is_argument)

    def _parts(self, entry: Mapping[str, Any]) -> list[tuple[dict[str, Any], Parameter]]:
        components = [dict(one) for one in entry.get("components", [])]
        return list(zip(components, parameters(components), strict=True))

    def _struct_of(self, entry: Mapping[str, Any]) -> Struct:
        told = re.match(r"struct ([\w.]+)", str(entry.get("internalType", "")))
        name = told[1].rpartition(".")[2] if told else f"{capital(str(entry.get('name') or 'Value'))}"
        return self.struct(f"struct {name}", capital(name), [dict(one) for one in entry.get("components", [])])

    def _free(self, wish: str) -> str:
        name, number = wish, 2
        while name in self._taken:
            name, number = f"{wish}{number}", number + 1
        self._taken.add(name)
        return name


def plain_type(kind: str, is_argument: bool) -> str:
    if kind.startswith(("uint", "int")):
        return "int"
    if kind == "address":
        return "Address" if is_argument else "str"
    if kind in ("bool", "string"):
        return {"bool": "bool", "string": "str"}[kind]
    return "bytes" if kind.startswith(("bytes", "function")) else "object"


def field_names(fields: tuple[Parameter, ...]) -> list[str]:
    """Return a name that a NamedTuple takes for each field."""
    names: list[str] = []
    for place, one in enumerate(fields):
        name = identifier(one.name.lstrip("_") or f"arg{place}")
        names.append(name if name not in (*names, "count", "index") else f"{name}_{place}")
    return names


def identifier(name: str) -> str:
    """Return a name that Python takes."""
    plain = re.sub(r"\W", "_", name)
    plain = f"n{plain}" if plain[:1].isdigit() else plain
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def capital(name: str) -> str:
    stripped = identifier(name).lstrip("_")
    return stripped[:1].upper() + stripped[1:]
