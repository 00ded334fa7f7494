"""The attributes of objects, read and set without running anybody's code: no property, no __getattr__, no __setattr__."""

from types import MemberDescriptorType
from typing import Any

__all__ = ["attributes", "delete_attribute", "is_plain_class", "set_attribute", "slots"]

HEAP_TYPE = 1 << 9  # of a class's flags: it was made while the program ran
IMMUTABLE_TYPE = 1 << 8  # of a class's flags: it was written in C
POINTER_BYTES = object.__basicsize__ // 2
MISSING = object()


def is_plain_class(kind: type) -> bool:
    """Whether the objects of a class are their attributes and nothing else: no base keeps something in C."""
    for base in kind.__mro__[:-1]:
        if not base.__flags__ & HEAP_TYPE or base.__flags__ & IMMUTABLE_TYPE:
            return False
    # Besides its slots, an object may have room for __dict__ and for weak references.
    room = kind.__basicsize__ - object.__basicsize__ - POINTER_BYTES * len(slots(kind))
    has_attributes = kind.__dictoffset__ != 0 or any("__slots__" in vars(base) for base in kind.__mro__)
    return has_attributes and kind.__itemsize__ == 0 and 0 <= room <= 2 * POINTER_BYTES


def slots(kind: type) -> dict[str, MemberDescriptorType]:
    """Return what reads and sets the slots of a class's objects, by name; Python mangles private names itself."""
    return {
        name: member
        for base in reversed(kind.__mro__)
        if "__slots__" in vars(base)
        for name, member in vars(base).items()
        if isinstance(member, MemberDescriptorType)
    }


def attributes(x: object) -> dict[str, Any]:
    """Return an object's own attributes by name."""
    found = {name: value for name, slot in slots(type(x)).items() if (value := read(slot, x)) is not MISSING}
    return found | own_dict(x)


def set_attribute(x: object, name: str, value: object) -> None:
    if slot := slots(type(x)).get(name):
        slot.__set__(x, value)
    elif isinstance(x, type):
        type.__setattr__(x, name, value)
    else:
        own_dict(x)[name] = value


def delete_attribute(x: object, name: str) -> None:
    if slot := slots(type(x)).get(name):
        slot.__delete__(x)
    elif isinstance(x, type):
        type.__delattr__(x, name)
    else:
        own_dict(x).pop(name, None)


def own_dict(x: object) -> dict[str, Any]:
    if type(x).__dictoffset__ == 0:
        return {}
    found: dict[str, Any] = object.__getattribute__(x, "__dict__")
    return found


def read(slot: MemberDescriptorType, x: object) -> Any:
    try:
        return slot.__get__(x)
    except AttributeError:
        return MISSING
