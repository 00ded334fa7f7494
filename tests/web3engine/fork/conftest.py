"""Live chains to fork: an anvil and a ganache of our own, with a pool of Ocean's, a token and a probe on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.web3engine.fork.server import Proxy
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.node_kinds import NODE_KINDS
from tokenspice.web3engine.backends.rpc import RpcBackend
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.fork.fork import Fork
from tokenspice.web3engine.network import is_built, open_backend

if not is_built():
    collect_ignore_glob = ["test_*.py"]
else:
    from tests.web3engine.fork.helpers import Clock, Live, start


@pytest.fixture(scope="session", params=sorted(NODE_KINDS))
def live(request: pytest.FixtureRequest, config: Config, artifacts: Artifacts) -> Iterator[Live]:
    """A live chain on each kind of node in turn. Tests leave it as it is."""
    live = start(request.param, config, artifacts)
    yield live
    live.backend.close()


@pytest.fixture(scope="session")
def anvil(config: Config, artifacts: Artifacts) -> Iterator[Live]:
    """A live chain on anvil. Tests leave it as it is."""
    live = start("anvil", config, artifacts)
    yield live
    live.backend.close()


@pytest.fixture
def proxy(anvil: Live) -> Iterator[Proxy]:
    """What stands between us and anvil."""
    proxy = Proxy(anvil.url)
    yield proxy
    proxy.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def empty_chain(config: Config, artifacts: Artifacts) -> Iterator[Chain]:
    """A fork of an anvil on which nothing has happened."""
    node = open_backend(replace(config, network="anvil"))
    assert isinstance(node, RpcBackend)
    backend = open_backend(config, fork=Fork(node.url))
    yield Chain(backend, artifacts)
    backend.close()
    node.close()
