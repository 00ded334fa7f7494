"""Arrows point down, netlists never import each other, and a foreign library has one door."""

from functools import cache

import pytest

from tests.house.sources import PROJECT, Source, imports, modules, scripts

MAY_IMPORT = {
    "engine": set[str](),
    "web3engine": {"engine"},
    "markets": {"engine"},
    "protocols": {"engine", "web3engine", "markets"},
    "agents": {"engine", "web3engine", "markets", "protocols"},
    "netlists": {"engine", "web3engine", "markets", "protocols", "agents"},
    "studies": {"engine", "web3engine", "markets", "protocols"},
}
SCRIPTS_MAY_IMPORT = {"engine", "web3engine", "studies"}

# Each library, and the beginnings of the files that may import it.
DOORS = {
    "web3": ("web3engine/", "studies/resume/replay"),  # which stands before a provider
    "eth_account": ("web3engine/",),
    "solcx": ("web3engine/",),
    "tokenspice.web3engine._core": ("web3engine/backends/revm.py", "web3engine/keys.py", "web3engine/provider/"),
    "tokenspice.markets.pools._core": ("markets/pools/kernel.py",),
    "matplotlib": ("studies/",),
    "pygraphviz": ("studies/show/drawing.py",),
    "jax": ("studies/pools/", "studies/learn/", "studies/twin/"),
    "optax": ("studies/pools/training/descent.py", "studies/learn/"),
    "optuna": ("studies/design/bayes/nearest.py", "studies/pools/training/searches.py", "studies/design/optimisation/"),
    "cmaes": ("studies/design/optimisation/searches.py",),
    "SALib": ("studies/design/sensitivity/indices.py",),
    "cma": ("studies/pools/training/searches.py",),
    "gymnasium": ("studies/learn/",),
    "pettingzoo": ("studies/learn/",),
}


def forbidden_arrows(source: Source) -> list[str]:
    """The imports that point up, or sideways."""
    own, _, rest = source.module.removeprefix("tokenspice.").partition(".")
    allowed = MAY_IMPORT.get(own, SCRIPTS_MAY_IMPORT) | ({own} if own != "netlists" else set())
    if own == "netlists":
        allowed |= {f"netlists.{rest.partition('.')[0]}", *families()}
    return [
        f"{source.name}:{line} imports {name}"
        for line, name in imports(source)
        if is_ours(name) and not any(is_in(name, f"tokenspice.{package}") for package in allowed)
    ]


def is_ours(name: str) -> bool:
    return any(is_in(name, f"tokenspice.{package}") for package in MAY_IMPORT)


@cache
def families() -> frozenset[str]:
    """The folders of netlists that hold no netlist of their own, but what several netlists share."""
    folders = [path.parent for path in (PROJECT / "netlists").glob("*/__init__.py")]
    return frozenset(f"netlists.{folder.name}" for folder in folders if not (folder / "netlist.py").exists())


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
        ("engine/clock.py", "from tokenspice.web3engine.chain import Chain"),
        ("engine/clock.py", "import tokenspice.agents.grants"),
        ("engine/clock.py", "def f():\n    import tokenspice.studies.run.run"),
        ("web3engine/chain.py", "from tokenspice.markets.pools import weighted"),
        ("web3engine/chain.py", "from tokenspice.protocols.ocean_v3 import OceanV3"),
        ("markets/pools/weighted.py", "from tokenspice.web3engine.chain import Chain"),
        ("web3engine/backends/revm.py", "from ...agents import grants"),
        ("agents/grants.py", "from tokenspice.netlists.simplegrant import netlist"),
        ("netlists/a/netlist.py", "from tokenspice.netlists.b.netlist import KPIs"),
        ("netlists/a/netlist.py", "import tokenspice.netlists"),
        ("netlists/a/netlist.py", "from tokenspice.netlists import b"),
        ("netlists/a/netlist.py", "from ..b import netlist"),
        ("netlists/a/netlist.py", "from tokenspice.studies.run.run import run_once"),
        ("studies/run/run.py", "from tokenspice.netlists.simplegrant.netlist import KPIs"),
        ("studies/run/run.py", "from tokenspice.agents.grants import GrantGivingAgent"),
        ("tsp", "from tokenspice.agents import grants"),
    ],
)
def test_an_arrow_that_points_up_or_sideways_is_found(name: str, line: str) -> None:
    assert len(forbidden_arrows(Source(name, line))) == 1


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("engine/clock.py", "from tokenspice.engine.units import tokens\nimport numpy\nfrom . import units"),
        ("web3engine/backends/revm.py", "from .. import chain\nfrom ..contract import Call"),
        ("agents/grants.py", "from tokenspice.web3engine.chain import Chain\nfrom tokenspice.agents import pools"),
        (
            "netlists/a/netlist.py",
            "from .kpis import KPIs\nfrom tokenspice.netlists.a import state\nimport tokenspice.agents.grants",
        ),
        ("netlists/a/__init__.py", "from . import netlist"),
        ("netlists/a/netlist.py", "from tokenspice.netlists.science import charts"),
        ("agents/grants.py", "from tokenspice.protocols.ocean_v3 import OceanV3"),
        (
            "protocols/cpmm.py",
            "from tokenspice.markets.pools import weighted\nfrom tokenspice.web3engine.chain import Chain",
        ),
        ("tsp", "from tokenspice.studies.cli import main"),
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
        ("web3engine/chain.py", "from tokenspice.web3engine import _core"),
        ("web3engine/chain.py", "from . import _core"),
        ("agents/grants.py", "import matplotlib"),
        ("engine/log.py", "from matplotlib.figure import Figure"),
        ("studies/run/run.py", "import jax.numpy as jnp"),
    ],
)
def test_a_library_at_the_wrong_door_is_found(name: str, line: str) -> None:
    assert len(forbidden_libraries(Source(name, line))) == 1


def test_a_library_at_its_own_door_is_let_through() -> None:
    assert forbidden_libraries(Source("web3engine/chain.py", "import web3\nfrom eth_account import Account")) == []
    assert forbidden_libraries(Source("agents/a.py", "import tokenspice.web3engine\nimport jaxtyping")) == []
