"""The reference values of quantammsim. See tests/data/quantamm/README.md."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.prices.files import bundled_prices
from tokenspice.markets.prices.table import Prices

DATA = Path(__file__).parents[1] / "data" / "quantamm"


@cache
def file(name: str) -> Any:
    return json.loads(gzip.decompress((DATA / f"{name}.json.gz").read_bytes()))


@cache
def cases() -> dict[str, Any]:
    return {case["id"]: case for case in file("cases")["cases"]}


def group(name: str, *skipped: str) -> list[str]:
    """The ids of a group's cases."""
    return [id for id, case in cases().items() if case["group"] == name and id not in skipped]


@cache
def runs() -> dict[str, Any]:
    return {case["id"]: case for case in file("e2e_cases")["cases"]}


def target(case: Any) -> Any:
    """The values that a case wants to be met."""
    return case.get("expected_tolerant", case["expected"])


@cache
def prices() -> Prices:
    return bundled_prices()


def array(values: Any) -> Floats:
    return np.array(values, dtype=float)


def close(found: Any, expected: Any, rtol: float) -> None:
    np.testing.assert_allclose(array(found), array(expected), rtol=rtol, atol=1e-14)
