"""The coin's pool: trades that end where they should, on Uniswap V2's own pair."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tokenspice.engine import tokens
from tokenspice.protocols.rai import CoinPool, create_coin_pool
from tokenspice.web3engine import Chain, EvmWallet, Reverted


@pytest.fixture
def chain(in_process_chain: Chain) -> Iterator[Chain]:
    with in_process_chain.anchor():
        yield in_process_chain


def open_pool(chain: Chain, coins: int = 1_000_000, ether: int = 1_200) -> tuple[CoinPool, EvmWallet]:
    pool = create_coin_pool(chain, chain.deploy_token("COIN"), chain.deploy_token("ETHER"))
    trader = chain.wallet("trader", COIN=tokens(5 * coins), ETHER=tokens(5 * ether))
    pool.approve(trader)
    trader.send(pool.exchange.addLiquidity(tokens(coins), tokens(ether)))
    return pool, trader


@given(st.floats(0.2, 5.0))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_trade_brings_the_pool_to_any_price(in_process_chain: Chain, factor: float) -> None:
    with in_process_chain.anchor():
        pool, trader = open_pool(in_process_chain)
        target = 0.0012 * factor
        if trade := pool.trade_to(target, trader):
            trader.send(trade)
        assert pool.price(trader) == pytest.approx(target, rel=1e-12)


@given(st.integers(1, 10**25), st.booleans())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_comes_out_is_what_the_formula_says(in_process_chain: Chain, amount: int, gives_coin: bool) -> None:
    with in_process_chain.anchor():
        pool, trader = open_pool(in_process_chain)
        given_, taken = (pool.base, pool.quote) if gives_coin else (pool.quote, pool.base)
        amount = min(amount, trader.balance(given_.symbol))
        wanted = pool.facing(trader, given_).amount_out(amount)
        if not wanted:
            return
        before = trader.balance(taken.symbol)
        trader.send(pool.swap(given_, amount, wanted))
        assert trader.balance(taken.symbol) - before == wanted


def test_coins_cost_what_buying_them_takes(chain: Chain) -> None:
    pool, trader = open_pool(chain)
    cost = pool.cost(tokens(1000), trader)

    assert pool.facing(trader, pool.quote).amount_out(cost) >= tokens(1000)
    assert pool.facing(trader, pool.quote).amount_out(cost - 2) < tokens(1000)
    with pytest.raises(ValueError, match="coins of a pool"):
        pool.cost(tokens(1_000_000), trader)


def test_too_little_is_refused_and_liquidity_comes_back(chain: Chain) -> None:
    pool, trader = open_pool(chain)
    with pytest.raises(Reverted, match="Exchange/too-little"):
        trader.send(pool.swap(pool.quote, tokens(1), tokens(10_000)))

    shares = chain.read(pool.contract.balanceOf(trader.address))
    trader.send(pool.contract.approve(pool.exchange.address, shares))
    trader.send(pool.exchange.removeLiquidity(shares // 2))
    coins, ether = pool.reserves(chain)
    assert coins == pytest.approx(tokens(500_000), rel=1e-12) and ether == pytest.approx(tokens(600), rel=1e-12)
