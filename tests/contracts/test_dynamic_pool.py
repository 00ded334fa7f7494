"""contracts/dynamicpool: a pool and its runner do what the law in Python's integers does, to the unit, and refuse the rest."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.markets.cases import prices
from tokenspice.engine import WorldError, tokens
from tokenspice.markets import Scenario
from tokenspice.markets.pools import WeightedPool
from tokenspice.markets.strategies import (
    DifferenceMomentum,
    GuardRails,
    MeanReversionChannel,
    MinVariance,
    Momentum,
    PowerChannel,
    Strategy,
    TripleThreat,
)
from tokenspice.protocols.dynamicpool import (
    ONE,
    EvmRunner,
    FixedPool,
    FixedRule,
    contract_terms,
    deploy_pool,
    deploy_runner,
    exported,
    from_export,
    rule_state,
)
from tokenspice.protocols.dynamicpool.fixed_pool import PoolRefused
from tokenspice.protocols.dynamicpool.guard_rails import applied, limited
from tokenspice.protocols.rai import quotient
from tokenspice.web3engine import UNLIMITED, Chain, Contract, Reverted

NAMES = ("BTC", "ETH", "USDC")
# Gains of channels are small, so that floors do not hide their signals.
RULES = {
    "momentum": Momentum(5.0, 40.0, average_memory_days=8.0),
    "power": PowerChannel(5.0, 300.0, exponent=1.5, scale=0.4),
    "channel": MeanReversionChannel(5.0, 0.1, width=0.02, amplitude_per_day=0.3, exponent=1.3),
    "difference": DifferenceMomentum(5.0, 12.0, 0.5),
    "triple": TripleThreat(3.0, 5.0, 9.0, 6.0, 0.05, 0.02, 0.3, 1.3),
    "variance": MinVariance(5.0, 3.0),
}


@pytest.fixture
def chain(in_process_chain: Chain) -> Iterator[Chain]:
    with in_process_chain.anchor():
        yield in_process_chain


def open_pool(chain: Chain, amounts: list[int], **terms: Any) -> Contract:
    """A pool whose first reserves, and all that it is paid later, come from the faucet."""
    known = [chain.tokens.get(name) or chain.deploy_token(name, tokens(10**12)) for name in NAMES[: len(amounts)]]
    weights = terms.pop("weights", [ONE // len(amounts)] * len(amounts))
    fee = terms.pop("fee", 3 * 10**15)
    pool = deploy_pool(chain, chain.faucet, known, weights, fee, **terms)
    for token in known:
        chain.faucet.send(token.contract.approve(pool.address, UNLIMITED))
    chain.faucet.send(pool.open(amounts))
    return pool


def test_random_trades_give_and_take_the_same_to_the_unit(chain: Chain) -> None:
    rng, faucet = np.random.default_rng(8), chain.faucet
    weights = [5 * 10**17, 3 * 10**17, 2 * 10**17]
    amounts = [tokens(50), tokens(700), tokens(10**6)]
    pool = open_pool(chain, amounts, weights=weights, protocol_share=ONE // 4)
    law = FixedPool(list(amounts), weights, 3 * 10**15, ONE // 4)
    for _ in range(120):
        a, b = (int(i) for i in rng.permutation(3)[:2])
        amount = int(law.reserves[a] * 10 ** rng.uniform(-15, -0.6))
        kind = rng.integers(0, 5)
        if kind == 0:
            assert chain.read(pool.quoteIn(a, b, amount)) == law.quote_in(weights, a, b, amount)
            faucet.send(pool.swapIn(a, b, amount, 0))
            law.swap_in(0, a, b, amount)
        elif kind == 1:
            assert chain.read(pool.quoteOut(a, b, amount // 9)) == law.quote_out(weights, a, b, amount // 9)
            faucet.send(pool.swapOut(a, b, amount // 9, UNLIMITED))
            law.swap_out(0, a, b, amount // 9)
        elif kind == 2:
            faucet.send(pool.join(amount, [UNLIMITED] * 3))
            law.join(amount)
        elif kind == 3:
            faucet.send(pool.leave(amount // 10**7 + 1, [0] * 3))
            law.leave(amount // 10**7 + 1)
        else:
            faucet.send(pool.collect())
            law.collect()
        assert chain.read(pool.reserves()) == law.reserves and chain.read(pool.owed()) == law.owed
        assert chain.read(pool.totalShares()) == law.shares


def test_a_trade_of_many_tokens_passes_where_the_law_lets_it(chain: Chain) -> None:
    rng, faucet = np.random.default_rng(9), chain.faucet
    amounts = [tokens(50), tokens(700), tokens(10**6)]
    pool, law = open_pool(chain, amounts), FixedPool(list(amounts), [ONE // 3] * 3, 3 * 10**15)
    outcomes = []
    for _ in range(60):
        share = float(rng.uniform(0.9, 1.1))  # of what the invariant allows, so that some are refused
        first, second = int(amounts[0] * 0.01), int(amounts[1] * 0.01)
        out = -int(amounts[2] * (1 - 1 / 1.00997**2) * share)
        trade = [first, second, out] if rng.integers(0, 2) else [first, -int(second * 0.99 * share), 0]
        try:
            law.trade(0, trade)
            outcomes.append(True)
            faucet.send(pool.trade([max(one, 0) for one in trade], [max(-one, 0) for one in trade]))
        except PoolRefused:
            outcomes.append(False)
            with pytest.raises(Reverted, match="InvariantFalls"):
                faucet.send(pool.trade([max(one, 0) for one in trade], [max(-one, 0) for one in trade]))
        assert chain.read(pool.reserves()) == law.reserves
    assert any(outcomes) and not all(outcomes)


@pytest.mark.parametrize(
    ("name", "relative_to"),
    [(name, "average") for name in RULES]
    + [(name, other) for name in ("momentum", "power", "channel") for other in ("raw_price", "previous_average")],
)
@pytest.mark.parametrize("as_contracts", [False, True], ids=["simulated", "as contracts"])
def test_a_runner_moves_weights_as_the_law_does_to_the_unit(
    chain: Chain, name: str, as_contracts: bool, relative_to: str
) -> None:
    strategy = Strategy(RULES[name], GuardRails(0.1, 2e-5), chunk_minutes=60, moving_minutes=45)
    scenario = Scenario(NAMES, "2023-01-21", "2023-01-22", WeightedPool((1 / 3, 1 / 3, 1 / 3)), strategy)
    rows = prices().close[:: 60 * 4, [prices().tokens.index(one) for one in NAMES]]
    terms, state = contract_terms(scenario, as_contracts), rule_state(strategy, rows[:40])
    if relative_to != "average":
        is_raw = relative_to == "raw_price"
        terms = replace(terms, rule=replace(terms.rule, raw_price=is_raw, previous_average=not is_raw))
    amounts = [tokens(1)] * 3
    pool = open_pool(chain, amounts, weights=list(terms.weights))
    contracts = deploy_runner(chain, chain.faucet, pool, terms, state)
    rule, law = FixedRule(terms.rule, state), FixedPool(list(amounts), list(terms.weights), 0)
    for row in rows[40:60]:
        chain.advance(3600)
        posted = [round(Fraction(float(price)) * ONE) for price in row]
        for feed, price in zip(contracts.feeds, posted, strict=True):
            chain.faucet.send(feed.post(price))
        chain.faucet.send(contracts.runner.update(pool.address))
        now, runner = chain.now, terms.runner
        target = applied(rule.update(posted, law.weights(now)), runner.floor, runner.rest_to_first)
        change = limited(law.weights(now), target, runner.most_change, runner.undercut)
        speed = [quotient(one, runner.moving) for one in change]
        law.move(now, speed, chain.read(pool.until()))
        assert EvmRunner(contracts, chain.faucet, chain.faucet).state() == rule.state
        assert chain.read(pool.weightsNow()) == law.weights(now)
        chain.advance(0 if as_contracts else 2700)
        assert chain.read(pool.weightsNow()) == law.weights(chain.now)
    if not as_contracts:
        assert chain.read(pool.until()) == now + runner.moving


def test_weights_go_on_until_a_rail_if_they_may(chain: Chain) -> None:
    strategy = Strategy(Momentum(5.0, 400.0), GuardRails(0.1, 2e-5), chunk_minutes=60, moving_minutes=60)
    scenario = Scenario(NAMES[:2], "2023-01-21", "2023-01-22", WeightedPool((0.5, 0.5)), strategy)
    seen = np.array([[20_000.0, 1_000.0]] * 3)
    pool = open_pool(chain, [tokens(1)] * 2)
    terms = contract_terms(scenario, as_contracts=True)
    contracts = deploy_runner(chain, chain.faucet, pool, terms, rule_state(strategy, seen))
    chain.advance(3600)
    for feed, price in zip(contracts.feeds, (30_000, 1_000), strict=True):
        chain.faucet.send(feed.post(tokens(price)))
    chain.faucet.send(contracts.runner.update(pool.address))

    chain.advance(20 * 86_400)

    highest, lowest = chain.read(pool.weightsNow())
    assert lowest == pytest.approx(ONE // 10, abs=10**15) and highest == ONE - lowest and lowest >= ONE // 10


def registered(chain: Chain, n_backups: int = 0) -> tuple[Contract, Any]:
    strategy = Strategy(Momentum(5.0, 40.0), chunk_minutes=60, moving_minutes=60)
    scenario = Scenario(NAMES[:2], "2023-01-21", "2023-01-22", WeightedPool((0.5, 0.5)), strategy)
    pool = open_pool(chain, [tokens(1)] * 2)
    terms = contract_terms(scenario, staleness=600)
    seen = np.array([[20_000.0, 1_000.0]] * 3)
    return pool, deploy_runner(chain, chain.faucet, pool, terms, rule_state(strategy, seen), n_backups)


def test_an_update_waits_for_its_interval_and_for_fresh_prices(chain: Chain) -> None:
    pool, contracts = registered(chain)
    stranger = chain.wallet("stranger")
    with pytest.raises(Reverted, match="TooEarly"):
        stranger.send(contracts.runner.update(pool.address))
    for feed in contracts.feeds:
        chain.faucet.send(feed.post(tokens(1_000)))
    chain.advance(3600)

    with pytest.raises(Reverted, match="Stale"):
        stranger.send(contracts.runner.update(pool.address))
    for feed in contracts.feeds:
        chain.faucet.send(feed.post(tokens(1_000)))
    stranger.send(contracts.runner.update(pool.address))

    assert chain.read(contracts.runner.lastUpdate(pool.address)) == chain.now


def test_a_backup_answers_for_a_feed_that_is_stale(chain: Chain) -> None:
    pool, contracts = registered(chain, n_backups=1)
    first_btc, first_eth, backup_btc, _ = contracts.feeds
    chain.faucet.send(first_btc.post(tokens(5)))
    chain.advance(3600)
    for feed in (first_eth, backup_btc):
        chain.faucet.send(feed.post(tokens(900)))

    receipt = chain.faucet.send(contracts.runner.update(pool.address))

    assert contracts.runner.events(receipt, "Updated")[0].args["prices"] == [tokens(900)] * 2


def test_only_who_may_governs_pool_rule_feed_and_runner(chain: Chain) -> None:
    pool, contracts = registered(chain)
    stranger = chain.wallet("stranger")
    settings_ = (60, 60, 60, 0, 0, 0, False, False)
    for call in (
        pool.setFee(0),
        pool.setRunner(stranger.address),
        pool.collect(),
        pool.move([0, 0], 0),
        contracts.rule.update([ONE, ONE], [ONE, ONE]),
        contracts.rule.setRunner(stranger.address),
        contracts.feeds[0].post(ONE),
        contracts.runner.register(pool.address, contracts.rule.address, [], settings_),
    ):
        with pytest.raises(Reverted, match="NotOwner|NotRunner"):
            stranger.send(call)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"weights": [ONE, ONE]}, "sum 1"),
        ({"weights": [ONE - 10**15, 10**15]}, "at least 1 %"),
        ({"weights": [ONE]}, "WrongLength"),
        ({"fee": 2 * 10**17}, "at most 10 %"),
        ({"protocol_share": 2 * ONE}, "at most 1"),
        ({"most_traded": 0}, "at most 1"),
    ],
)
def test_terms_out_of_range_are_refused(chain: Chain, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Reverted, match=reason):
        open_pool(chain, [tokens(1)] * 2, **changes)


def test_what_a_pool_cannot_do_is_refused(chain: Chain) -> None:
    pool = open_pool(chain, [tokens(10)] * 2, most_traded=3 * ONE // 10)
    for call, reason in (
        (pool.swapIn(0, 0, 1, 0), "SameToken"),
        (pool.swapIn(0, 7, 1, 0), "a token of the pool"),
        (pool.swapIn(0, 1, tokens(4), 0), "TradeTooLarge"),
        (pool.swapIn(0, 1, tokens(1), tokens(1)), "TooLittle"),
        (pool.swapOut(0, 1, tokens(1), tokens(1)), "TooMuch"),
        (pool.join(ONE, [0, 0]), "TooMuch"),
        (pool.leave(100 * ONE, [0, 0]), "NotHeld"),
        (pool.trade([0, 0], [1, 0]), "InvariantFalls"),
        (pool.trade([1], [0]), "WrongLength"),
        (pool.open([1, 1]), "IsOpen"),
    ):
        with pytest.raises(Reverted, match=reason):
            chain.faucet.send(call)


def test_an_export_is_read_again_and_deployed(chain: Chain) -> None:
    for rule in RULES.values():
        strategy = Strategy(rule, chunk_minutes=60, moving_minutes=45, start_weights=(0.3, 0.3, 0.4))
        scenario = Scenario(NAMES, "2023-01-21", "2023-01-22", WeightedPool((1 / 3, 1 / 3, 1 / 3)), strategy)
        terms = contract_terms(scenario)

        read = from_export(exported(terms))

        assert read == replace(terms, runner=replace(terms.runner, undercut=0))
        pool = open_pool(chain, [tokens(1)] * 3, weights=list(read.weights))
        contracts = deploy_runner(chain, chain.faucet, pool, read, rule_state(strategy, np.ones((3, 3))))
        assert chain.read(contracts.runner.settingsOf(pool.address))[3:5] == (
            read.runner.floor,
            read.runner.most_change,
        )


RESERVE = st.integers(10**6, 10**27)
FEE = st.sampled_from([0, 3 * 10**15, 10**17])


def exact_change(before: list[int], after: list[int], fees: list[int], weights: list[int]) -> Fraction:
    """By how much the invariant's logarithm changed, without what was paid as fees, to forty digits."""
    parts = zip(before, after, fees, weights, strict=True)
    return sum((w * log1p(Fraction(new - fee - old, old)) for old, new, fee, w in parts), Fraction(0))


@settings(max_examples=80)
@given(RESERVE, RESERVE, st.floats(1e-15, 0.9), st.floats(0.01, 0.99), FEE, st.booleans())
def test_a_swap_never_lets_the_invariant_fall(
    held: int, other: int, share: float, weight: float, fee: int, is_out: bool
) -> None:
    first = round(weight * ONE)
    pool, weights = FixedPool([held, other], [first, ONE - first], fee), [first, ONE - first]
    try:
        paid = int(held * share) if not is_out else pool.swap_out(0, 0, 1, int(other * share / 2))
        if not is_out:
            pool.swap_in(0, 0, 1, paid)
    except WorldError:
        return

    fees = [paid - paid * (ONE - fee) // ONE, 0]
    assert exact_change([held, other], pool.reserves, fees, weights) >= 0


@settings(max_examples=150)
@given(RESERVE, RESERVE, RESERVE, st.floats(1e-13, 0.5), st.floats(-2e-16, 4e-16), FEE)
def test_a_trade_at_the_edge_never_lets_the_invariant_fall(
    a: int, b: int, c: int, share: float, slack: float, fee: int
) -> None:
    weights, before = [5 * 10**17, 3 * 10**17, 2 * 10**17], [a, b, c]
    paid = int(a * share)
    seen = paid * (ONE - fee) // ONE
    # The curve itself, missed by about a unit of rounding: 0.5 ln(1 + x) = 0.3 ln(1 + y) + 0.2 ln(1 + y).
    out = (Fraction(seen, a + seen) - Fraction(slack)) if seen else Fraction(0)
    trade = [paid, -int(b * out), -int(c * out)]
    pool = FixedPool(list(before), weights, fee)
    try:
        pool.trade(0, trade)
    except WorldError:
        return

    assert exact_change(before, pool.reserves, [paid - seen, 0, 0], weights) >= 0


def log1p(x: Fraction) -> Fraction:
    """ln(1 + x) to some forty digits."""
    with localcontext() as context:
        context.prec = 60
        value = (Decimal(x.numerator) / Decimal(x.denominator) + 1).ln()
    return Fraction(value)
