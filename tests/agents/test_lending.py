"""Borrowers and liquidators on Aave V3's contracts, on every backend; and the market's own laws."""

import pytest

from tokenspice.agents.lending import BorrowerAgent, BorrowerStrategy, LiquidatorAgent
from tokenspice.agents.prices import as_answer
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import YEAR, Amount, tokens
from tokenspice.protocols.aave_v3 import HEALTHY, AaveV3, ReserveTerms
from tokenspice.protocols.uniswap_v3 import UniswapV3, UniswapV3Pool
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.errors import Reverted
from tokenspice.web3engine.token import UNLIMITED

PRICE = 3_000.0
EAGER = BorrowerStrategy(activity=1, least_bps=9_000, most_bps=9_000)


class World:
    """A market and a pool of WETH and DAI, a borrower of 10 WETH, and a liquidator."""

    def __init__(self, chain: Chain, reads_pool: bool = False, adversarial: bool = False) -> None:
        self.chain = chain
        self.weth, self.dai = chain.deploy_token("WETH"), chain.deploy_token("DAI")
        self.pool = self._open_pool()
        self.oracle = chain.wallet("oracle")
        self.aggregator = chain.deploy("oracle/Aggregator", self.oracle.address, as_answer(PRICE))
        pool_aggregator = chain.deploy("oracle/PoolAggregator", self.pool.contract.address, self.pool.base_is_token0)
        one = chain.deploy("oracle/Aggregator", self.oracle.address, as_answer(1.0))
        self.market = AaveV3(chain)
        self.market.list_token(self.weth, pool_aggregator if reads_pool else self.aggregator)
        self.market.list_token(self.dai, one, ReserveTerms(ltv_bps=7_500, liquidation_threshold_bps=8_000))
        self.lender = chain.wallet("lender", DAI=tokens(100_000))
        self.lender.send(self.dai.contract.approve(self.market.pool.address, UNLIMITED))
        self.lender.send(self.market.supply(self.lender, self.dai, tokens(100_000)))
        wallet = chain.wallet("borrower", WETH=tokens(10))
        self.borrower = BorrowerAgent("borrower", wallet, self.market, self.weth, self.dai, EAGER)
        trader = chain.wallet("liquidator", WETH=tokens(1_000), DAI=tokens(10**6))
        self.pool.approve(trader)
        trader.send(self.dai.contract.approve(self.market.pool.address, UNLIMITED))
        self.liquidator = LiquidatorAgent(
            "liquidator", trader, chain, self.market, self.pool, [self.borrower], adversarial
        )
        self.state = SimStateBase(SimStrategyBase(), chain)

    def _open_pool(self) -> UniswapV3Pool:
        uniswap = UniswapV3(self.chain)
        pool = uniswap.create_pool(self.weth, self.dai, 3_000, PRICE)
        provider = self.chain.wallet("provider", WETH=tokens(1_000), DAI=tokens(3_000_000))
        uniswap.add_liquidity(provider, pool, tokens(1_000), tokens(3_000_000))
        return pool

    def borrow(self) -> None:
        for _ in range(2):
            self.borrower.takeStep(self.state)

    def post(self, price: float) -> None:
        self.oracle.send(self.aggregator.post(as_answer(price)))

    def total(self, symbol: str) -> Amount:
        token = self.chain.token(symbol)
        wallets = [self.chain.wallet(name).address for name in self.chain.wallets]
        contracts = [self.pool.contract.address, self.market.share_token(token).address]
        return sum(int(self.chain.read(token.contract.balanceOf(holder))) for holder in wallets + contracts)


def test_a_borrower_supplies_all_it_has_then_borrows_its_share_then_waits(chain: Chain) -> None:
    world = World(chain)

    world.borrower.takeStep(world.state)
    assert (world.borrower.wallet.balance("WETH"), world.borrower.account.debt) == (0, 0)
    world.borrower.takeStep(world.state)
    account = world.borrower.account
    world.borrower.takeStep(world.state)

    assert account.collateral == 30_000 * 10**8
    assert account.debt == 30_000 * 10**8 * 8 // 10 * 9 // 10
    assert world.borrower.wallet.balance("DAI") == tokens(21_600)
    assert world.borrower.account == account


def test_a_borrower_whom_the_market_refuses_tries_again(chain: Chain) -> None:
    world = World(chain)
    world.lender.send(world.market.withdraw(world.lender, world.dai, tokens(99_000)))

    for _ in range(3):
        world.borrower.takeStep(world.state)
    refused = world.borrower.n_refused
    world.lender.send(world.market.supply(world.lender, world.dai, tokens(99_000)))
    world.borrower.takeStep(world.state)

    assert refused == 2 and world.borrower.account.debt > 0


def test_a_healthy_account_is_left_alone(chain: Chain) -> None:
    world = World(chain)
    world.borrow()

    world.liquidator.takeStep(world.state)

    assert world.borrower.account.health > HEALTHY and world.liquidator.n_liquidations == 0


def test_an_account_below_the_limit_is_liquidated_and_the_debt_bought_back(chain: Chain) -> None:
    world = World(chain)
    world.borrow()
    before, wallet = world.borrower.account, world.liquidator.wallet
    world.post(2_600.0)

    world.liquidator.takeStep(world.state)
    after = world.borrower.account
    paid, won = tokens(10**6) - wallet.balance("DAI"), wallet.balance("WETH") - tokens(1_000)
    world.liquidator.takeStep(world.state)

    # Half of the debt, since the health factor is above 0.95; a bonus of 5 %, a tenth of it the protocol's.
    assert paid == pytest.approx(tokens(10_800), rel=1e-6)
    assert won == pytest.approx(tokens(10_800) / 2_600 * 1.045, rel=1e-6)
    assert after.debt == pytest.approx(before.debt / 2, rel=1e-6)
    assert (wallet.balance("DAI"), world.liquidator.n_liquidations) == (tokens(10**6), 1)


def test_a_liquidation_that_does_not_pay_is_not_done(chain: Chain) -> None:
    world = World(chain)
    world.borrow()
    world.chain.wallet("seller", WETH=tokens(300))
    seller = world.chain.wallet("seller")
    world.pool.approve(seller)
    seller.send(world.pool.sell(seller, world.weth, tokens(300)))  # now WETH is worth less there than the oracle says
    world.post(2_600.0)

    world.liquidator.takeStep(world.state)

    assert world.borrower.account.health < HEALTHY and world.liquidator.n_liquidations == 0


def test_an_adversarial_one_pushes_a_price_that_the_oracle_reads_from_the_pool(chain: Chain) -> None:
    def liquidations(adversarial: bool, reads_pool: bool) -> tuple[int, int]:
        with chain.anchor():
            world = World(chain, reads_pool, adversarial)
            world.borrow()
            trader = world.liquidator.wallet
            target = PRICE * (1.005 * HEALTHY / world.borrower.account.health)
            world.post(target)
            if trade := world.pool.trade_to(target, trader):
                trader.send(trade)
            world.liquidator.takeStep(world.state)
            return world.liquidator.n_liquidations, world.liquidator.n_pushed

    assert liquidations(adversarial=False, reads_pool=True) == (0, 0)
    assert liquidations(adversarial=True, reads_pool=False) == (0, 0)
    assert liquidations(adversarial=True, reads_pool=True) == (1, 1)


def test_tokens_are_conserved_through_all_of_it(chain: Chain) -> None:
    world = World(chain)
    world.borrow()
    for price in (2_600.0, 2_300.0, 1_500.0):
        world.post(price)
        world.liquidator.takeStep(world.state)
        chain.advance(YEAR)

    assert [world.total("WETH"), world.total("DAI")] == [tokens(10**9)] * 2


def test_what_is_supplied_is_what_is_there_and_what_is_owed(chain: Chain) -> None:
    world = World(chain)
    world.borrow()
    supplied, owed = world.market.supplied_and_owed(chain, world.dai)
    there = chain.read(world.dai.contract.balanceOf(world.market.share_token(world.dai).address))
    assert supplied == there + owed

    chain.advance(YEAR)
    later, owed_later = world.market.supplied_and_owed(chain, world.dai)

    # A tenth of the interest is the protocol's; debts compound, deposits do not, until somebody acts.
    assert owed_later - owed > 0
    assert later - supplied == pytest.approx(0.9 * (owed_later - owed), rel=0.05)


def test_what_all_collateral_would_not_pay_is_bad_debt(chain: Chain) -> None:
    world = World(chain)
    world.borrow()
    assert world.borrower.account.bad_debt == 0

    world.post(2_000.0)

    account = world.borrower.account
    assert account.bad_debt == account.debt - account.collateral > 0


def test_the_market_says_why_it_refuses(chain: Chain) -> None:
    world = World(chain)
    world.borrower.takeStep(world.state)

    with pytest.raises(Reverted, match='aave.borrow reverted: "36"'):
        world.borrower.wallet.send(world.market.borrow(world.borrower.wallet, world.dai, tokens(25_000)))


def test_debts_are_repaid_and_collateral_withdrawn(chain: Chain) -> None:
    world = World(chain)
    world.borrow()
    wallet = world.borrower.wallet

    chain.faucet.transfer(wallet, "DAI", tokens(10))
    wallet.send(world.dai.contract.approve(world.market.pool.address, UNLIMITED))
    wallet.send(world.market.repay(wallet, world.dai, UNLIMITED))
    wallet.send(world.market.withdraw(wallet, world.weth, UNLIMITED))

    assert (world.borrower.account.debt, wallet.balance("WETH")) == (0, tokens(10))


@pytest.mark.parametrize("values", [{"activity": -0.1}, {"least_bps": 0}, {"least_bps": 9_000, "most_bps": 8_000}])
def test_a_borrower_that_makes_no_sense_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(StrategyError):
        BorrowerStrategy(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("price", [0.01, 1.0, 3_265.36, 10**7])
@pytest.mark.parametrize("is_turned", [False, True])
def test_the_pools_aggregator_answers_its_price(chain: Chain, price: float, is_turned: bool) -> None:
    pair = sorted((chain.deploy_token(symbol) for symbol in ("A", "B")), key=lambda token: token.contract.address)
    base, quote = reversed(pair) if is_turned else pair
    pool = UniswapV3(chain).create_pool(base, quote, 3_000, price)

    aggregator = chain.deploy("oracle/PoolAggregator", pool.contract.address, pool.base_is_token0)

    assert chain.read(aggregator.latestAnswer()) == pytest.approx(price * 1e8, abs=1, rel=1e-12)
