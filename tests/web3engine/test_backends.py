"""Each backend that is present passes the suites of a chain backend and of a world."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.suites.arguments import ArgumentSuite
from tests.suites.backend import BackendSuite
from tests.suites.world import WorldSuite
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import ChainBackend
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import open_backend


class TestEachBackend(BackendSuite):
    """On each backend in turn."""


class TestEachBackendReadsArguments(ArgumentSuite):
    """By one rule."""


class TestEachBackendIsAWorld(WorldSuite):
    """Time passes on it as on any world."""

    @pytest.fixture
    def world(self, chain: Chain) -> Chain:
        return chain

    @pytest.fixture
    def own_world(self, running_backend: ChainBackend, config: Config, artifacts: Artifacts) -> Iterator[Chain]:
        chain = Chain(open_backend(replace(config, network=running_backend.network)), artifacts)
        yield chain
        chain.close()
