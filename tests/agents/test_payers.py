"""Payments among many, queued a block at a time. Queues exist on revm alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenspice.agents.payers import PayersAgent, SwapperStrategy, random_below
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import Amount, tokens
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.network import is_built
from tokenspice.web3engine.rules import Ordering

pytestmark = pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Import what wallets import late: it raises the recursion limit, which hypothesis would blame on the test."""
    import eth_account  # noqa: F401


class World:
    """Some who pay each other."""

    def __init__(self, artifacts: Artifacts, ordering: Ordering, n: int, activity: float, seed: int = 0) -> None:
        from tokenspice.web3engine.backends.revm import RevmBackend

        self.chain = Chain(RevmBackend(seed), artifacts, seed)
        token = self.chain.deploy_token("TOK", supply=n * tokens(10))
        self.wallets = [self.chain.wallet(f"w{number}", TOK=tokens(10)) for number in range(n)]
        self.agent = PayersAgent("payers", self.chain, token, self.wallets, activity, tokens(10))
        self.chain.mempool.ordering = ordering
        self.state = SimStateBase(SimStrategyBase(seed=seed), self.chain)

    def run(self, ticks: int) -> list[Amount]:
        for _ in range(ticks):
            self.agent.takeStep(self.state)
            self.chain.advance(12)
            self.state.tick += 1
        self.agent.settle()
        return [wallet.balance("TOK") for wallet in self.wallets]


@given(ordering=st.sampled_from(["arrival", "shuffle", "priority"]), n=st.integers(2, 12), activity=st.floats(0, 1))
@settings(max_examples=20, deadline=None)
def test_no_token_is_made_or_lost_in_any_order(
    artifacts: Artifacts, ordering: Ordering, n: int, activity: float
) -> None:
    held = World(artifacts, ordering, n, activity).run(5)

    assert sum(held) == n * tokens(10)


def test_everyone_who_is_active_pays_or_is_refused(artifacts: Artifacts) -> None:
    world = World(artifacts, "shuffle", 20, 1.0)

    world.run(7)

    assert world.agent.n_paid + world.agent.n_refused == 20 * 7
    assert world.agent.n_paid > 0 < world.agent.n_refused


def test_what_finds_no_room_in_a_block_is_accounted_for_when_it_is_mined(artifacts: Artifacts) -> None:
    world = World(artifacts, "arrival", 1_500, 1.0)
    world.agent.takeStep(world.state)

    counts = []
    for _ in range(4):
        world.chain.advance(12)
        world.agent.settle()
        counts.append(world.agent.n_paid + world.agent.n_refused)

    assert counts[0] < counts[1] <= counts[3] == 1_500


def test_where_nobody_is_active_nothing_is_queued(artifacts: Artifacts) -> None:
    world = World(artifacts, "arrival", 3, 0.0)

    assert world.run(3) == [tokens(10)] * 3 and world.agent.n_paid == 0


def test_who_is_paid_first_may_pay_on_in_the_same_block(artifacts: Artifacts) -> None:
    def held(ordering: Ordering, seed: int) -> list[Amount]:
        return World(artifacts, ordering, 20, 1.0, seed).run(5)

    assert held("arrival", 1) == held("arrival", 1)
    assert held("arrival", 1) != held("shuffle", 1)


def test_draws_lie_below_their_bound_even_beyond_64_bits() -> None:
    rng = np.random.default_rng(0)

    draws = [random_below(rng, tokens(10**6)) for _ in range(2_000)]

    assert 0 <= min(draws) < tokens(10**4) and tokens(990_000) < max(draws) < tokens(10**6)


@pytest.mark.parametrize("values", [{"activity": 2.0}, {"slippage_bps": -1}, {"tip_gwei": -1.0}])
def test_a_swapper_that_makes_no_sense_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(StrategyError):
        SwapperStrategy(**values)  # type: ignore[arg-type]
