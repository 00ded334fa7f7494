"""The cases of a derivatives exchange, by id and by kind. See tests/data/vega/README.md."""

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "data" / "vega"

Case = dict[str, Any]


@cache
def cases() -> dict[str, Case]:
    """Every case by its id."""
    return {case["id"]: case for case in json.loads((DATA / "cases.json").read_text())["cases"]}


def of_kind(*kinds: str) -> list[str]:
    """The ids of the cases of these kinds."""
    return [id for id, case in cases().items() if case["kind"] in kinds]
