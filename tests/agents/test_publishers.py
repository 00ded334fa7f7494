"""Publishers and their pools, on every backend."""

from dataclasses import replace

import pytest

from tokenspice.agents.pools import PoolAgent
from tokenspice.agents.publishers import PublisherAgent, PublisherStrategy, PublisherStrategyV4
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import DAY, HOUR, Amount, tokens
from tokenspice.protocols.data_market import Pool
from tokenspice.protocols.ocean_v3 import OceanV3
from tokenspice.protocols.ocean_v4 import OceanV4
from tokenspice.web3engine.chain import Chain

EAGER = PublisherStrategy(s_between_create=DAY, s_between_unstake=100 * DAY, s_between_sellDT=100 * DAY)


class World:
    """A state with one publisher, and what it takes to watch it."""

    def __init__(
        self, chain: Chain, strategy: PublisherStrategy | PublisherStrategyV4, ocean: Amount = tokens(1000)
    ) -> None:
        self.state = SimStateBase(SimStrategyBase(time_step=HOUR), chain)
        self.rugged: list[str] = []
        token = chain.deploy_token("OCEAN")
        wallet = chain.wallet("pub1", OCEAN=ocean)
        self.publisher: PublisherAgent[PublisherStrategy] | PublisherAgent[PublisherStrategyV4]
        if isinstance(strategy, PublisherStrategy):
            self.publisher = PublisherAgent("pub1", wallet, OceanV3(chain, token), strategy, self.rugged)
        else:
            self.publisher = PublisherAgent("pub1", wallet, OceanV4(chain, token), strategy, self.rugged)
        self.state.addAgent(self.publisher)

    def run(self, ticks: int) -> None:
        """As the engine does: a block per tick, too."""
        for _ in range(ticks):
            self.state.takeStep()
            self.state.worlds[0].advance(HOUR)
            self.state.tick += 1

    def pools(self) -> list[Pool]:
        return [agent.pool for agent in self.state.agents.filter_by_class(PoolAgent).values()]

    def shares(self) -> Amount:
        wallet = self.publisher.wallet
        return int(wallet.read(self.pools()[-1].contract.balanceOf(wallet.address)))

    def datatokens(self) -> Amount:
        wallet = self.publisher.wallet
        return int(wallet.read(self.pools()[-1].datatoken.balanceOf(wallet.address)))


def test_a_pool_opens_when_the_timer_fires_and_holds_all_ocean_but_one(chain: Chain) -> None:
    world = World(chain, EAGER)

    world.run(23)
    assert world.pools() == []
    world.run(1)

    (pool,) = world.pools()
    assert list(world.state.agents) == ["pub1", "pool0"]
    assert chain.read(pool.contract.getBalance(pool.ocean.contract.address)) == tokens(999)
    assert chain.read(pool.contract.getBalance(pool.datatoken.address)) == EAGER.DT_stake
    assert world.datatokens() == EAGER.DT_init - EAGER.DT_stake
    assert world.shares() == tokens(100)
    assert world.publisher.wallet.balance("OCEAN") == tokens(1)
    assert chain.read(pool.contract.getController()) == pool.controller == world.publisher.wallet.address


def test_a_publisher_with_less_than_200_ocean_opens_none(chain: Chain) -> None:
    world = World(chain, EAGER, ocean=tokens(200) - 1)

    world.run(30)

    assert world.pools() == []


def test_it_gives_back_a_tenth_of_its_shares_when_that_timer_fires(chain: Chain) -> None:
    world = World(chain, PublisherStrategy(s_between_create=DAY, s_between_unstake=30 * HOUR))

    world.run(29)
    assert world.shares() == tokens(100)
    world.run(1)

    assert world.shares() == tokens(90)
    assert world.publisher.wallet.balance("OCEAN") > tokens(100)


def test_it_sells_a_hundredth_of_its_datatokens_when_that_timer_fires(chain: Chain) -> None:
    world = World(
        chain, PublisherStrategy(s_between_create=DAY, s_between_unstake=100 * DAY, s_between_sellDT=30 * HOUR)
    )

    world.run(30)

    assert world.datatokens() == tokens("970.2")
    assert world.publisher.wallet.balance("OCEAN") > tokens(1)


def test_a_sale_is_never_larger_than_the_pool_takes(chain: Chain) -> None:
    strategy = PublisherStrategy(
        DT_init=tokens(10_000),
        DT_stake=tokens(1),
        s_between_create=DAY,
        s_between_unstake=100 * DAY,
        s_between_sellDT=DAY,
    )
    world = World(chain, strategy)

    world.run(24)

    assert world.datatokens() == tokens("9998.5")


def test_a_malicious_publisher_acts_in_its_window_alone_and_flags_the_pool(chain: Chain) -> None:
    strategy = PublisherStrategy(
        s_between_create=DAY,
        s_between_unstake=HOUR,
        s_between_sellDT=HOUR,
        is_malicious=True,
        s_wait_to_rug=5 * HOUR,
        s_rug_time=2 * HOUR,
    )
    world = World(chain, strategy)

    world.run(24 + 4)
    assert (world.shares(), world.rugged) == (tokens(100), [])
    world.run(10)

    # Hours 5, 6 and 7 after creation: three exits and three sales.
    assert world.shares() == tokens(100) * 9**3 // 10**3
    assert world.datatokens() == pytest.approx(tokens(980) * 99**3 // 100**3, abs=3)
    assert world.rugged == ["pool0"]


def test_a_malicious_publisher_never_sells_what_is_not_of_its_newest_pool(chain: Chain) -> None:
    strategy = PublisherStrategy(
        DT_init=tokens(20),  # all of them staked
        s_between_create=DAY,
        s_between_unstake=HOUR,
        s_between_sellDT=HOUR,
        is_malicious=True,
        s_wait_to_rug=HOUR,
        s_rug_time=DAY,
    )
    world = World(chain, strategy)
    world.run(49)
    oldest, newest = world.pools()
    consumer = chain.wallet("consumer", OCEAN=tokens(10_000))
    oldest.buy_datatoken(consumer, tokens(1), tokens(10_000))
    consumer.send(oldest.datatoken.transfer(oldest.publisher, tokens(1)))

    world.run(5)

    assert oldest.datatokens_of(oldest.publisher) == tokens(1)
    assert newest.datatokens_of(newest.publisher) == 0


EAGER_V4 = PublisherStrategyV4(
    s_between_create=DAY, s_between_unstake=100 * DAY, s_between_sellDT=100 * DAY, s_between_getVesting=5 * HOUR
)


def test_on_v4_it_opens_one_pool_with_all_ocean_but_one_and_holds_half_of_the_shares(chain: Chain) -> None:
    world = World(chain, EAGER_V4)

    world.run(24)
    (pool,) = world.pools()
    faucet = chain.faucet
    faucet.transfer(world.publisher.wallet, "OCEAN", tokens(1000))
    world.run(30)

    assert (pool.ocean_reserve(), pool.datatoken_reserve()) == (tokens(999), tokens("99.9"))
    assert world.shares() == tokens(50)
    assert world.pools() == [pool]
    assert world.publisher.wallet.balance("OCEAN") == tokens(1001)


def test_on_v4_it_may_open_more_than_one(chain: Chain) -> None:
    strategy = PublisherStrategyV4(most_pools=2, s_between_create=DAY, s_between_unstake=DAY)
    world = World(chain, strategy, ocean=tokens(5000))
    world.run(24)
    chain.faucet.transfer(world.publisher.wallet, "OCEAN", tokens(1000))

    world.run(72)

    assert len(world.pools()) == 2


def test_on_v4_it_claims_what_vests_when_that_timer_fires_until_all_is_paid(chain: Chain) -> None:
    world = World(chain, replace(EAGER_V4, vested_blocks=12))

    world.run(24 + 4)
    assert world.datatokens() == 0
    world.run(1)
    # Blocks since the pool's: one for each of five ticks and the claim's own.
    assert world.datatokens() == pytest.approx(tokens(50), abs=100)
    claimed = chain.backend.nonce(world.publisher.wallet.address)
    world.run(20)

    assert world.datatokens() == pytest.approx(tokens(100), abs=100)
    assert chain.backend.nonce(world.publisher.wallet.address) == claimed + 1


def test_on_v4_it_may_let_blocks_pass_before_the_first_claim(chain: Chain) -> None:
    world = World(chain, replace(EAGER_V4, s_between_getVesting=0, blocks_before_getVesting=10))

    world.run(24 + 9)
    assert world.datatokens() == 0
    world.run(2)
    assert world.datatokens() > 0


def test_on_v4_it_unstakes_and_sells_as_on_v3(chain: Chain) -> None:
    strategy = PublisherStrategyV4(
        s_between_create=DAY, s_between_unstake=30 * HOUR, s_between_sellDT=30 * HOUR, s_between_getVesting=HOUR
    )
    world = World(chain, strategy)

    world.run(29)
    held = world.datatokens()
    world.run(1)

    assert world.shares() == tokens(45)
    assert world.publisher.wallet.balance("OCEAN") > tokens(50)
    paid = world.datatokens() - held * 9 // 10  # in the same tick, after the sale
    assert 0 < paid < tokens(2)


def test_a_stake_beyond_what_is_minted_is_refused() -> None:
    with pytest.raises(StrategyError, match="DT_stake = 30: .* DT_init = 20"):
        PublisherStrategy(DT_init=tokens(20), DT_stake=tokens(30))
