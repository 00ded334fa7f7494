"""What a sandwicher reckons is what the chain then does. Queues exist on revm alone."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenspice.agents.payers import GWEI, SwapperAgent, SwapperStrategy
from tokenspice.agents.sandwich import Chances, SandwicherAgent, SandwichStrategy, best_front, expected_gain
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import Amount, tokens
from tokenspice.protocols.constant_product import Reserves, create_pool
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.network import is_built
from tokenspice.web3engine.rules import Ordering

pytestmark = pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")

SURE = Chances(1, 0)
RESERVES = Reserves(tokens(1_000), tokens(3_000_000), 3_000)


class World:
    """A pool, someone who swaps, and a sandwicher."""

    def __init__(self, chain: Chain, ordering: Ordering, strategy: SandwichStrategy = SandwichStrategy()) -> None:
        self.chain = chain
        base, quote = chain.deploy_token("WETH"), chain.deploy_token("USD")
        self.pool, provider = create_pool(chain, base, quote, 3_000), chain.wallet("provider", WETH=tokens(1_000))
        provider = chain.wallet("provider", USD=tokens(3_000_000))
        self.victim = chain.wallet("victim", WETH=tokens(1_000), USD=tokens(3_000_000))
        for wallet in (provider, self.victim):
            self.pool.approve(wallet)
        provider.send(self.pool.add_liquidity(tokens(1_000), tokens(3_000_000)))
        self.sandwicher = SandwicherAgent("searcher", chain.wallet("searcher"), chain, self.pool, strategy)
        for token in (base, quote):
            chain.faucet.send(token.contract.transfer(self.sandwicher.searcher.address, tokens(10**6)))
        chain.mempool.ordering = ordering
        self.state = SimStateBase(SimStrategyBase(), chain)

    def held(self) -> list[Amount]:
        address = self.sandwicher.searcher.address
        return [self.chain.read(token.contract.balanceOf(address)) for token in (self.pool.base, self.pool.quote)]

    def victim_swaps(self, amount: Amount, slippage_bps: int = 50, tip: int = GWEI) -> tuple[Amount, Amount]:
        """Submit a sale of base; return the least that it takes, and what it got."""
        fair = self.pool.facing(self.chain, self.pool.base).amount_out(amount)
        least = fair * (10_000 - slippage_bps) // 10_000
        pending = self.victim.submit(self.pool.swap(self.pool.base, amount, least), tip)
        self.sandwicher.takeStep(self.state)
        self.chain.advance(12)
        self.sandwicher.settle()
        if not (pending.receipt and pending.receipt.succeeded):
            return least, 0
        (event,) = self.pool.contract.events(pending.receipt, "Swap")
        return least, event.args["amountOut"]


@pytest.fixture
def chain(artifacts: Artifacts) -> Iterator[Chain]:
    from tokenspice.web3engine.backends.revm import RevmBackend

    yield Chain(RevmBackend(), artifacts)


def test_by_priority_it_gains_to_the_wei_what_it_reckoned(chain: Chain) -> None:
    world = World(chain, "priority")
    least = RESERVES.amount_out(tokens(20)) * 9_950 // 10_000
    front = best_front(RESERVES, tokens(20), least, tokens(10**6), SURE)
    before = world.held()

    asked, got = world.victim_swaps(tokens(20))

    assert asked == least <= got < RESERVES.amount_out(tokens(20))
    assert [now - then for now, then in zip(world.held(), before, strict=True)] == [
        expected_gain(RESERVES, tokens(20), front, SURE),
        0,
    ]
    assert (world.sandwicher.n_tried, world.sandwicher.n_landed) == (1, 1)


def test_by_arrival_it_comes_too_late_and_lets_it_be(chain: Chain) -> None:
    world = World(chain, "arrival")

    _, got = world.victim_swaps(tokens(20))

    assert got == RESERVES.amount_out(tokens(20)) and world.sandwicher.n_tried == 0


def test_a_swap_that_is_not_worth_the_gas_is_let_be(chain: Chain) -> None:
    world = World(chain, "priority")

    _, got = world.victim_swaps(tokens("0.5"), tip=100 * GWEI)

    assert got == RESERVES.amount_out(tokens("0.5")) and world.sandwicher.n_tried == 0


def test_a_swap_with_no_tolerance_cannot_be_sandwiched(chain: Chain) -> None:
    world = World(chain, "priority")

    least, got = world.victim_swaps(tokens(20), slippage_bps=0)

    assert got == least and world.sandwicher.n_landed == 0


def test_when_others_come_first_both_swaps_fail_and_nothing_moves(chain: Chain) -> None:
    world = World(chain, "priority")
    rival = chain.wallet("rival", WETH=tokens(5))
    world.pool.approve(rival)
    before = world.held()

    # Submitted after the sandwicher looked, with a higher tip than anybody's.
    fair = world.pool.facing(chain, world.pool.base).amount_out(tokens(20))
    world.victim.submit(world.pool.swap(world.pool.base, tokens(20), fair * 98 // 100), GWEI)
    world.sandwicher.takeStep(world.state)
    rival.submit(world.pool.swap(world.pool.base, tokens(5), 0), 50 * GWEI)
    chain.advance(12)
    world.sandwicher.settle()

    assert world.held() == before
    assert (world.sandwicher.n_tried, world.sandwicher.n_landed) == (1, 0)


def test_a_bid_is_paid_as_a_tip(chain: Chain) -> None:
    spent = []
    for share in (0.0, 0.9):
        with chain.anchor():
            world = World(chain, "priority", SandwichStrategy(bid_share=share))
            world.victim_swaps(tokens(20))  # a contract's first storage costs more gas
            first = world.sandwicher.wallet.wei
            before = world.held()
            world.victim_swaps(tokens(20))
            spent.append(first - world.sandwicher.wallet.wei)
            gain = world.held()[0] - before[0]

    assert spent[1] - spent[0] == pytest.approx(0.9 * gain, rel=0.05)


@given(
    amount=st.integers(1, tokens(200)),
    slippage=st.integers(0, 500),
    held=st.integers(0, tokens(10_000)),
    around=st.floats(0, 1),
)
@settings(max_examples=60)
def test_the_first_swap_leaves_the_victim_what_it_asks_for_and_is_the_best_nearby(
    amount: Amount, slippage: int, held: Amount, around: float
) -> None:
    least, chances = RESERVES.amount_out(amount) * (10_000 - slippage) // 10_000, Chances(around, 1 - around)

    front = best_front(RESERVES, amount, least, held, chances)

    assert 0 <= front <= held
    assert RESERVES.after(front).amount_out(amount) >= least
    best = expected_gain(RESERVES, amount, front, chances)
    for other in (front // 2, front * 9 // 10, front * 99 // 100):
        assert expected_gain(RESERVES, amount, other, chances) <= best + 10**6  # of 10**18


@given(amount=st.integers(1, tokens(200)), front=st.integers(0, tokens(200)))
def test_without_a_victim_between_them_two_swaps_only_pay_fees(amount: Amount, front: Amount) -> None:
    assert expected_gain(RESERVES, amount, front, Chances(0, 1)) <= 0


@pytest.mark.parametrize("values", [{"bid_share": 1.5}, {"gas_front": 0}, {"gas_back": -1}])
def test_a_strategy_that_makes_no_sense_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(StrategyError):
        SandwichStrategy(**values)  # type: ignore[arg-type]


def swapper(world: World, **values: float) -> SwapperAgent:
    return SwapperAgent("victim", world.victim, world.pool, SwapperStrategy(activity=1, **values))  # type: ignore[arg-type]


def test_a_swapper_alone_gets_what_it_was_quoted(chain: Chain) -> None:
    world = World(chain, "arrival")
    agent = swapper(world)

    for _ in range(10):
        agent.takeStep(world.state)
        chain.advance(12)
    agent.settle()

    assert (agent.n_swaps, agent.n_failed, agent.lost) == (10, 0, 0.0) and agent.quoted > 0


def test_a_swapper_whose_price_has_gone_gets_nothing_and_counts_it(chain: Chain) -> None:
    world = World(chain, "arrival")
    agent = swapper(world)
    rival = chain.wallet("rival", WETH=tokens(500), USD=tokens(10**6))
    world.pool.approve(rival)

    for _ in range(10):
        rival.submit(world.pool.swap(world.pool.base, tokens(20), 0))
        agent.takeStep(world.state)
        chain.advance(12)
    agent.settle()

    # Its sales come after another's, and are refused; its purchases are the cheaper for it.
    assert 0 < agent.n_failed < 10 and agent.n_swaps + agent.n_failed == 10
    assert agent.lost < 0


def test_the_queue_shows_who_sent_what_with_which_tip_until_it_is_mined(chain: Chain) -> None:
    world = World(chain, "priority")
    call = world.pool.swap(world.pool.base, tokens(1), 0)

    world.victim.submit(call, 7)

    (seen,) = chain.mempool.queue
    assert (seen.call, seen.sender, seen.tip, seen.receipt) == (call, world.victim.address, 7, None)
    assert world.pool.is_swap(seen.call) and world.pool.swap_of(seen.call) == (world.pool.base, tokens(1), 0)
    chain.advance(12)
    assert chain.mempool.queue == []
