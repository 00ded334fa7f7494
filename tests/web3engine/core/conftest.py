"""Chains and contracts for the tests of the Rust core; without the core there is nothing to collect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tokenspice.web3engine.network import is_built

if not is_built():
    collect_ignore_glob = ["test_*.py"]
else:
    from tests.web3engine.core.helpers import Anvil, Deployed, anvil_program, new_evm


@pytest.fixture
def evm() -> Any:
    return new_evm()


@pytest.fixture
def token(evm: Any) -> Deployed:
    return Deployed(evm, "Token", (10**30,))


@pytest.fixture
def zoo(evm: Any) -> Deployed:
    return Deployed(evm, "Zoo")


@pytest.fixture
def anvil() -> Iterator[Any]:
    """Starts an anvil of a given hardfork; all are stopped at the end."""
    program = anvil_program()
    running: list[Anvil] = []

    def start(hardfork: str = "shanghai", *options: str) -> Anvil:
        running.append(Anvil(program, hardfork, *options))
        return running[-1]

    yield start
    for node in running:
        node.stop()
