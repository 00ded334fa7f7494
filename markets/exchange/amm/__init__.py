"""Pools on the order book: concentrated liquidity whose position is margined like any party's."""
