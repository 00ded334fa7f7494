"""Charts that the exchange netlists have in common; each netlist puts first what answers its own question."""

from collections.abc import Mapping, Sequence

from tokenspice.engine import COUNT, PERCENT, Unit, YParam, lines

__all__ = ["ASSET", "CONTRACTS", "exchange_charts"]

ASSET = Unit("USD")
CONTRACTS = Unit("contracts")


def exchange_charts(groups: Mapping[str, str], drawn: Sequence[YParam] = ()) -> list[YParam]:
    """Return charts of all columns of `exchange_row`, but for those that are drawn already.

    Args:
        groups: the legend's text of each group of agents.
        drawn: the netlist's own charts, which come first.
    """
    charts = [
        lines("Price", ASSET, outside_price="outside", mark_price="mark", mid_price="middle of the book").shown(
            about="Positions are valued at the mark price."
        ),
        lines("How far the market is from outside", "bps", tracking_error_bps=""),
        lines("Spread", ASSET, spread=""),
        lines("Depth within 1 % of the middle", CONTRACTS, depth_bids="to sell into", depth_asks="to buy from"),
        lines(
            "Open interest and the network", CONTRACTS, open_interest="open interest", network_position="the network's"
        ).shown(
            draw="step",
            about="The network's was taken over from parties that were closed out, and is not yet disposed of.",
        ),
        lines("Volume", CONTRACTS, volume="").shown(about="In all, so far."),
        lines("Margins", ASSET, margins="").shown(about="What all parties have put aside."),
        lines("Insurance pool", ASSET, insurance=""),
        lines("Close-outs", COUNT, n_closeouts=""),
        lines("Gains forgone because losers could not pay", ASSET, socialised="").shown(draw="step"),
        lines("Time in auctions", PERCENT, auction_share=""),
        lines("Balances less deposits", Unit("smallest units"), unaccounted="").shown(about="0: no rule loses money."),
        lines("Profit and loss", ASSET, **{f"pnl_{name}": text for name, text in groups.items()}).shown(
            about="What each group has more than it was given; fees are paid and earned."
        ),
    ]
    seen = {column for chart in drawn for column in chart.columns}
    return [*drawn, *(chart for chart in charts if not seen >= set(chart.columns))]
