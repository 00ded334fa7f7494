"""Draws what an exchange has recorded of itself in Parquet: prices, book, volume, money and modes of each market."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tokenspice.engine.charts import COUNT, Mark, PlotInstructions, YParam, lines
from tokenspice.engine.units import HOUR, Floats, Unit
from tokenspice.studies.plot.draw import draw_plots

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["draw_exchange", "market_charts", "market_table"]

CONTRACTS, QUOTE = Unit("contracts"), Unit("quote")
MODE = Unit("")  # 1 while it lasts
FEES = ("maker", "infrastructure", "liquidity", "treasury", "buy_back")
HELD = {"margin": "margins", "insurance": "insurance", "bond": "bonds", "liquidity fees": "liquidity_fees"}


def draw_exchange(folder: Path, png_folder: Path, marks: Sequence[Mark] = (), source: str = "") -> Iterator[Path]:
    """Draw what a run has recorded of its markets, each in a folder of its own; nothing where nothing was recorded."""
    if not any((folder / "market_data").glob("part-*.parquet")):
        return
    import pandas as pd

    data = pd.read_parquet(folder / "market_data")
    for market in data.market.unique():
        table = market_table(folder, data[data.market == market])
        header, values = list(table.columns), table.to_numpy(dtype=float)
        hours = (values[:, header.index("time")] - values[0, header.index("time")]) / HOUR
        instructions = PlotInstructions("Hour", hours, market_charts(header))
        yield from draw_plots(instructions, header, values, png_folder / str(market), marks, source)


def market_table(folder: Path, data: "DataFrame") -> "DataFrame":
    """Return a row for each of a market's rows in market_data: numbers, modes as columns of 0 and 1, sums of other tables."""
    market = data.market.iloc[0]
    found = data.select_dtypes("number").rename(columns={"tick": "Tick"}).reset_index(drop=True)
    found["spread"] = found.best_ask - found.best_bid
    for mode in data.trading_mode.unique():
        found[f"mode {mode}"] = (data.trading_mode == mode).to_numpy(dtype=float)
    ticks = found.Tick.to_numpy()
    add_trades(found, folder / "trades", market, ticks)
    add_accounts(found, folder / "accounts", market, ticks)
    return found


def add_trades(found: "DataFrame", folder: Path, market: str, ticks: Floats) -> None:
    """Add volume, close-outs and fees by component, each since the beginning."""
    if not folder.is_dir():
        return
    import pandas as pd

    trades = pd.read_parquet(folder)
    trades = trades[trades.market == market]
    met = trades["size"].where(trades.kind != "close-out", 0.0)
    columns = {"volume": met, "closeouts": (trades.kind == "close-out").astype(float)}
    columns |= {f"fees {part}": trades[f"buyer_fee_{part}"] + trades[f"seller_fee_{part}"] for part in FEES}
    before = np.searchsorted(trades.tick.to_numpy(), ticks)  # rows of the ticks before each
    for name, column in columns.items():
        found[name] = np.append(0.0, column.to_numpy(dtype=float).cumsum())[before]


def add_accounts(found: "DataFrame", folder: Path, market: str, ticks: Floats) -> None:
    """Add what all accounts of a type in this market hold."""
    if not folder.is_dir():
        return
    import pandas as pd

    accounts = pd.read_parquet(folder, filters=[("market", "==", market)])
    for type, name in HELD.items():
        sums = accounts[accounts.type == type].groupby("tick").balance.sum()
        found[name] = sums.reindex(ticks, fill_value=0.0).to_numpy()


def market_charts(header: Sequence[str]) -> list[YParam]:
    """Return the charts of the columns that there are."""
    modes = {name: name.removeprefix("mode ") for name in header if name.startswith("mode ")}
    fees = {f"fees {part}": part.replace("_", " ") for part in FEES}
    charts = [
        lines("Price", QUOTE, mark_price="mark", mid_price="mid", last_traded_price="last trade"),
        lines("Price bounds", QUOTE, mark_price="mark", min_valid_price="lowest", max_valid_price="highest").shown(
            about="Outside of them a trade starts an auction."
        ),
        lines("Best prices", QUOTE, best_bid="bid", best_ask="ask"),
        lines("Spread", QUOTE, spread=""),
        lines("Volume at the best prices", CONTRACTS, best_bid_volume="bid", best_ask_volume="ask"),
        lines("Open interest", CONTRACTS, open_interest=""),
        lines("Volume", CONTRACTS, volume="").shown(about="Since the beginning."),
        lines("Close-outs", COUNT, closeouts="").shown(about="Since the beginning."),
        lines("Fees", QUOTE, **fees).shown(draw="area", about="Paid since the beginning."),
        lines("Margins", QUOTE, margins="").shown(about="What all parties have put aside."),
        lines("Insurance pool", QUOTE, insurance=""),
        lines("Bonds and liquidity fees", QUOTE, bonds="bonds", liquidity_fees="fees that wait to be shared"),
        lines("Stake", QUOTE, target_stake="target", supplied_stake="supplied"),
        lines("Indicative price in auctions", QUOTE, indicative_price="").shown(draw="points"),
        lines("Trading mode", MODE, **modes).shown(draw="area", about="1 while it lasts."),
    ]
    return [chart for chart in charts if set(chart.columns) <= set(header)]
