"""Prices over time: a table on a regular grid, checked once, from files or from a process.

Read `table.py` first.
"""

from tokenspice.markets.prices.candle_feed import CandleFeed
from tokenspice.markets.prices.candles import interpolated, read_candles, write_candles
from tokenspice.markets.prices.files import bundled_prices, read_prices, write_prices
from tokenspice.markets.prices.process import PriceProcess
from tokenspice.markets.prices.spreads import Candles, daily_spreads
from tokenspice.markets.prices.table import Prices, Window, timestamp

__all__ = [
    "CandleFeed",
    "Candles",
    "PriceProcess",
    "Prices",
    "Window",
    "bundled_prices",
    "daily_spreads",
    "interpolated",
    "read_candles",
    "read_prices",
    "timestamp",
    "write_candles",
    "write_prices",
]
