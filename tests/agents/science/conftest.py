"""A chain in this process, for tests that need many."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.config import Config
from tests.conftest import PROJECT
from web3engine.artifacts import Artifacts
from web3engine.chain import Chain
from web3engine.network import REVM, is_built, open_backend


@pytest.fixture(scope="module")
def in_process_chain(config: Config) -> Iterator[Chain]:
    if not is_built():
        pytest.skip("the in-process chain was not built")
    backend = open_backend(replace(config, network=REVM))
    yield Chain(backend, Artifacts(PROJECT, config.build_folder))
    backend.close()
