"""The constant-product pool: what its contract guarantees, and that its arithmetic here is the contract's."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenspice.engine.units import Amount, tokens
from tokenspice.protocols.constant_product import ConstantProductPool, Reserves, create_pool
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.errors import Reverted
from tokenspice.web3engine.network import is_built
from tokenspice.web3engine.token import Token
from tokenspice.web3engine.wallet import EvmWallet

FEE = 3_000
SWAPS = st.tuples(st.sampled_from(["sell", "buy"]), st.integers(1, tokens(500)))
LIQUIDITY = st.tuples(st.sampled_from(["add", "remove"]), st.integers(1, tokens(500)))


@dataclass
class Venue:
    """A pool of 1,000 A and 3,000,000 B, and two who use it."""

    chain: Chain
    pool: ConstantProductPool
    provider: EvmWallet
    trader: EvmWallet

    def k_per_share(self) -> Fraction:
        base, quote = self.pool.reserves(self.chain)
        return Fraction(base * quote, self.chain.read(self.pool.contract.totalShares()) ** 2)

    def totals(self) -> list[Amount]:
        holders = [self.provider, self.trader, self.chain.faucet]
        return [
            sum(wallet.balance(token.symbol) for wallet in holders)
            + int(self.chain.read(token.contract.balanceOf(self.pool.contract.address)))
            for token in (self.pool.base, self.pool.quote)
        ]


def open_venue(chain: Chain) -> Venue:
    base, quote = chain.deploy_token("A"), chain.deploy_token("B")
    pool = create_pool(chain, base, quote, FEE)
    wallets = [chain.wallet(name, A=tokens(10**6), B=tokens(10**8)) for name in ("provider", "trader")]
    for wallet in wallets:
        pool.approve(wallet)
    wallets[0].send(pool.add_liquidity(tokens(1_000), tokens(3_000_000)))
    return Venue(chain, pool, *wallets)


@pytest.fixture
def venue(chain: Chain) -> Venue:
    return open_venue(chain)


@pytest.fixture(scope="module")
def quick(artifacts: Artifacts) -> Iterator[Venue]:
    """A venue on the in-process chain, for many examples."""
    if not is_built():
        pytest.skip("the in-process chain was not built")
    from tokenspice.web3engine.backends.revm import RevmBackend

    yield open_venue(Chain(RevmBackend(), artifacts))


def act(venue: Venue, kind: str, amount: Amount) -> None:
    pool, trader = venue.pool, venue.trader
    shares = venue.chain.read(pool.contract.sharesOf(venue.provider.address))
    try:
        if kind == "sell":
            trader.send(pool.swap(pool.base, amount, 0))
        elif kind == "buy":
            trader.send(pool.swap(pool.quote, amount, 0))
        elif kind == "add":
            venue.provider.send(pool.add_liquidity(amount, amount * 5_000))
        else:
            venue.provider.send(pool.contract.removeLiquidity(min(amount, shares // 2), 0, 0))
    except Reverted as error:
        assert "TooLittle(0, 0)" in error.reason or "NothingAdded" in error.reason, error


@given(actions=st.lists(SWAPS | LIQUIDITY, max_size=8))
@settings(max_examples=60, deadline=None)
def test_the_product_per_share_never_falls_and_no_token_is_made_or_lost(
    quick: Venue, actions: list[tuple[str, Amount]]
) -> None:
    with quick.chain.anchor():
        totals = quick.totals()
        for kind, amount in actions:
            before = quick.k_per_share()
            act(quick, kind, amount)
            assert quick.k_per_share() >= before
            assert quick.totals() == totals
            held = [
                quick.chain.read(token.contract.balanceOf(quick.pool.contract.address)) for token in tokens_of(quick)
            ]
            assert list(quick.pool.reserves(quick.chain)) == held


def tokens_of(venue: Venue) -> list[Token]:
    return [venue.pool.base, venue.pool.quote]


@given(amount=st.integers(1, tokens(10**5)), sells_base=st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_arithmetic_here_is_the_contracts(quick: Venue, amount: Amount, sells_base: bool) -> None:
    token_in = quick.pool.base if sells_base else quick.pool.quote
    reserves = quick.pool.facing(quick.chain, token_in)
    out = reserves.amount_out(amount)

    with quick.chain.anchor():
        assert quick.chain.read(quick.pool.contract.quoteSwap(token_in.contract.address, amount)) == out
        if out:
            receipt = quick.trader.send(quick.pool.swap(token_in, amount, out))
            (event,) = quick.pool.contract.events(receipt, "Swap")
            assert (event.args["amountOut"], event.args["sellsBase"]) == (out, sells_base)
            assert quick.pool.facing(quick.chain, token_in) == reserves.after(amount)


@given(factor=st.floats(0.2, 5))
@settings(max_examples=40, deadline=None)
def test_a_trade_to_a_price_ends_at_it(quick: Venue, factor: float) -> None:
    target = quick.pool.price(quick.chain) * factor

    with quick.chain.anchor():
        if trade := quick.pool.trade_to(target, quick.trader):
            quick.trader.send(trade)
        assert quick.pool.price(quick.chain) == pytest.approx(target, rel=1e-9)


@given(
    base=st.integers(10**6, 10**30),
    quote=st.integers(10**6, 10**30),
    fee=st.integers(0, 999_999),
    amount=st.integers(0, 10**30),
)
def test_there_and_back_never_gains(base: int, quote: int, fee: int, amount: int) -> None:
    reserves = Reserves(base, quote, fee)

    out = reserves.amount_out(amount)

    assert out < quote and reserves.after(amount).turned.amount_out(out) <= amount


def test_a_swap_for_less_than_was_asked_is_refused_and_leaves_balances(venue: Venue) -> None:
    pool, trader = venue.pool, venue.trader
    fair = pool.facing(venue.chain, pool.base).amount_out(tokens(5))
    before = trader.balances()

    with pytest.raises(Reverted, match=rf"TooLittle\({fair}, {fair + 1}\)"):
        trader.send(pool.swap(pool.base, tokens(5), fair + 1))

    assert trader.balances() == before


def test_another_token_is_refused(venue: Venue) -> None:
    other = venue.chain.deploy_token("C")

    with pytest.raises(Reverted, match="NotTraded"):
        venue.trader.send(venue.pool.swap(other, 1, 0))


def test_who_gives_all_shares_back_gets_the_reserves(venue: Venue) -> None:
    pool, provider = venue.pool, venue.provider
    shares = venue.chain.read(pool.contract.sharesOf(provider.address))

    provider.send(pool.contract.removeLiquidity(shares, tokens(1_000), tokens(3_000_000)))

    assert pool.reserves(venue.chain) == (0, 0)
    assert provider.balances() == {"A": tokens(10**6), "B": tokens(10**8)}
    with pytest.raises(Reverted, match="NotHeld"):
        provider.send(pool.contract.removeLiquidity(1, 0, 0))


def test_liquidity_comes_back_only_at_the_least_that_was_asked_for(venue: Venue) -> None:
    with pytest.raises(Reverted, match="TooLittle"):
        venue.provider.send(venue.pool.contract.removeLiquidity(tokens(1), tokens(1_000), 0))


def test_tokens_that_are_sent_to_the_pool_change_no_price(venue: Venue) -> None:
    before = venue.pool.price(venue.chain)

    venue.trader.send(venue.pool.base.contract.transfer(venue.pool.contract.address, tokens(500)))

    assert venue.pool.price(venue.chain) == before


def test_the_searchers_second_swap_sells_what_the_first_bought_and_nothing_else(venue: Venue) -> None:
    pool, trader = venue.pool, venue.trader
    searcher = venue.chain.deploy("cpmm/Searcher", pool.contract.address, sender=trader)
    for token in (pool.base, pool.quote):
        trader.send(token.contract.transfer(searcher.address, tokens(100)))
    bought = pool.facing(venue.chain, pool.base).amount_out(tokens(2))

    with pytest.raises(Reverted, match="NothingBought"):
        trader.send(searcher.back())
    with pytest.raises(Reverted, match="TooLittle"):
        trader.send(searcher.front(pool.base.contract.address, tokens(2), bought + 1))
    trader.send(searcher.front(pool.base.contract.address, tokens(2), bought))
    with pytest.raises(Reverted, match="NotOwner"):
        venue.provider.send(searcher.back())
    trader.send(searcher.back())

    assert venue.chain.read(pool.quote.contract.balanceOf(searcher.address)) == tokens(100)
    assert venue.chain.read(pool.base.contract.balanceOf(searcher.address)) < tokens(100)
