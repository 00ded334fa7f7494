"""Uniswap V3's contracts, through the wrapper, on every backend."""

from collections.abc import Iterator
from math import isqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenspice.engine.units import tokens
from tokenspice.protocols.uniswap_v3 import MAX_SQRT_PRICE, MIN_SQRT_PRICE, Q96, UniswapV3, UniswapV3Pool, sqrt_price_of
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.errors import ChainError, Reverted
from tokenspice.web3engine.network import is_built
from tokenspice.web3engine.wallet import EvmWallet

PRICE = 3265.355
FEE = 3_000


class Venue:
    """A pool with liquidity and a trader; `is_turned` makes its base the token that comes second to the contract."""

    def __init__(self, chain: Chain, is_turned: bool = False) -> None:
        self.chain = chain
        pair = sorted((chain.deploy_token(symbol) for symbol in ("A", "B")), key=lambda token: token.contract.address)
        base, quote = reversed(pair) if is_turned else pair
        uniswap = UniswapV3(chain)
        self.pool = uniswap.create_pool(base, quote, FEE, PRICE)
        self.provider = chain.wallet("provider", A=tokens(10**7), B=tokens(10**7))
        uniswap.add_liquidity(self.provider, self.pool, tokens(1_000), self.pool.worth(chain, tokens(1_000)))
        self.trader = chain.wallet("trader", A=tokens(10**8), B=tokens(10**8))
        self.pool.approve(self.trader)

    def total(self, symbol: str) -> int:
        holders = [self.trader.address, self.provider.address, self.chain.faucet.address, self.pool.contract.address]
        token = self.chain.token(symbol).contract
        return sum(self.chain.read(token.balanceOf(holder)) for holder in holders)


@pytest.fixture(params=[False, True], ids=["base first", "base second"])
def venue(chain: Chain, request: pytest.FixtureRequest) -> Venue:
    return Venue(chain, request.param)


@pytest.fixture(scope="module")
def quick(artifacts: Artifacts) -> Iterator[Venue]:
    """A venue on the in-process chain, for many examples."""
    if not is_built():
        pytest.skip("the in-process chain was not built")
    from tokenspice.web3engine.backends.revm import RevmBackend

    yield Venue(Chain(RevmBackend(), artifacts))


def held(wallet: EvmWallet, pool: UniswapV3Pool) -> tuple[int, int]:
    return wallet.balance(pool.base.symbol), wallet.balance(pool.quote.symbol)


def test_a_pool_begins_at_its_price_with_what_goes_with_it(venue: Venue) -> None:
    base, quote = venue.pool.reserves(venue.chain)

    assert venue.pool.price(venue.chain) == pytest.approx(PRICE, rel=1e-14)
    assert base == pytest.approx(tokens(1_000), rel=1e-9) and quote == pytest.approx(PRICE * base, rel=1e-9)


@pytest.mark.parametrize("factor", [0.5, 0.999, 1.001, 2])
def test_a_trade_to_a_price_ends_at_it(venue: Venue, factor: float) -> None:
    trade = venue.pool.trade_to(PRICE * factor, venue.trader)
    assert trade
    venue.trader.send(trade)

    assert venue.pool.price(venue.chain) == pytest.approx(PRICE * factor, rel=1e-14)
    assert venue.pool.trade_to(PRICE * factor, venue.trader) is None


def test_a_quoted_sale_gives_what_was_quoted(venue: Venue) -> None:
    before = held(venue.trader, venue.pool)
    pool = venue.pool
    pair = (pool.base.contract.address, pool.quote.contract.address)
    quoted, root, *_ = venue.chain.read(pool.quoter.quoteExactInputSingle((*pair, tokens(3), pool.fee_millionths, 0)))

    venue.trader.send(venue.pool.sell(venue.trader, venue.pool.base, tokens(3), least=quoted))

    assert held(venue.trader, venue.pool) == (before[0] - tokens(3), before[1] + quoted)
    assert venue.pool.sqrt_price(venue.chain) == root


def test_a_quoted_purchase_costs_what_was_quoted(venue: Venue) -> None:
    before = held(venue.trader, venue.pool)
    cost, _ = venue.pool.quote_purchase(venue.chain, venue.pool.base, tokens(3))

    venue.trader.send(venue.pool.buy(venue.trader, venue.pool.base, tokens(3), most=cost))

    assert held(venue.trader, venue.pool) == (before[0] + tokens(3), before[1] - cost)


def test_a_swap_beyond_its_limit_is_refused_and_leaves_balances(venue: Venue) -> None:
    before = held(venue.trader, venue.pool)
    cost, _ = venue.pool.quote_purchase(venue.chain, venue.pool.quote, tokens(3))

    with pytest.raises(Reverted, match="Too much requested"):
        venue.trader.send(venue.pool.buy(venue.trader, venue.pool.quote, tokens(3), most=cost - 1))
    with pytest.raises(Reverted):
        venue.pool.quote_purchase(venue.chain, venue.pool.base, tokens(2_000))

    assert held(venue.trader, venue.pool) == before


def test_a_trader_without_the_token_makes_no_trade(venue: Venue) -> None:
    poor = venue.chain.wallet("poor")

    assert venue.pool.trade_to(PRICE * 2, poor) is None


def test_a_fee_that_there_is_not_is_answered_with_those_that_are(chain: Chain) -> None:
    one, other = (chain.deploy_token(symbol) for symbol in ("A", "B"))

    with pytest.raises(ChainError, match="500, 3000, 10000"):
        UniswapV3(chain).create_pool(one, other, 2_000, PRICE)


@given(prices=st.lists(st.floats(PRICE / 100, PRICE * 100), min_size=1, max_size=6))
@settings(max_examples=30, deadline=None)
def test_whatever_is_traded_the_tokens_are_conserved_and_the_pool_ends_there(quick: Venue, prices: list[float]) -> None:
    with quick.chain.anchor():
        totals = [quick.total("A"), quick.total("B")]
        for price in prices:
            if trade := quick.pool.trade_to(price, quick.trader):
                quick.trader.send(trade)
            base, quote = quick.pool.reserves(quick.chain)
            assert quick.pool.price(quick.chain) == pytest.approx(price, rel=1e-12)
            assert isqrt(base * quote) >= isqrt(tokens(1_000) ** 2 * int(PRICE)) - 1  # fees only add to it
        assert [quick.total("A"), quick.total("B")] == totals


@given(price=st.floats(min_value=1e-300, max_value=1e300), is_first=st.booleans())
def test_a_price_becomes_a_root_within_the_contracts_range(price: float, is_first: bool) -> None:
    root = sqrt_price_of(price, is_first)

    assert MIN_SQRT_PRICE < root < MAX_SQRT_PRICE
    if 1e-30 < price < 1e30:
        ratio = (root / Q96) ** 2
        assert (ratio if is_first else 1 / ratio) == pytest.approx(price, rel=1e-4)


@pytest.mark.parametrize("price", [0.0, -1.0, float("nan"), float("inf")])
def test_what_is_no_price_is_refused(price: float) -> None:
    with pytest.raises(ChainError, match="A price is a positive number"):
        sqrt_price_of(price, True)
