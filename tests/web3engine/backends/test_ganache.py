"""What ganache alone does otherwise: it gives less gas to what is only read."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from web3.exceptions import ContractLogicError, Web3RPCError

from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.errors import Reverted
from tokenspice.web3engine.network import open_backend

BOUND = "On ganache a read has 1,000,000 gas"


@pytest.fixture(scope="module")
def ganache(config: Config, artifacts: Artifacts) -> Iterator[Chain]:
    with closing(open_backend(replace(config, network="ganache"))) as backend:
        yield Chain(backend, artifacts)


def test_a_read_that_needs_more_gas_says_how_much_there_is(ganache: Chain) -> None:
    probe = ganache.deploy("Probe", 7)

    with pytest.raises(Reverted, match=BOUND):
        ganache.read(probe.spin())


def test_web3_py_is_told_too_and_may_name_the_gas(ganache: Chain) -> None:
    probe = ganache.deploy("Probe", 7)
    w3: Any = ganache.w3
    spin = w3.eth.contract(probe.address, abi=ganache.artifacts.find("Probe").entries).functions.spin()

    for read in (spin.call, spin.estimate_gas):
        with pytest.raises((Web3RPCError, ContractLogicError), match=BOUND):
            read()
    with pytest.raises((Web3RPCError, ContractLogicError)):
        spin.call({"gas": 50_000})


def test_a_creation_is_estimated_whole(ganache: Chain) -> None:
    makes_24_kb = "0x6160006000f3"  # which costs gas for its size, not time

    w3: Any = ganache.w3
    assert w3.eth.estimate_gas({"from": ganache.wallet("maker").address, "data": makes_24_kb}) > 4_900_000
