"""Cases of pools, played through the exchange."""

from dataclasses import replace
from typing import Any

import pytest

from tests.markets.exchange.cases import Case, cases
from tests.markets.exchange.stage import Stage
from tokenspice.markets.exchange import ExchangeService, Reason, Side
from tokenspice.markets.exchange.amm.build import build_pool
from tokenspice.markets.exchange.amm.pool import Pool, PoolStatus, PoolTerms
from tokenspice.markets.exchange.amm.quoting import best_ask, best_bid
from tokenspice.markets.exchange.market_state import MarketState
from tokenspice.markets.exchange.numbers import ONE, factor

TERMS = PoolTerms(100_000, 100, 95, 105)


def play_pools(case: Case) -> None:
    if case["given"].get("asset_dp"):
        play_verbs(case)
    elif case["events"] and isinstance(case["events"][0], str):
        play_refusals()
    elif not case["events"]:
        check_quotes(case)
    else:
        play_orders(case)


def stage_of(case: Case, book: list[Any] = ()) -> tuple[Stage, list[Pool]]:  # type: ignore[assignment]
    """A market at 100 with the case's pools, and orders that rest beside them."""
    given, pools = case["given"], case["given"]["pools"]
    if isinstance(pools, str):
        pools = cases()[pools.rpartition(" ")[2]]["given"]["pools"]
    stage = Stage({**given, "mark": 100}, [])
    made = [open_pool(stage, one) for one in pools]
    for side, party, size, price in book:
        stage.rest(side, party, size, price)
    return stage, made


def open_pool(stage: Stage, given: Case) -> Pool:
    stage.position(given["id"])
    terms = PoolTerms(
        given["commitment"],
        given["base"],
        given.get("lower", 0),
        given.get("upper", 0),
        factor(given.get("lower_leverage", 0)),
        factor(given.get("upper_leverage", 0)),
    )
    assert stage.exchange.create_pool(given["id"], stage.market.id, terms) is Reason.NONE
    found = stage.market.pools.find(given["id"])
    assert found is not None
    return found


def check_quotes(case: Case) -> None:
    """Risk factors, leverages, positions at the bounds, and the best quotes of one pool."""
    stage, pools = stage_of(case)
    expect, (pool,), scale = dict(case["expect"]), pools, stage.market.pools.scale
    assert [risk / ONE for risk in stage.market.risk] == pytest.approx(expect["risk_factors"], abs=1e-9)
    free = build_pool("", pool.position, replace(pool.terms, lower_leverage=0, upper_leverage=0), scale)
    assert free.lower and free.upper and pool.lower and pool.upper
    leverages = [ONE**2 / ((risk + scale.slippage) * scale.initial) for risk in stage.market.risk]
    assert leverages == pytest.approx(expect["leverage"], abs=1e-6)
    at_bounds = [pool.lower.exact_position, pool.upper.exact_position]
    assert at_bounds == pytest.approx(expect["theoretical_position_at_bounds"], abs=0.005)
    assert [best_bid(pool), best_ask(pool)] == [tuple(expect["best_bid"]), tuple(expect["best_ask"])]


def play_orders(case: Case) -> None:
    """Orders that each meet the market as it was made."""
    for event, expect in zip(case["events"], case["expect"], strict=True):
        stage, pools = stage_of(case, event.get("book", []))
        owners = {pool.party: pool.owner for pool in pools}
        stage.trades.clear()
        stage.play(event.get("order", event))
        trades = [trade for trade, _ in stage.trades]
        if isinstance(expect, list):
            assert [[owners.get(t.buyer.party, t.buyer.party), t.price, t.size] for t in trades] == expect
        else:
            assert [(t.price, t.size) for t in trades] == [(expect["price"], expect["size"])]
            if "mid_after" in expect:
                bid, ask = stage.market.best(Side.BUY), stage.market.best(Side.SELL)
                assert bid and ask and (bid + ask) // 2 == expect["mid_after"]


def play_refusals() -> None:
    """A bound on the side of the position stays, and nothing is taken once the market has ended."""
    stage, (pool,) = stage_of(
        {"given": {"pools": [{"id": "v1", "commitment": 10**5, "base": 100, "lower": 85, "upper": 150}]}}
    )
    market, id = stage.market, stage.market.id
    stage.submit("p1", Side.SELL, 20, 90)
    assert pool.position.volume > 0
    assert stage.exchange.amend_pool("v1", id, replace(pool.terms, lower=0)) is Reason.POOL_BOUND_IN_USE
    stage.submit("p1", Side.BUY, 60, 120)
    assert pool.position.volume < 0
    assert stage.exchange.amend_pool("v1", id, replace(pool.terms, upper=0)) is Reason.POOL_BOUND_IN_USE
    market.state = MarketState.TRADING_TERMINATED
    for refused in (
        stage.exchange.create_pool("v2", id, TERMS),
        stage.exchange.amend_pool("v1", id, pool.terms),
        stage.exchange.cancel_pool("v1", id, True),
    ):
        assert refused is Reason.MARKET_CLOSED


def play_verbs(case: Case) -> None:
    """Submit, amend and cancel, as a user of the service does."""
    given = case["given"]
    stage = Stage({**given, "mdp": 3, "mark": round(given["base"] * 1000)}, [])
    stage.position("owner")
    service, id = ExchangeService(stage.exchange), stage.market.id
    for event in case["events"]:
        verbs = {"submit": submit, "amend": amend, "cancel": cancel}
        assert verbs[event["op"]](service, id, event, given) is Reason.NONE
        (pool,) = service.list_amms(id, "owner")
        assert service.list_amms(id, pool.amm_party) == [pool]
        if event["op"] == "amend":
            found = {"commitment": pool.commitment, "lower": pool.lower_bound, "upper": pool.upper_bound}
            assert found == case["expect"]["after_amend"]
    assert pool.status == PoolStatus(case["expect"]["after_cancel"].lower())


def submit(service: ExchangeService, id: str, event: Case, given: Case) -> Reason:
    low, high = event["leverage"]
    bounds, rest = (event["lower"], event["upper"], low, high), (event["slippage"], event["fee"])
    return service.submit_amm("owner", id, event["commitment"], given["base"], *bounds, *rest)


def amend(service: ExchangeService, id: str, event: Case, given: Case) -> Reason:
    bounds = {"lower_bound": event["lower"], "upper_bound": event["upper"]}
    return service.amend_amm("owner", id, commitment_amount=event["commitment"], **bounds)


def cancel(service: ExchangeService, id: str, event: Case, given: Case) -> Reason:
    return service.cancel_amm("owner", id, immediate=event["method"] == "IMMEDIATE")
