"""What tests of every room share: the project's settings, and a fresh chain on each backend that is present."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.config import Config
from web3engine.artifacts import Artifacts
from web3engine.backends.base import ChainBackend
from web3engine.backends.rpc import NODE_KINDS
from web3engine.chain import Chain
from web3engine.errors import BackendUnavailable
from web3engine.network import open_backend

PROJECT = Path(__file__).parent.parent
DATA = PROJECT / "tests" / "data"


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The project's settings, but no ganache of the user's is used."""
    return Config(PROJECT, ganache_url="http://127.0.0.1:1")


@pytest.fixture(scope="session")
def artifacts(config: Config) -> Artifacts:
    """The project's contracts and those of tests/data/probe."""
    return Artifacts(PROJECT, config.build_folder, netlist=DATA / "probe")


@pytest.fixture(scope="session", params=sorted(NODE_KINDS))
def running_backend(request: pytest.FixtureRequest, config: Config) -> Iterator[ChainBackend]:
    """One backend of each kind, for the whole session."""
    kind = NODE_KINDS[request.param]
    try:
        kind.command(PROJECT, 0)
    except BackendUnavailable as error:
        pytest.skip(str(error))
    backend = open_backend(kind.name, config)
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


@pytest.fixture
def anvil_config(config: Config) -> Config:
    """Settings for a run of its own, on the quicker of the nodes."""
    if not shutil.which("node"):
        pytest.skip("Node.js is not installed")
    return replace(config, network="anvil")
