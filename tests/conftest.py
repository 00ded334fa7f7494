"""What tests of every room share: the project's settings, and a fresh chain on each backend that is present."""

import re
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings

from tests.tiers import marks_of, repeated_on_nodes
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import ChainBackend
from tokenspice.web3engine.backends.node_kinds import NODE_KINDS
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import REVM, is_built, open_backend

PROJECT = Path(__file__).parent.parent
DATA = PROJECT / "tests" / "data"


# How long one example takes depends on what else the machine does; and who runs a test again, sees the same examples.
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")


def pytest_configure() -> None:
    """Let Ctrl-C reach the programs that tests start, also where pytest runs in the background, which ignores it."""
    is_ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if is_ignored and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give each test the marks of its tier, and leave out what only repeats another one."""
    for item in items:
        if isinstance(item, pytest.Function):
            for mark in marks_of(item):
                item.add_marker(mark)
    if repeated := set(repeated_on_nodes(items)):
        config.hook.pytest_deselected(items=list(repeated))
        items[:] = [item for item in items if item not in repeated]


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a case without its address in memory, so that the workers of pytest-xdist agree on its name."""
    text = repr(val)
    return re.sub(r" at 0x[0-9A-Fa-f]+", "", text) if " at 0x" in text else None


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The project's settings, but no ganache of the user's is used."""
    return Config(PROJECT, ganache_url="http://127.0.0.1:1")


@pytest.fixture(scope="session")
def artifacts(config: Config) -> Artifacts:
    """The project's contracts and those of tests/data/probe."""
    return Artifacts(PROJECT, config.build_folder, netlist=DATA / "probe")


@pytest.fixture(scope="session", params=[REVM, *sorted(NODE_KINDS)])
def running_backend(request: pytest.FixtureRequest, config: Config) -> Iterator[ChainBackend]:
    """One backend of each kind, for the whole session."""
    if request.param == REVM and not is_built():
        pytest.skip("the in-process chain was not built")
    backend = open_backend(replace(config, network=request.param))
    yield backend
    backend.close()


@pytest.fixture
def backend(running_backend: ChainBackend) -> Iterator[ChainBackend]:
    """A backend in its first state, to which it returns after the test."""
    first = running_backend.snapshot()
    yield running_backend
    running_backend.restore(first)


@pytest.fixture
def chain(backend: ChainBackend, artifacts: Artifacts) -> Chain:
    """A new chain, on each backend in turn."""
    return Chain(backend, artifacts)


@pytest.fixture(scope="module")
def in_process_chain(config: Config) -> Iterator[Chain]:
    """One chain in this process, for tests that try much in its `anchor`."""
    if not is_built():
        pytest.skip("the in-process chain was not built")
    backend = open_backend(replace(config, network=REVM))
    chain = Chain(backend, Artifacts(PROJECT, config.build_folder))
    with chain.anchor():
        # A library that this imports raises Python's recursion limit, of which hypothesis would complain in a test.
        chain.deploy_token("WARM_UP")
    yield chain
    backend.close()
