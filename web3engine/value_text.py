"""Values of a contract's interface as text: whole numbers in digits, bytes in hexadecimal, arrays and structs as JSON."""

import json
from typing import Any

from tokenspice.web3engine.abi_types import Parameter

__all__ = ["as_text"]


def as_text(value: Any, parameter: Parameter | None = None) -> str:
    """Write a value; numbers inside an array or a struct are text, because readers of JSON take them for floats.

    Args:
        value: as it is decoded.
        parameter: what it is, so that a struct's fields have names.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    part = as_part(value, parameter)
    return part if isinstance(part, str) else json.dumps(part, ensure_ascii=False)


def as_part(value: Any, parameter: Parameter | None) -> Any:
    match value:
        case bool():
            return value
        case bytes():
            return f"0x{value.hex()}"
        case list():
            return [as_part(item, parameter) for item in value]
        case tuple():
            fields = parameter.fields if parameter and len(parameter.fields) == len(value) else ()
            if not (fields and all(field.name for field in fields)):
                return [as_part(item, None) for item in value]
            return {field.name: as_part(item, field) for field, item in zip(fields, value, strict=True)}
    return str(value)
