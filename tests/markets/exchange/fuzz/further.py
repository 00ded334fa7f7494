"""Random instructions besides orders: margin modes, pools, commitments, oracles, transfers, proposals and votes."""

from fractions import Fraction
from typing import TYPE_CHECKING

from tests.markets.exchange.fuzz.call import Call, worth_of_an_order
from tokenspice.markets.exchange import ONE, AccountType, Exchange, Market
from tokenspice.markets.exchange.amm.pool import PoolTerms
from tokenspice.markets.exchange.governance.changes import UpdateMarketState, UpdateNetworkParameter
from tokenspice.markets.exchange.governance.enacting import StateChange

if TYPE_CHECKING:
    from tests.markets.exchange.fuzz.instructions import Fuzzer

ORACLE = "oracle"
PARAMETERS = (
    ("market.margin.scalingFactors.initial", ("1.3", "1.5", "2.5")),
    ("market.margin.scalingFactors.release", ("2.6", "3")),
    ("market.fee.factors.makerFee", ("0", "0.001", "0.02")),
    ("network.markPriceUpdateMaximumFrequency", ("0s", "5s", "x")),
    ("market.liquidity.bondPenaltyParameter", ("0", "0.5")),
    ("no.such.parameter", ("1",)),
)


def margin_mode(fuzzer: "Fuzzer", exchange: Exchange, market: Market) -> Call:
    """Isolated margin with a factor that may be too small, or cross margin again."""
    factor = fuzzer.rng.choice((0, ONE // 5, ONE // 2, ONE * 9 // 10, ONE) if fuzzer.valid() else (-1, 1, 2 * ONE))
    return Call("set_margin_mode", (fuzzer.party(), fuzzer.market_id(market), factor))


def pool_terms(fuzzer: "Fuzzer", market: Market) -> PoolTerms:
    rng, tick = fuzzer.rng, market.tick_size
    base = fuzzer.price(market) if not fuzzer.valid() else max((market.mark or 1000) // tick, 1) * tick
    lower = base * rng.randrange(70, 99) // 100 // tick * tick if rng.random() < 0.8 else 0
    upper = base * rng.randrange(101, 140) // 100 // tick * tick if rng.random() < 0.8 else 0
    low, high = rng.choice((0, ONE, 5 * ONE)), rng.choice((0, ONE, 5 * ONE))
    commitment = worth_of_an_order(market) * rng.choice((1, 20, 300)) // 10 if fuzzer.valid() else fuzzer.size()
    slippage, fee = rng.choice((ONE // 100, ONE // 2)), rng.choice((0, ONE // 1000, ONE))
    return PoolTerms(commitment, base, lower, upper, low, high, slippage, fee)


def create_pool(fuzzer: "Fuzzer", exchange: Exchange, market: Market) -> Call:
    return Call("create_pool", (fuzzer.party(), fuzzer.market_id(market), pool_terms(fuzzer, market)))


def amend_pool(fuzzer: "Fuzzer", exchange: Exchange, market: Market) -> Call:
    return Call("amend_pool", (owner(fuzzer, market), fuzzer.market_id(market), pool_terms(fuzzer, market)))


def cancel_pool(fuzzer: "Fuzzer", exchange: Exchange, market: Market) -> Call:
    return Call("cancel_pool", (owner(fuzzer, market), fuzzer.market_id(market), fuzzer.rng.random() < 0.5))


def owner(fuzzer: "Fuzzer", market: Market) -> str:
    """Whoever has a pool, if anybody."""
    owners = [pool.owner for pool in market.pools.every()]
    return fuzzer.rng.choice(owners) if owners and fuzzer.valid() else fuzzer.party()


def commitment(fuzzer: "Fuzzer", exchange: Exchange, market: Market) -> Call:
    """New, more, less, or an end."""
    rng = fuzzer.rng
    amount = rng.choice((None, 0, 5000, worth_of_an_order(market), 50 * worth_of_an_order(market)))
    fee = rng.choice((None, ONE // 1000, ONE // 50)) if fuzzer.valid() else rng.choice((-1, ONE))
    return Call("commit_liquidity", (fuzzer.party(), fuzzer.market_id(market), amount, fee))


def oracle(fuzzer: "Fuzzer", exchange: Exchange, market: Market) -> Call:
    """A price near the mark, rarely nonsense; almost never the end of a future."""
    rng = fuzzer.rng
    if rng.random() < 0.002:
        return Call("submit_oracle_data", (ORACLE, {"terminated": "true"}))
    price = (market.mark or 1000) * rng.uniform(0.97, 1.03) / 10**market.config.decimals
    text = f"{price:.4f}" if fuzzer.valid() else rng.choice(("", "nan", "-5", "1e400", "x"))
    return Call("submit_oracle_data", (ORACLE if fuzzer.valid() else "stranger", {"price": text}))


def transfer(fuzzer: "Fuzzer", exchange: Exchange, market: Market) -> Call:
    rng, symbol = fuzzer.rng, market.asset.symbol
    party, to = fuzzer.party(), fuzzer.party()
    held = exchange.general(party, symbol).balance
    amount = rng.randrange(held // 20 + 1) if fuzzer.valid() else rng.choice((0, -5, held + 1))
    target = AccountType.GENERAL if fuzzer.valid() else rng.choice(list(AccountType))
    if rng.random() < 0.2:
        factor = Fraction(rng.randrange(1, 4), 2)
        return Call("transfer_every_epoch", (party, symbol, amount, to), {"target": target, "factor": factor})
    deliver_at = exchange.now + rng.randrange(-5, 60) if rng.random() < 0.3 else 0
    return Call("transfer", (party, symbol, amount, to), {"target": target, "deliver_at": deliver_at})


def proposal(fuzzer: "Fuzzer", exchange: Exchange, market: Market) -> Call:
    """A change of a parameter or of a market's state, by who has votes or has none."""
    rng = fuzzer.rng
    if rng.random() < 0.5:
        name, texts = rng.choice(PARAMETERS)
        change: UpdateNetworkParameter | UpdateMarketState = UpdateNetworkParameter(name, rng.choice(texts))
    else:
        kinds = (StateChange.SUSPEND, StateChange.RESUME, StateChange.RESUME)
        kind = StateChange.TERMINATE if rng.random() < 0.003 else rng.choice(kinds)
        change = UpdateMarketState(fuzzer.market_id(market), kind, market.mark if kind is StateChange.TERMINATE else 0)
    close = exchange.now + (rng.randrange(2, 6) if fuzzer.valid() else rng.choice((-5, 0)))
    by = "opener" if fuzzer.valid() else fuzzer.party()
    return Call("propose", (by, change, close, close + rng.randrange(0, 5)))


def vote(fuzzer: "Fuzzer", exchange: Exchange, market: Market) -> Call:
    live = list(exchange.governance.live)
    id = fuzzer.rng.choice(live) if live and fuzzer.valid() else "P999"
    return Call("vote", (fuzzer.rng.choice(("opener", fuzzer.party())), id, fuzzer.rng.random() < 0.9))


def stake(fuzzer: "Fuzzer", exchange: Exchange, market: Market) -> Call:
    return Call("stake", (fuzzer.rng.choice(("opener", fuzzer.party())), fuzzer.rng.randrange(-500, 1000)))
