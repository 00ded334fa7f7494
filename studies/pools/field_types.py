"""Whether what a file gives for a field is of the field's kind: a text is no number, and a truth neither."""

from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from tokenspice.markets.errors import StrategyConfigError

__all__ = ["refuse_wrong_types"]


def refuse_wrong_types(place: str, kind: type, raw: Mapping[str, Any]) -> None:
    """Refuse texts, truths and numbers, alone or in lists, where a field takes none.

    Args:
        place: of the file, such as "[pool]".
        kind: the class whose fields are named.
        raw: values by field, as the file has them.

    Raises:
        StrategyConfigError: says which key, and what to write.
    """
    hints = get_type_hints(kind)
    for key, value in raw.items():
        takes = frozenset(leaves(hints[key]))
        for one in value if isinstance(value, list | tuple) else [value]:
            if not fits(one, takes):
                raise StrategyConfigError(f"{place} {key} is {written(one)}. Write {wanted(takes)}.")


def leaves(hint: Any) -> Iterable[type]:
    """The types that a hint is made of."""
    if get_origin(hint) is Literal:
        return [type(choice) for choice in get_args(hint)]
    if get_origin(hint) in (Union, UnionType, tuple):
        return [leaf for part in get_args(hint) if part is not ... for leaf in leaves(part)]
    return [hint]


def fits(value: Any, takes: frozenset[type]) -> bool:
    """Whether a plain value is of one of the types; of a value that is not plain, its own class judges."""
    if isinstance(value, bool):
        return bool in takes
    if isinstance(value, int | float):
        return bool(takes & {int, float})
    return not isinstance(value, str) or any(issubclass(leaf, str) for leaf in takes)


def wanted(takes: frozenset[type]) -> str:
    if takes & {int, float}:
        return "a number" if float in takes else "a whole number"
    if bool in takes:
        return "true or false"
    return "a text" if any(issubclass(leaf, str) for leaf in takes) else "a list of dates and values"


def written(value: Any) -> str:
    """A value as TOML has it, nearly."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
