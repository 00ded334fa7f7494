"""Cases of how markets end, and of transfers: by oracle, by vote, by epoch."""

from fractions import Fraction
from typing import Any

from tests.markets.exchange.cases import Case
from tests.markets.exchange.readings import accounts, compare, general
from tests.markets.exchange.stage import SELLER, Event, Stage
from tokenspice.markets.exchange import AccountType, Exchange, Reason
from tokenspice.markets.exchange.governance.changes import UpdateMarketState
from tokenspice.markets.exchange.governance.enacting import StateChange
from tokenspice.markets.exchange.governance.proposals import ProposalState
from tokenspice.markets.exchange.rewards.strategy import DispatchStrategy
from tokenspice.markets.exchange.staking import VOTE
from tokenspice.markets.exchange.transfer_terms import TransferState

EPOCH = 120


def play_settlement(case: Case) -> None:
    expect = case["expect"]
    if "long_general" in expect:
        play_random(case)
    elif any(event.get("op") == "governance" for event in case["events"]):
        play_vote(case)
    else:
        play_oracle(case)


def play_oracle(case: Case) -> None:
    """Orders, then the words of an oracle."""
    expect = dict(case["expect"])
    stage = Stage(case["given"], case["events"])
    for event in case["events"]:
        stage.play(event)
        if event["op"] == "checkpoint":
            compare(stage, expect.pop(event["name"]))
        stage.exchange.advance(1)
    compare(stage, expect)


def play_random(case: Case) -> None:
    """The ranges of deposit, price and size, at some points of each; a provider of liquidity gets its commitment back."""
    given, expect = case["given"], case["expect"]
    assert (expect["long_general"], expect["short_general"]) == (
        "deposit+size*(settle-trade)",
        "deposit-size*(settle-trade)",
    )
    prices, sizes, finals = (
        [int(n) for n in given[name].split("..")] for name in ("trade_price", "size", "settlement")
    )
    for price, size, final in zip((*prices, 97), (*sizes, 7), (*reversed(finals), 113), strict=True):
        play_one(given["deposit"], price, size, final, expect)


def play_one(deposit: int, price: int, size: int, final: int, expect: Case) -> None:
    parties = ("long", "short", "lp")
    stage = Stage({"mark": price, "deposits": dict.fromkeys(parties, deposit)}, [])
    assert stage.exchange.commit_liquidity("lp", stage.market.id, 5000, 10**15) is Reason.NONE
    stage.play({"op": "trade", "buyer": "long", "seller": "short", "size": size, "price": price})
    stage.exchange.advance(1)
    stage.play({"op": "terminate"})
    stage.play({"op": "settle", "price": final})
    gain = size * (final - price)
    assert [general(stage, party) for party in parties] == [deposit + gain, deposit - gain, deposit]
    assert [accounts(stage, party)[0] for party in parties] == [expect["margin"]] * 3
    bond = stage.exchange.ledger.find("lp", stage.asset.symbol, AccountType.BOND, stage.market.id)
    assert bond == expect["bond"]


def play_vote(case: Case) -> None:
    """A change of a market's state by a vote of one party that has all governance tokens."""
    price = case["events"][0]["price"]
    decimals = len(str(price).partition(".")[2])
    stage = Stage({"mark": round(price * 10**decimals), "mdp": decimals}, [])
    for event in case["events"]:
        vote(stage, event)
    found = {"mark": stage.market.mark / 10**decimals, "state": stage.market.state.name}
    assert {name: found[name] for name in case["expect"]} == case["expect"]


def vote(stage: Stage, event: Event) -> None:
    exchange = stage.exchange
    exchange.deposit("founder", VOTE, 10**9)
    change = StateChange[event["change"]]
    price = stage.price(event["price"]) if "price" in event else 0
    proposal = exchange.propose(
        "founder", UpdateMarketState(stage.market.id, change, price), exchange.now + 40, exchange.now + 50
    )
    exchange.vote("founder", proposal.id)
    for _ in range(60):
        exchange.advance(1)
    assert proposal.state is ProposalState.ENACTED, proposal.reason


# transfers


def play_transfers(case: Case) -> None:
    """Amounts in whole units of an asset of five decimals, whose smallest unit is its quantum."""
    if "taker_vesting" in case["expect"]:
        play_reward(case)
    elif "factor" in case["events"][0]:
        play_recurring(case)
    else:
        play_one_offs(case)


def stage_of(case: Case) -> Stage:
    deposits = {party: amount for party, amount in case["given"].items() if len(party) == 1}
    return Stage({"adp": 5, "deposits": deposits, "mark": 1000, **case["given"]}, [])


def units_of(amount: float) -> int:
    return round(amount * 10**5)


def play_one_offs(case: Case) -> None:
    stage = stage_of(case)
    for event, expected in zip(case["events"], case["expect"], strict=True):
        delay = event.get("delay_s", 0)
        deliver_at = stage.exchange.now + delay if delay else 0
        symbol, amount = stage.asset.symbol, units_of(event["amount"])
        sent = stage.exchange.transfer(event["frm"], symbol, amount, event["to"], deliver_at=deliver_at)
        assert sent.state is (TransferState.PENDING if delay else TransferState.DONE)
        compare_balances(stage, expected["immediately"] if delay else expected)
        if delay:
            pass_seconds(stage.exchange, delay - 1)
            compare_balances(stage, expected["immediately"])
            pass_seconds(stage.exchange, 1)
            compare_balances(stage, expected["after_delay"])


def pass_seconds(exchange: Exchange, seconds: int) -> None:
    for _ in range(seconds):
        exchange.advance(1)


def compare_balances(stage: Stage, expected: dict[str, Any]) -> None:
    assert {party: general(stage, party) for party in expected} == expected


def play_recurring(case: Case) -> None:
    """What recurs from A to B, epoch after epoch."""
    (event,) = case["events"]
    stage = stage_of(case)
    shrinks = Fraction(str(event["factor"]))
    stage.exchange.transfer_every_epoch("A", stage.asset.symbol, units_of(event["amount"]), "B", factor=shrinks)
    for expected in case["expect"]:
        pass_seconds(stage.exchange, EPOCH)
        compare_balances(stage, expected)


def play_reward(case: Case) -> None:
    """A pool for the takers' maker fees; nobody gets more than ten times the fees that it paid.

    The market is the simple one, whose providers ask for 0.2 %.
    """
    given, expect = case["given"], case["expect"]
    decimals = len(str(given["price"]).partition(".")[2])
    price = round(given["price"] * 10**decimals)
    fees = {"maker": 0.0002, "infrastructure": 0.0005, "treasury": 0.0001, "buyback": 0.0001, "liquidity": 0.002}
    market = {"adp": 5, "mdp": decimals, "mark": price, "deposits": {"A": given["A"], "taker": 10**6}, **fees}
    stage = Stage(market, [])
    strategy = DispatchStrategy(asset_for_metric=stage.asset.symbol, cap_reward_fee_multiple=10.0)
    stage.exchange.transfer_every_epoch("A", stage.asset.symbol, units_of(100), dispatch=strategy)
    stage.rest("sell", SELLER, given["taker_volume"], price)
    stage.play(
        {"op": "order", "party": "taker", "side": "buy", "size": given["taker_volume"], "price": price, "tif": "IOC"}
    )
    pass_seconds(stage.exchange, EPOCH)
    assert general(stage, "A") == expect["A_after"]
    vesting = stage.exchange.ledger.find("taker", stage.asset.symbol, AccountType.VESTING)
    assert vesting == units_of(expect["taker_vesting"])
