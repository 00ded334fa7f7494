"""A contract's function as Python shows it: its signature, and its documentation."""

import inspect
import keyword
from collections.abc import Sequence

from tokenspice.web3engine.abi import Function

__all__ = ["argument_names", "declaration", "function_help", "signature_of"]


def declaration(function: Function) -> str:
    """Write a function as Solidity declares it: names and types of its arguments, and what it returns."""
    arguments = ", ".join(f"{each.type} {each.name}".rstrip() for each in function.parameters)
    mutability = str(function.entry.get("stateMutability", ""))
    marks = [mutability] if mutability in ("view", "pure", "payable") else []
    returned = [f"returns ({', '.join(function.outputs)})"] if function.outputs else []
    return " ".join([f"{function.name}({arguments})", *marks, *returned])


def function_help(function: Function) -> str:
    """Return a function's declaration, and below it what its source says."""
    return f"{declaration(function)}\n\n{function.doc}".rstrip()


def argument_names(function: Function) -> list[str]:
    """Return a name that Python takes for each argument."""
    names: list[str] = []
    for place, each in enumerate(function.parameters):
        own = each.name if each.name.isidentifier() else f"arg{place}"
        own = own.lstrip("_") if own.startswith("__") else own
        own = f"{own}_" if keyword.iskeyword(own) or own in ("self", "value") else own or f"arg{place}"
        names.append(own if own not in names else f"{own}{place}")
    return names


def signature_of(functions: Sequence[Function]) -> inspect.Signature:
    """Return the signature of a function; of several that share a name, one that takes anything."""
    kinds = inspect.Parameter
    if len(functions) != 1:
        arguments = [kinds("args", kinds.VAR_POSITIONAL)]
    else:
        named = zip(argument_names(functions[0]), functions[0].inputs, strict=True)
        arguments = [kinds(name, kinds.POSITIONAL_ONLY, annotation=kind) for name, kind in named]
    return inspect.Signature([*arguments, kinds("value", kinds.KEYWORD_ONLY, default=0)])
