"""What a frozen dataclass works out from its fields, which is no state of its own."""

from functools import cached_property

__all__ = ["derived_names"]


def derived_names(kind: type) -> frozenset[str]:
    """Return the cached properties of a frozen dataclass, which are worked out when they are first asked for."""
    parameters = getattr(kind, "__dataclass_params__", None)
    if parameters is None or not parameters.frozen:
        return frozenset()
    found = (name for base in kind.__mro__ for name, each in vars(base).items() if isinstance(each, cached_property))
    return frozenset(found)
