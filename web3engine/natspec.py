"""What Solidity's comments say of a contract's functions (NatSpec), out of the JSON that compilers write."""

from collections.abc import Mapping
from typing import Any

__all__ = ["function_docs"]


def function_docs(record: Mapping[str, Any]) -> dict[str, str]:
    """Return the documentation of each function that has some, by its signature.

    Args:
        record: what a compiler says of one contract; "userdoc" and "devdoc" may be missing, or anything.
    """
    notices, details = methods(record.get("userdoc")), methods(record.get("devdoc"))
    found = {name: text_of(notices.get(name, {}), details.get(name, {})) for name in {**notices, **details}}
    return {name: text for name, text in found.items() if text}


def methods(docs: object) -> dict[str, dict[str, Any]]:
    found = docs.get("methods") if isinstance(docs, dict) else None
    return (
        {name: one for name, one in (found or {}).items() if isinstance(one, dict)} if isinstance(found, dict) else {}
    )


def text_of(notice: dict[str, Any], detail: dict[str, Any]) -> str:
    """Write a function's comment: what it does, its arguments, what it returns."""
    said = [str(one[key]) for one, key in ((notice, "notice"), (detail, "details")) if one.get(key)]
    arguments = named(detail.get("params"))
    returned = named(detail.get("returns") or {"": detail.get("return")})
    parts = [" ".join(said)]
    if arguments:
        parts.append("Args:\n" + "\n".join(f"    {name}: {text}" for name, text in arguments.items()))
    if returned:
        lines = [
            f"    {name}: {text}" if name.strip("_0123456789") else f"    {text}" for name, text in returned.items()
        ]
        parts.append("Returns:\n" + "\n".join(lines))
    return "\n\n".join(filter(None, parts))


def named(texts: object) -> dict[str, str]:
    return {str(name): str(text) for name, text in texts.items() if text} if isinstance(texts, dict) else {}
