"""Each backend that is present passes the suites of a chain backend and of a world."""

import pytest

from tests.suites.backend import BackendSuite
from tests.suites.world import WorldSuite
from web3engine.chain import Chain


class TestEachBackend(BackendSuite):
    """On anvil and on ganache, in turn."""


class TestEachBackendIsAWorld(WorldSuite):
    """Time passes on it as on any world."""

    @pytest.fixture
    def world(self, chain: Chain) -> Chain:
        return chain
