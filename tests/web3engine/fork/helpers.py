"""A live chain with a past, a clock that needs no time, and what reads the one by the other."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from tokenspice.engine.units import HOUR, tokens
from tokenspice.protocols.ocean_v3 import OceanV3, OceanV3Terms
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import ChainBackend
from tokenspice.web3engine.backends.json_rpc import JsonRpc
from tokenspice.web3engine.backends.patience import FAR, Patience
from tokenspice.web3engine.backends.revm import RevmBackend
from tokenspice.web3engine.backends.rpc import RpcBackend
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.errors import Reverted
from tokenspice.web3engine.fork.cache import ForkCache
from tokenspice.web3engine.fork.reader import ForkReader
from tokenspice.web3engine.fork.remote import RemoteState
from tokenspice.web3engine.network import open_backend

__all__ = ["IMPATIENT", "Clock", "Live", "forked", "reader_of", "rpc_of", "start"]


IMPATIENT = replace(FAR, connect_s=1, piece_s=0.1)  # with a server that hangs


@dataclass(frozen=True)
class Live:
    """A running node, and what is on it."""

    backend: RpcBackend
    artifacts: Artifacts
    ocean: str
    datatoken: str
    pool: str
    probe: str

    @property
    def url(self) -> str:
        return self.backend.url

    def chain(self, backend: ChainBackend) -> Chain:
        """A chain that knows the contracts by name, but of no wallet yet."""
        return Chain(backend, self.artifacts)

    def trade(self, backend: ChainBackend) -> list[tuple[Any, ...]]:
        """Sell a datatoken of alice's to the pool, and use the probe; return all that receipts say."""
        receipts: list[Any] = []
        chain = Chain(backend, self.artifacts, on_transaction=lambda each: receipts.append(each.receipt))
        alice, bob = chain.wallet("alice"), chain.wallet("bob")
        ocean, datatoken = (
            chain.contract("token/Token", self.ocean),
            chain.contract("DataTokenTemplate", self.datatoken),
        )
        pool, probe = chain.contract("oceanv3/BPool", self.pool), chain.contract("Probe", self.probe)
        alice.send(datatoken.approve(self.pool, tokens(1)))
        alice.send(pool.swapExactAmountIn(self.datatoken, tokens(1), self.ocean, 0, 2**255))
        alice.send(ocean.transfer(bob.address, chain.read(ocean.balanceOf(alice.address)) // 3))
        chain.advance(HOUR)
        bob.send(probe.store(chain.read(probe.value()) + 1, value=5))
        with pytest.raises(Reverted, match="because"):
            bob.send(probe.failWithString())
        chain.deploy("Probe", chain.read(ocean.balanceOf(bob.address)) % 1000)
        return [
            # What a successful transaction returned, no node says.
            (
                *(r.succeeded, r.gas_used, r.logs, r.succeeded or r.output, r.halt),
                *(r.contract_address, r.block_number, r.transaction_hash),
            )
            for r in receipts
        ]


def furnish(backend: RpcBackend, artifacts: Artifacts) -> Live:
    chain = Chain(backend, artifacts)
    ocean = chain.deploy_token("OCEAN")
    alice = chain.wallet("alice", OCEAN=tokens(1000))
    pool = OceanV3(chain, ocean).open_pool(
        alice, 1, tokens(500), OceanV3Terms(DT_init=tokens(1000), DT_stake=tokens(100))
    )
    probe = chain.deploy("Probe", 7)
    chain.advance(HOUR)
    return Live(
        backend, artifacts, ocean.contract.address, pool.datatoken.address, pool.contract.address, probe.address
    )


def start(name: str, config: Config, artifacts: Artifacts) -> Live:
    backend = open_backend(replace(config, network=name))
    assert isinstance(backend, RpcBackend)
    return furnish(backend, artifacts)


class Clock:
    """Time that passes by sleeping alone, and takes none."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def __call__(self) -> float:
        return sum(self.slept)


def rpc_of(url: str, clock: Clock, patience: Patience = FAR) -> JsonRpc:
    """A client that waits without taking time."""
    return JsonRpc(url, patience, sleep=clock.sleep, clock=clock)


def reader_of(url: str, clock: Clock, cache: ForkCache | None = None, patience: Patience = FAR) -> ForkReader:
    """Read a live chain without really waiting."""
    live = RemoteState(rpc_of(url, clock, patience), cache.origin.number if cache else None)
    return ForkReader(cache or ForkCache(live.origin), live)


def forked(reader: ForkReader, **options: Any) -> RevmBackend:
    return RevmBackend(fork=reader, **options)
