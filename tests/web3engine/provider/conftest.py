"""web3.py on the in-process chain and on anvil.

A script is a function of a `Web3` that returns what it saw. `same` runs it on both chains, compares, and returns it.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from web3 import Web3

from tests.web3engine.provider.helpers import Client, Same, Script, funded, new_evm, plain
from tokenspice.web3engine import _core
from tokenspice.web3engine.clients import Clients
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import open_backend
from tokenspice.web3engine.provider import EvmProvider


@pytest.fixture
def evm() -> _core.Evm:
    return new_evm()


@pytest.fixture
def w3(evm: _core.Evm) -> Client:
    """web3.py on the in-process chain."""
    return funded(Web3(EvmProvider(evm)))


@pytest.fixture
def anvil(config: Config) -> Iterator[Client]:
    """web3.py on an anvil of the test's own: its snapshots bring back neither coinbase nor impersonation."""
    with closing(open_backend(replace(config, network="anvil"))) as backend:
        yield funded(Web3(backend.provider(Clients())))


@pytest.fixture
def same(w3: Client, anvil: Client) -> Same:
    def run(script: Script) -> Any:
        ours, theirs = plain(script(w3)), plain(script(anvil))
        assert ours == theirs
        return ours

    return run
