"""Which of the user's modules something pickled needs."""

import pickletools
import sys
from pathlib import Path
from types import ModuleType

from tokenspice.places import is_foreign

__all__ = ["modules_of"]


def modules_of(pickled: bytes) -> dict[str, Path]:
    """Return the user's modules that something pickled is imported from, and those that these import, with their files."""
    waiting = sorted({word for _, word, _ in pickletools.genops(pickled) if isinstance(word, str)} & sys.modules.keys())
    seen: set[str] = set()
    found: dict[str, Path] = {}
    while waiting:
        name = waiting.pop()
        file = getattr(sys.modules.get(name), "__file__", None)
        if name in seen or not file or is_foreign(str(Path(file).resolve())):
            continue
        seen.add(name)
        found[name] = Path(file)
        values = list(vars(sys.modules[name]).values())
        waiting += {
            str(one.__name__ if isinstance(one, ModuleType) else getattr(one, "__module__", "")) for one in values
        }
    return found
