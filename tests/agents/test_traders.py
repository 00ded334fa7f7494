"""Arbitrageurs on Uniswap V3 and on a constant-product pool, and what they gain."""

from collections.abc import Callable

import pytest

from tokenspice.agents.traders import ArbitrageurAgent, Gain
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import tokens
from tokenspice.protocols.constant_product import ConstantProductPool, create_pool
from tokenspice.protocols.uniswap_v3 import UniswapV3, UniswapV3Pool
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Call
from tokenspice.web3engine.errors import Reverted

PRICE = 3_000.0


def uniswap(chain: Chain) -> UniswapV3Pool:
    venue = UniswapV3(chain)
    pool = venue.create_pool(chain.token("A"), chain.token("B"), 3_000, PRICE)
    venue.add_liquidity(chain.wallet("provider"), pool, tokens(1_000), tokens(3_000_000))
    return pool


def constant_product(chain: Chain) -> ConstantProductPool:
    pool, provider = create_pool(chain, chain.token("A"), chain.token("B"), 3_000), chain.wallet("provider")
    pool.approve(provider)
    provider.send(pool.add_liquidity(tokens(1_000), tokens(3_000_000)))
    return pool


Opener = Callable[[Chain], UniswapV3Pool | ConstantProductPool]


class World:
    """A pool, and an arbitrageur between it and an outside price."""

    def __init__(self, chain: Chain, open_pool: Opener, outside: float, heeds_fee: bool = False) -> None:
        self.chain = chain
        for symbol in ("A", "B"):
            chain.deploy_token(symbol)
            chain.wallet("provider", **{symbol: tokens(10**7)})
        self.pool = open_pool(chain)
        wallet = chain.wallet("trader", A=tokens(10**4), B=tokens(10**7))
        self.pool.approve(wallet)
        self.gain = Gain(chain, wallet.address, chain.token("A"), chain.token("B"))
        self.agent = ArbitrageurAgent("trader", wallet, self.pool, lambda: outside, heeds_fee=heeds_fee)
        self.state = SimStateBase(SimStrategyBase(), chain)

    def step(self) -> float:
        self.agent.takeStep(self.state)
        return self.pool.price(self.chain)


@pytest.fixture(params=[uniswap, constant_product], ids=["uniswap", "constant product"])
def open_pool(request: pytest.FixtureRequest) -> Opener:
    opener: Opener = request.param
    return opener


@pytest.mark.parametrize("outside", [2_000.0, 2_999.0, 3_001.0, 4_500.0])
def test_one_that_does_not_heed_the_fee_brings_the_pool_all_the_way(
    chain: Chain, open_pool: Opener, outside: float
) -> None:
    world = World(chain, open_pool, outside)

    assert world.step() == pytest.approx(outside, rel=1e-9)
    assert world.agent.n_trades == 1
    assert world.step() == pytest.approx(outside, rel=1e-9)


@pytest.mark.parametrize(("outside", "ends"), [(2_000.0, 2_000 / 0.997), (4_500.0, 4_500 * 0.997)])
def test_one_that_heeds_the_fee_stops_where_it_would_cost_more(
    chain: Chain, open_pool: Opener, outside: float, ends: float
) -> None:
    world = World(chain, open_pool, outside, heeds_fee=True)

    assert world.step() == pytest.approx(ends, rel=1e-9)
    assert world.gain.at(outside) > 0


def test_one_that_heeds_the_fee_leaves_a_price_within_it_alone(chain: Chain, open_pool: Opener) -> None:
    world = World(chain, open_pool, 3_005.0, heeds_fee=True)

    assert world.step() == pytest.approx(3_000.0)
    assert world.agent.n_trades == 0


def test_to_stop_there_gains_more_than_to_go_all_the_way(chain: Chain, open_pool: Opener) -> None:
    gains = []
    for heeds_fee in (True, False):
        with chain.anchor():
            world = World(chain, open_pool, 3_300.0, heeds_fee)
            world.step()
            gains.append(world.gain.at(3_300.0))

    assert gains[0] > gains[1]


def test_a_trade_that_the_pool_refuses_is_counted_and_no_error(chain: Chain, open_pool: Opener) -> None:
    world = World(chain, open_pool, 3_300.0)

    def refuse(call: Call) -> None:
        raise Reverted(f"{call.label} reverted", "too late")

    agent = ArbitrageurAgent("late", chain.wallet("trader"), world.pool, lambda: 3_300.0, refuse)
    agent.takeStep(world.state)

    assert (agent.n_trades, agent.n_refused) == (0, 1)


def test_a_gain_is_counted_against_having_kept_what_was_held(chain: Chain) -> None:
    one, other = chain.deploy_token("A"), chain.deploy_token("B")
    wallet = chain.wallet("trader", A=tokens(5), B=tokens(100))
    gain = Gain(chain, wallet.address, one, other)

    wallet.transfer(chain.faucet, "A", tokens(2))
    chain.faucet.transfer(wallet, "B", tokens(70))

    assert gain.at(30.0) == pytest.approx(10.0) and gain.at(40.0) == pytest.approx(-10.0)
