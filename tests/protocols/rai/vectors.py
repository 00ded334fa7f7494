"""The recorded answers of the published controllers, and scripts of them, played to anything that answers alike."""

import gzip
import json
from functools import cache
from typing import Any, Protocol

import pytest

from tests.conftest import DATA
from tokenspice.protocols.rai import ControllerTerms, Law

LAWS: dict[str, Law] = {
    "PIRawPerSecondCalculator": "raw",
    "PIScaledPerSecondCalculator": "scaled",
    "BasicPIRawPerSecondCalculator": "basic",
}


@cache
def vectors() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress((DATA / "rai" / "controller_vectors.json.gz").read_bytes()))
    return found


def terms(contract: str, params: dict[str, str]) -> ControllerTerms:
    law = LAWS[contract]
    bounds = {} if law == "basic" else {"upper": int(params["foub"]), "lower": int(params["folb"])}
    return ControllerTerms(
        int(params["Kp"]),
        int(params["Ki"]),
        int(params["pscl"]),
        int(params["ips"]),
        int(params["nb"]),
        law=law,
        **bounds,
    )


def unit_tests() -> list[tuple[str, str]]:
    """Contract and script of each of the public unit tests."""
    tests = vectors()["public_unit_tests"]
    return [(contract, script) for contract in tests if contract != "setup" for script in tests[contract]]


class System(Protocol):
    """A controller with its relayer and a setter that has no delay of its own, in Python or in the EVM."""

    def warp(self, seconds: int) -> None: ...
    def update_rate(self) -> None: ...
    def modify(self, name: str, value: int) -> None: ...
    def set_feed(self, price: int) -> None: ...
    def next_rate(self, market: int, redemption: int, leak: int | None) -> tuple[int, int, int]: ...
    def adjusted(self, proportional: int, integral: int) -> tuple[int, int]: ...
    def read(self, name: str) -> int: ...


def setup_terms(contract: str) -> ControllerTerms:
    setup = vectors()["public_unit_tests"]["setup"]
    params = setup | {"pscl": setup["perSecondCumulativeLeak"], "ips": setup["integralPeriodSize"]}
    return terms(contract, params | {"nb": setup["noiseBarrier"]})


def play(system: System, contract: str, script: str, reverts: type[Exception]) -> None:
    """Play one of the public unit tests."""
    for step in vectors()["public_unit_tests"][contract][script]:
        match step["op"]:
            case "warp":
                system.warp(int(step["seconds"]))
            case "setFeed":
                system.set_feed(int(step["price"]))
            case "modifyParameters":
                system.modify(step["name"], int(step["value"]))
            case "updateRate" if step.get("expect_revert"):
                with pytest.raises(reverts):
                    system.update_rate()
            case "updateRate":
                system.update_rate()
            case "getNextRedemptionRate":
                leak = None if step["accumulatedLeak"].startswith("rpower") else int(step["accumulatedLeak"])
                redemption = step["redemptionPrice"]
                price = system.read("redemptionPrice") if redemption == "relayer" else int(redemption)
                found = system.next_rate(int(step["marketPrice"]), price, leak)
                wanted = step["expect"]
                assert found == tuple(int(wanted[name]) for name in ("rate", "proportional", "integral"))
            case "getGainAdjustedTerms":
                adjusted = system.adjusted(int(step["proportional"]), int(step["integral"]))
                assert list(adjusted) == list(map(int, step["expect"]))
            case "expect":
                for name, value in step.items():
                    if name != "op":
                        assert system.read(name) == int(value), name
