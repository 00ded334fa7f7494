"""What code asks a state for, found by reading its bytecode: `lambda: self.pool.price(chain)` asks for `pool`.

A state leads to everything, so whoever holds one says nothing by that. What it asks the state for does.
"""

import dis
import inspect
from collections.abc import Iterator
from types import CodeType, FunctionType

from tokenspice.engine.sim_state import SimStateBase

__all__ = ["asked_for"]

BY_NAME = ("agents", "getAgent")  # with a constant in the same code that may be an agent's name


def asked_for(
    state: SimStateBase, code: CodeType, variable: str, seen: set[CodeType] | None = None
) -> Iterator[object]:
    """Yield what code reads of a state: its attributes, those that its methods and properties read, and names.

    Args:
        state: the state.
        code: of a function.
        variable: what the code calls the state.
        seen: code that was read before.
    """
    seen = seen if seen is not None else set()
    if code in seen:
        return
    seen.add(code)
    for name in attributes_of(code, variable):
        if name in BY_NAME:
            yield from (text for text in code.co_consts if isinstance(text, str))
        elif name in vars(state):
            yield vars(state)[name]
        elif name not in vars(SimStateBase) and (inner := code_behind(type(state), name)):
            yield from asked_for(state, inner, inner.co_varnames[0], seen)
    for inner in code.co_consts:  # lambdas and comprehensions inside
        if isinstance(inner, CodeType) and variable in inner.co_freevars:
            yield from asked_for(state, inner, variable, seen)


def attributes_of(code: CodeType, variable: str) -> Iterator[str]:
    """Yield the names of the attributes that code reads of a variable."""
    was_loaded = False
    for instruction in dis.get_instructions(code):
        if was_loaded and instruction.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            yield instruction.argval
        loaded = instruction.argval
        loaded = loaded[-1] if isinstance(loaded, tuple) and loaded else loaded  # one instruction may load two
        was_loaded = instruction.opname.startswith("LOAD_") and loaded == variable


def code_behind(kind: type, name: str) -> CodeType | None:
    """Return the code of a method or a property."""
    member = inspect.getattr_static(kind, name, None)
    function = member.fget if isinstance(member, property) else member
    return function.__code__ if isinstance(function, FunctionType) and function.__code__.co_argcount else None
