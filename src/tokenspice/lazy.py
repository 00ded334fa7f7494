"""Names that a package offers and imports when they are first asked for, because what they need is heavy."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["lazy_names"]


def lazy_names(package: str, modules: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a package's `__getattr__` (PEP 562).

    Args:
        package: the package's full name.
        modules: the full name of the module that defines each name.
    """

    def get(name: str) -> Any:
        if name not in modules:
            from difflib import get_close_matches  # here, because nobody else needs it at import

            meant = get_close_matches(name, modules, 1) if name[:1] != "_" else []
            hint = f". Did you mean {meant[0]}?" if meant else ""
            raise AttributeError(f"module {package!r} has no attribute {name!r}{hint}")
        return getattr(importlib.import_module(modules[name]), name)

    return get
