"""What the exchange netlists record."""

from tokenspice.engine import LogRow, Mark
from tokenspice.markets.exchange import AccountType
from tokenspice.netlists.exchange.state import ExchangeStateBase

__all__ = ["exchange_marks", "exchange_row"]


def exchange_row(state: ExchangeStateBase) -> LogRow:
    """Return this tick's columns: prices, book, positions, money, and each group's profit."""
    kpis, market = state.kpis, state.market
    bid, ask = kpis.price(market.book.best_bid()), kpis.price(market.book.best_ask())
    outside, depth = state.prices.at(state.tick), kpis.depth()
    return LogRow(
        outside_price=outside,
        mark_price=kpis.price(market.mark),
        mid_price=(bid + ask) / 2,
        spread=ask - bid,
        tracking_error_bps=abs(kpis.price(market.mark) / outside - 1) * 10_000,
        depth_bids=depth.bids,
        depth_asks=depth.asks,
        open_interest=kpis.size(market.open_interest),
        volume=kpis.size(kpis.traded),
        margins=kpis.margins(),
        insurance=kpis.held(AccountType.INSURANCE),
        network_position=kpis.size(market.network.volume),
        n_closeouts=market.clearing.closeouts,
        socialised=kpis.amount(kpis.forgone_units),
        auction_share=kpis.auction_share,
        unaccounted=kpis.unaccounted(),
        **{f"pnl_{name}": profit for name, profit in profits(state).items()},
    )


def profits(state: ExchangeStateBase) -> dict[str, float]:
    """Return what each group has more than it was given, in the settlement asset, its pools' money included."""
    group_of = {agent.party: name for name, group in state.groups.items() for agent in group} | state.others
    for pool in state.market.pools.every():
        group_of[pool.position.party] = group_of.get(pool.owner, "")
    held = dict.fromkeys(state.groups, 0)
    for account in state.world.exchange.ledger.accounts():
        group = group_of.get(account.party)
        if group and account.asset == state.market.asset.symbol:
            held[group] += account.balance
    return {
        name: state.kpis.amount(held[name]) - sum(agent.minted for agent in group)
        for name, group in state.groups.items()
    }


def exchange_marks(state: ExchangeStateBase) -> list[Mark]:
    """Return when somebody was first closed out, and when losses were first shared."""
    first = {"first close-out": state.kpis.first_closeout, "first shared loss": state.kpis.first_shortfall}
    return [Mark(text, tick) for text, tick in first.items() if tick is not None]
