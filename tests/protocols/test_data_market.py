"""Pools of every version of Ocean against Balancer's closed formulas, and what they promise their users."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.units import Amount, in_tokens, tokens
from tokenspice.protocols.data_market import Pool
from tokenspice.protocols.ocean_v3 import MIN_SWAP_FEE, OceanV3, OceanV3Terms
from tokenspice.protocols.ocean_v4 import OceanV4, SideStakingVesting
from tokenspice.protocols.ocean_v4_releases import NO_CAP, RELEASES, OceanV4Release, OceanV4Terms
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.errors import Reverted
from tokenspice.web3engine.wallet import EvmWallet

OCEAN_STAKED = tokens(2000)
V4 = OceanV4Terms()
OF_THE_COMMUNITY = {"1.0.0-alpha.20": 0.0, "1.1.15": 0.001}  # the fee that a swap pays beside a publisher's terms
each_release = pytest.mark.parametrize("release", RELEASES.values(), ids=RELEASES)
# A power is right to ten digits.
PRECISION = 1e-9
ROUNDED_UP = 10**4  # base units, of the 3000 OCEAN in a pool
PPM = st.integers(100, 10**6)  # parts per million of the most


@dataclass(frozen=True)
class Market:
    """A pool with 2000 OCEAN and 200 datatokens, and a trader who holds both.

    Attributes:
        weights: of datatoken and OCEAN, normalised.
        fee: that stays in the pool, of what goes in.
        fees: all of them.
        stakes_for_free: whether shares are in proportion to the OCEAN staked, rather than as of a swap of half of it.
    """

    chain: Chain
    pool: Pool
    publisher: EvmWallet
    trader: EvmWallet
    weights: tuple[float, float]
    fee: float
    fees: float
    stakes_for_free: bool = False

    def reserves(self) -> tuple[float, float]:
        return in_tokens(self.pool.datatoken_reserve()), in_tokens(self.pool.ocean_reserve())

    def balances(self) -> tuple[Amount, Amount]:
        return self.pool.datatokens_of(self.trader.address), self.trader.balance("OCEAN")


def open_v3(chain: Chain) -> Market:
    market = OceanV3(chain, chain.deploy_token("OCEAN"))
    publisher, trader = people(chain)
    terms = OceanV3Terms(DT_init=tokens(10**6), DT_stake=tokens(200))
    pool = market.open_pool(publisher, 0, OCEAN_STAKED, terms)
    publisher.send(pool.datatoken.transfer(trader.address, tokens(1000)))
    fee = in_tokens(MIN_SWAP_FEE)
    return Market(chain, pool, publisher, trader, (0.3, 0.7), fee, fee)


def open_v4(chain: Chain, release: OceanV4Release) -> Market:
    publisher, trader, market = on_v4(chain, release)
    pool = market.open_pool(publisher, 0, OCEAN_STAKED, V4)
    for _ in range(3):  # a purchase takes a third of the pool at most
        pool.buy_datatoken(trader, tokens(20), tokens(1000))
    fee = in_tokens(V4.fee_LP)
    fees = fee + in_tokens(V4.fee_market) + OF_THE_COMMUNITY[release.version]
    return Market(chain, pool, publisher, trader, (0.5, 0.5), fee, fees, stakes_for_free=release.version == "1.1.15")


def on_v4(chain: Chain, release: OceanV4Release) -> tuple[EvmWallet, EvmWallet, OceanV4]:
    market = OceanV4(chain, chain.deploy_token("OCEAN"), release)
    return *people(chain), market


def people(chain: Chain) -> tuple[EvmWallet, EvmWallet]:
    return chain.wallet("publisher", OCEAN=OCEAN_STAKED), chain.wallet("trader", OCEAN=tokens(10**6))


OPENED: dict[str, Callable[[Chain], Market]] = {"V3": open_v3}
OPENED |= {f"V4 {version}": partial(open_v4, release=release) for version, release in RELEASES.items()}


@pytest.fixture(scope="module", params=list(OPENED.values()), ids=list(OPENED))
def opened(request: pytest.FixtureRequest, config: Config) -> Iterator[Market]:
    chain = open_chain(config)
    yield request.param(chain)
    chain.close()


@pytest.fixture
def market(opened: Market) -> Iterator[Market]:
    with opened.chain.anchor():
        yield opened


def test_the_spot_price_is_the_ratio_of_weighted_reserves_and_the_fees(market: Market) -> None:
    (datatokens, ocean), (w_datatoken, w_ocean) = market.reserves(), market.weights

    expected = (ocean / w_ocean) / (datatokens / w_datatoken) / (1 - market.fees)

    assert in_tokens(market.pool.spot_price()) == pytest.approx(expected, rel=1e-12)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ppm=PPM)
def test_a_quote_is_the_closed_formula_and_what_the_swap_costs(market: Market, ppm: int) -> None:
    amount = market.pool.most_datatokens_out() * ppm // 10**6
    (datatokens, ocean), (w_datatoken, w_ocean) = market.reserves(), market.weights
    exponent = w_datatoken / w_ocean
    formula = ocean * ((datatokens / (datatokens - in_tokens(amount))) ** exponent - 1) / (1 - market.fees)

    cost = market.pool.cost_of(amount)
    with market.chain.anchor():
        before = market.balances()
        assert market.pool.buy_datatoken(market.trader, amount, cost)
        after = market.balances()

    assert (after[0] - before[0], before[1] - after[1]) == (amount, cost)
    assert in_tokens(cost) == pytest.approx(formula, rel=1e-6, abs=ocean * PRECISION)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ppm=PPM)
def test_a_sale_pays_the_closed_formula(market: Market, ppm: int) -> None:
    amount = min(market.pool.most_datatokens_in(), market.balances()[0]) * ppm // 10**6
    (datatokens, ocean), (w_datatoken, w_ocean) = market.reserves(), market.weights
    effective = in_tokens(amount) * (1 - market.fees)
    formula = ocean * (1 - (datatokens / (datatokens + effective)) ** (w_datatoken / w_ocean))

    with market.chain.anchor():
        before = market.balances()
        assert market.pool.sell_datatoken(market.trader, amount)
        after = market.balances()

    assert before[0] - after[0] == amount
    assert in_tokens(after[1] - before[1]) == pytest.approx(formula, rel=1e-6, abs=ocean * PRECISION)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ppm=PPM)
def test_a_join_mints_and_an_exit_pays_the_closed_formula(market: Market, ppm: int) -> None:
    staked, w_ocean = market.pool.most_ocean_in() * ppm // 10**6, market.weights[1]
    keeps = 1 - (1 - w_ocean) * market.fee  # as of a swap of the other tokens' part
    with market.chain.anchor():
        ocean, supply = market.reserves()[1], in_tokens(market.pool.total_shares())
        market.pool.join(market.trader, staked)
        shares = market.pool.shares_of(market.trader.address)
        minted = supply * ((1 + in_tokens(staked) * keeps / ocean) ** w_ocean - 1)
        if market.stakes_for_free:
            minted = supply * w_ocean * in_tokens(staked) / ocean
        assert in_tokens(shares) == pytest.approx(minted, rel=1e-6, abs=supply * PRECISION)

        ocean, supply = market.reserves()[1], in_tokens(market.pool.total_shares())
        given_back, before = min(shares, market.pool.most_shares_in()), market.balances()[1]
        market.pool.exit_to_ocean(market.trader, given_back)
        paid = ocean * (1 - (1 - in_tokens(given_back) / supply) ** (1 / w_ocean)) * keeps
        if market.stakes_for_free:
            paid = ocean * in_tokens(given_back) / supply / w_ocean
        assert in_tokens(market.balances()[1] - before) == pytest.approx(paid, rel=1e-6, abs=ocean * PRECISION)
        # Who goes in and out gains nothing, but for what 18 digits of a free stake may be rounded up to.
        assert market.balances()[1] < before + staked + (ROUNDED_UP if market.stakes_for_free else 0)


def test_what_is_said_to_be_the_most_is_taken_and_more_is_not(market: Market) -> None:
    pool, trader, publisher = market.pool, market.trader, market.publisher
    limits: list[tuple[Callable[[Amount], object], Amount]] = [
        (lambda amount: pool.buy_datatoken(trader, amount, tokens(10**6)), pool.most_datatokens_out()),
        (lambda amount: pool.join(trader, amount), pool.most_ocean_in()),
        (lambda amount: pool.exit_to_ocean(publisher, amount), pool.most_shares_in()),
    ]
    for act, most in limits:
        with market.chain.anchor():
            act(most)
        with market.chain.anchor(), pytest.raises(Reverted, match="ERR_MAX_(IN|OUT)_RATIO"):
            act(most * 21 // 20)


def test_a_pool_may_be_emptied_down_to_dust_and_no_further(market: Market) -> None:
    pool, publisher = market.pool, market.publisher
    pool.sell_datatoken(market.trader, tokens(10))
    n_exits = 0
    while amount := min(pool.most_shares_in(), pool.shares_of(publisher.address)):
        pool.exit_to_ocean(publisher, amount)
        n_exits += 1

    assert 10 < n_exits < 100
    assert 0 < pool.ocean_reserve() < tokens("0.00001")
    assert pool.is_empty() or pool.spot_price() > 0


def test_a_sale_of_half_of_the_reserve_is_taken_and_more_is_not(market: Market) -> None:
    pool, trader = market.pool, market.trader
    while pool.datatokens_of(trader.address) * 3 < pool.datatoken_reserve() * 2:
        pool.buy_datatoken(trader, pool.most_datatokens_out(), tokens(10**6))

    with market.chain.anchor():
        assert pool.sell_datatoken(trader, pool.most_datatokens_in())
    with pytest.raises(Reverted, match="ERR_MAX_IN_RATIO"):
        pool.sell_datatoken(trader, pool.most_datatokens_in() * 21 // 20)


def test_a_swap_too_small_for_the_pool_s_arithmetic_is_refused_and_no_error(market: Market) -> None:
    before = market.balances()

    assert market.pool.sell_datatoken(market.trader, 1) in (True, False)
    assert not market.pool.sell_datatoken(market.trader, 0)

    assert market.balances()[0] in (before[0], before[0] - 1)


def test_a_purchase_dearer_than_agreed_is_an_error(market: Market) -> None:
    cost = market.pool.cost_of(tokens(1))

    with pytest.raises(Reverted, match="ERR_LIMIT_IN"):
        market.pool.buy_datatoken(market.trader, tokens(1), cost - 1)


def test_v3_s_publisher_controls_the_pool_holds_its_shares_and_nothing_vests(config: Config) -> None:
    market = open_v3(open_chain(config))

    pool = market.pool
    assert market.chain.read(pool.contract.getController()) == pool.controller == pool.publisher
    assert pool.shares_of(pool.publisher) == pool.total_shares() == tokens(100)
    assert pool.vesting is None


@each_release
def test_v4_s_side_staking_controls_the_pool_and_keeps_half_of_its_shares(
    config: Config, release: OceanV4Release
) -> None:
    chain = open_chain(config)
    publisher, _, market = on_v4(chain, release)

    pool = market.open_pool(publisher, 0, OCEAN_STAKED, V4)

    cap = V4.DT_cap if release.vests else NO_CAP
    assert chain.read(pool.contract.getController()) == pool.controller != pool.publisher == publisher.address
    assert pool.shares_of(pool.publisher) == pool.shares_of(pool.controller) == tokens(50)
    assert (pool.ocean_reserve(), pool.datatoken_reserve()) == (OCEAN_STAKED, tokens(200))
    assert pool.datatokens_of(pool.controller) == cap - tokens(200)
    assert chain.read(pool.datatoken.cap()) == chain.read(pool.datatoken.totalSupply()) == cap


@each_release
def test_v4_s_side_staking_goes_in_and_out_with_the_stakers(config: Config, release: OceanV4Release) -> None:
    chain = open_chain(config)
    publisher, trader, protocol = on_v4(chain, release)
    pool = protocol.open_pool(publisher, 0, OCEAN_STAKED, V4)
    price = pool.spot_price()

    pool.join(trader, tokens(100))

    assert pool.shares_of(pool.controller) == tokens(50) + pool.shares_of(trader.address)
    assert pool.datatoken_reserve() > tokens(200)
    moved = abs(pool.spot_price() / price - 1)
    assert (
        moved < 1e-12 if release.version == "1.1.15" else 0.0001 < moved < 0.002
    )  # of reserves that grew by a twentieth

    pool.exit_to_ocean(trader, pool.shares_of(trader.address))

    assert pool.shares_of(pool.controller) == tokens(50)


@pytest.mark.parametrize("last_step", [1, 7])
def test_vesting_pays_by_the_block_and_is_over_after_the_last_one_however_far_beyond(
    config: Config, last_step: int
) -> None:
    chain = open_chain(config)
    publisher, _, protocol = on_v4(chain, RELEASES["1.0.0-alpha.20"])
    pool = protocol.open_pool(publisher, 0, OCEAN_STAKED, OceanV4Terms(vested_blocks=10))
    vesting = pool.vesting
    assert vesting and not vesting.is_over()

    for _ in range(3):
        chain.advance(1)
    assert vesting.blocks_passed() == 3
    publisher.send(vesting.claim())
    assert pool.datatokens_of(publisher.address) == tokens(40)  # the claim's own block counts too
    assert vesting.blocks_passed() == 4 and not vesting.is_over()
    for _ in range(5 + last_step - 1):
        chain.advance(1)
    publisher.send(vesting.claim())

    assert vesting.is_over()
    assert pool.datatokens_of(publisher.address) == tokens(100)


@each_release
def test_v4_without_a_vested_amount_vests_nothing(config: Config, release: OceanV4Release) -> None:
    publisher, _, protocol = on_v4(open_chain(config), release)

    assert protocol.open_pool(publisher, 0, OCEAN_STAKED, OceanV4Terms(vested_amount=0)).vesting is None


def test_of_1_1_15_s_side_staking_nothing_vests_whatever_it_is_asked_for(config: Config) -> None:
    """The contracts are asked directly, because `open_pool` asks for nothing."""
    chain, asks = open_chain(config), replace(RELEASES["1.1.15"], vests=True)
    publisher, _, protocol = on_v4(chain, asks)

    vesting = protocol.open_pool(publisher, 0, OCEAN_STAKED, OceanV4Terms(vested_blocks=10)).vesting

    assert isinstance(vesting, SideStakingVesting)
    side_staking, datatoken = vesting.side_staking, vesting.datatoken
    assert chain.read(side_staking.getvestingAmount(datatoken.address)) == 0
    assert chain.read(datatoken.cap()) == NO_CAP != V4.DT_cap
    chain.advance(20)
    publisher.send(side_staking.getVesting(datatoken.address))
    assert chain.read(datatoken.balanceOf(publisher.address)) == 0


@each_release
def test_v4_s_pools_open_on_the_extremes_that_are_said_to_be_taken_and_on_no_less(
    config: Config, release: OceanV4Release
) -> None:
    least, most = release.least_fee, tokens("0.1")
    taken = [
        OceanV4Terms(fee_LP=least, fee_market=least),
        OceanV4Terms(fee_LP=most, fee_market=0 if release.market_may_be_free else most),
        OceanV4Terms(DT_per_OCEAN=max(release.least_rate, 500)),  # of 2000 OCEAN, a million base units
    ]
    refused = [
        (OceanV4Terms(fee_LP=least - 1), "ERR_MIN_FEE"),
        (OceanV4Terms(fee_market=1 if release.market_may_be_free else 0), "ERR_MIN_FEE"),
    ]
    if release.least_rate > 1:
        refused.append((OceanV4Terms(DT_per_OCEAN=release.least_rate - 1), "Invalid rate"))
    chain = open_chain(config)
    publisher, _, protocol = on_v4(chain, release)
    unchecked = OceanV4(chain, protocol.ocean, replace(release, least_fee=0, least_rate=1))

    for terms in taken:
        with chain.anchor():
            assert protocol.open_pool(publisher, 0, OCEAN_STAKED, terms)
    for terms, reason in refused:
        with pytest.raises(StrategyError, match=f"release {release.version} take"):
            protocol.open_pool(publisher, 0, OCEAN_STAKED, terms)
        with pytest.raises(Reverted, match=reason):
            unchecked.open_pool(publisher, 0, OCEAN_STAKED, terms)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (OceanV4Terms(vested_amount=tokens(50)), "vested_amount = 50: nothing vests in release 1.1.15. Write 0, or"),
        (OceanV4Terms(DT_cap=tokens(5000)), "DT_cap = 5000: datatokens of release 1.1.15 have no cap. Leave it out"),
    ],
)
def test_terms_that_a_release_would_ignore_are_refused(terms: OceanV4Terms, message: str) -> None:
    release = RELEASES["1.1.15"]

    with pytest.raises(StrategyError, match=message):
        release.applied(terms)
    for known in (V4, OceanV4Terms(vested_amount=0), release.applied(V4)):
        assert release.applied(known) == release.applied(V4)


def test_a_stake_beyond_what_is_minted_is_refused() -> None:
    with pytest.raises(StrategyError, match="DT_stake = 30: .* DT_init = 20"):
        OceanV3Terms(DT_init=tokens(20), DT_stake=tokens(30))


def test_a_pool_that_would_hold_next_to_no_datatokens_is_refused_before_anything_is_sent(config: Config) -> None:
    publisher, _, protocol = on_v4(open_chain(config), RELEASES["1.0.0-alpha.20"])

    with pytest.raises(StrategyError, match="no pool takes less than 0.000000000001. Raise DT_per_OCEAN"):
        protocol.open_pool(publisher, 0, OCEAN_STAKED, OceanV4Terms(DT_per_OCEAN=499))


def test_a_pool_that_needs_more_datatokens_than_there_are_is_refused_before_anything_is_sent(config: Config) -> None:
    publisher, _, protocol = on_v4(open_chain(config), RELEASES["1.0.0-alpha.20"])

    with pytest.raises(StrategyError, match="2000 OCEAN open a pool with 200 datatokens .* vested_amount is 199"):
        protocol.open_pool(publisher, 0, OCEAN_STAKED, OceanV4Terms(DT_cap=tokens(200), vested_amount=tokens(1)))
