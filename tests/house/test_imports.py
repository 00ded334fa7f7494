"""Arrows point down, netlists never import each other, and a foreign library has one door."""

import pytest

from tests.house.sources import Source, imports, modules, scripts

MAY_IMPORT = {
    "engine": set[str](),
    "web3engine": {"engine"},
    "markets": {"engine"},
    "agents": {"engine", "web3engine", "markets"},
    "netlists": {"engine", "web3engine", "markets", "agents"},
    "studies": {"engine", "web3engine", "markets"},
}
SCRIPTS_MAY_IMPORT = {"engine", "web3engine", "studies"}

# Each library, and the beginnings of the files that may import it.
DOORS = {
    "web3": ("web3engine/",),
    "eth_account": ("web3engine/",),
    "solcx": ("web3engine/",),
    "web3engine._core": ("web3engine/backends/revm.py", "web3engine/provider/"),
    "matplotlib": ("engine/plot.py", "studies/"),
    "pygraphviz": ("studies/show/drawing.py",),
    "jax": ("markets/amm/", "studies/batch/optimise.py", "studies/twin/identify.py"),
    "gymnasium": ("studies/rl/",),
    "pettingzoo": ("studies/rl/",),
}


def forbidden_arrows(source: Source) -> list[str]:
    """The imports that point up, or sideways."""
    own, _, rest = source.module.partition(".")
    allowed = MAY_IMPORT.get(own, SCRIPTS_MAY_IMPORT) | ({own} if own != "netlists" else set())
    if own == "netlists":
        question = f"netlists.{rest.partition('.')[0]}"
        allowed = MAY_IMPORT[own] | {question}
    return [
        f"{source.name}:{line} imports {name}"
        for line, name in imports(source)
        if name.partition(".")[0] in MAY_IMPORT and not any(is_in(name, package) for package in allowed)
    ]


def forbidden_libraries(source: Source) -> list[str]:
    """The imports of a library that come in by another door than its own."""
    return [
        f"{source.name}:{line} imports {name}; that is for {' and '.join(doors)}"
        for line, name in imports(source)
        for library, doors in DOORS.items()
        if is_in(name, library) and not source.name.startswith(doors)
    ]


def is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_arrows_point_down() -> None:
    assert [arrow for source in (*modules(), *scripts()) for arrow in forbidden_arrows(source)] == []


def test_a_foreign_library_comes_in_by_its_own_door() -> None:
    assert [found for source in (*modules(), *scripts()) for found in forbidden_libraries(source)] == []


def test_there_are_modules_to_look_at() -> None:
    names = {source.name for source in (*modules(), *scripts())}

    assert {"engine/units.py", "web3engine/chain.py", "netlists/simplegrant/netlist.py", "tsp"} <= names


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("engine/clock.py", "from web3engine.chain import Chain"),
        ("engine/clock.py", "import agents.grants"),
        ("engine/clock.py", "def f():\n    import studies.run"),
        ("web3engine/chain.py", "from markets.amm import pool"),
        ("web3engine/backends/revm.py", "from ...agents import grants"),
        ("agents/grants.py", "from netlists.simplegrant import netlist"),
        ("netlists/a/netlist.py", "from netlists.b.netlist import KPIs"),
        ("netlists/a/netlist.py", "import netlists"),
        ("netlists/a/netlist.py", "from netlists import b"),
        ("netlists/a/netlist.py", "from ..b import netlist"),
        ("netlists/a/netlist.py", "from studies.run import run_once"),
        ("studies/run.py", "from netlists.simplegrant.netlist import KPIs"),
        ("studies/run.py", "from agents.grants import GrantGivingAgent"),
        ("tsp", "from agents import grants"),
    ],
)
def test_an_arrow_that_points_up_or_sideways_is_found(name: str, line: str) -> None:
    assert len(forbidden_arrows(Source(name, line))) == 1


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("engine/clock.py", "from engine.units import tokens\nimport numpy\nfrom . import units"),
        ("web3engine/backends/revm.py", "from .. import chain\nfrom ..contract import Call"),
        ("agents/grants.py", "from web3engine.chain import Chain\nfrom agents import pools"),
        ("netlists/a/netlist.py", "from .kpis import KPIs\nfrom netlists.a import state\nimport agents.grants"),
        ("netlists/a/__init__.py", "from . import netlist"),
        ("tsp", "from studies.cli import main"),
    ],
)
def test_an_arrow_that_points_down_is_let_through(name: str, line: str) -> None:
    assert forbidden_arrows(Source(name, line)) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("engine/clock.py", "from web3 import Web3"),
        ("agents/grants.py", "import eth_account.signers.local"),
        ("netlists/a/netlist.py", "def f():\n    import matplotlib.pyplot as plt"),
        ("web3engine/chain.py", "from web3engine import _core"),
        ("web3engine/chain.py", "from . import _core"),
        ("engine/log.py", "from matplotlib.figure import Figure"),
        ("studies/run.py", "import jax.numpy as jnp"),
    ],
)
def test_a_library_at_the_wrong_door_is_found(name: str, line: str) -> None:
    assert len(forbidden_libraries(Source(name, line))) == 1


def test_a_library_at_its_own_door_is_let_through() -> None:
    assert forbidden_libraries(Source("web3engine/chain.py", "import web3\nfrom eth_account import Account")) == []
    assert forbidden_libraries(Source("agents/a.py", "import web3engine\nimport jaxtyping")) == []
