"""The same instructions as rules of a state machine, so that hypothesis finds and shortens a script that breaks an invariant."""

import random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.markets.exchange.fuzz.call import Call
from tests.markets.exchange.fuzz.driver import done
from tests.markets.exchange.fuzz.instructions import Fuzzer
from tests.markets.exchange.fuzz.markets import opened
from tokenspice.markets.exchange import Exchange
from tokenspice.markets.exchange.invariants import Watch
from tokenspice.markets.exchange.journal import Journal, replay
from tokenspice.markets.exchange.state_bytes import to_bytes

FURTHER = (
    "margin_mode",
    "create_pool",
    "amend_pool",
    "cancel_pool",
    "commitment",
    "oracle",
    "transfer",
    "proposal",
    "vote",
    "stake",
)
SEEDS = st.integers(0, 2**32 - 1)


class ExchangeMachine(RuleBasedStateMachine):
    """One exchange. Each rule draws one kind of instruction, from a seed of its own; less is left out as it shrinks."""

    def __init__(self) -> None:
        super().__init__()
        self.exchange = Exchange()
        self.journal = Journal(self.exchange)
        self.watch = Watch(self.exchange)

    @initialize(seed=SEEDS)
    def open(self, seed: int) -> None:
        """Markets and parties of any kind."""
        rng = random.Random(seed)
        script: list[Call] = []
        self.fuzzer = Fuzzer(rng, opened(self.exchange, rng, script), bias=0.95)

    def do(self, name: str, seed: int) -> None:
        self.fuzzer.rng.seed(seed)
        done(self.fuzzer.draw(name, self.exchange), self.exchange)

    @rule(seed=SEEDS)
    def order(self, seed: int) -> None:
        self.do("order", seed)

    @rule(seeds=st.lists(SEEDS, min_size=5, max_size=20))
    def orders(self, seeds: list[int]) -> None:
        for seed in seeds:
            self.do("order", seed)

    @rule(seed=SEEDS)
    def amendment(self, seed: int) -> None:
        self.do("amendment", seed)

    @rule(seed=SEEDS)
    def cancellation(self, seed: int) -> None:
        self.do("cancellation", seed)

    @rule(seed=SEEDS)
    def cancel_all(self, seed: int) -> None:
        self.do("cancel_all", seed)

    @rule(seed=SEEDS)
    def stop(self, seed: int) -> None:
        self.do("stop", seed)

    @rule(seed=SEEDS)
    def refill(self, seed: int) -> None:
        self.do("refill", seed)

    @rule(seed=SEEDS, name=st.sampled_from(FURTHER))
    def further(self, seed: int, name: str) -> None:
        """Margin modes, pools, commitments, oracles, transfers, proposals and votes."""
        self.do(name, seed)

    @rule(seed=SEEDS)
    def block(self, seed: int) -> None:
        self.do("block", seed)

    @invariant()
    def holds(self) -> None:
        """Whatever must hold, does."""
        assert self.watch.look() == []

    def teardown(self) -> None:
        """The journal leads to the same state, to the byte."""
        again = replay(self.journal.lines)
        self.exchange.venue.on_trade = None
        assert to_bytes(again) == to_bytes(self.exchange)
