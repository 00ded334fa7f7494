"""Markets that are not a chain: pools and an exchange, as pure mechanisms. Beside web3engine, which it does not know.

Of pools, `scenario.py` asks a whole question at once; `pools/` and `strategies/` hold its parts.
"""
