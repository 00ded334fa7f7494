"""A web3.py provider over the in-process chain: Ethereum's JSON-RPC without a node, a socket or JSON.

`Web3(EvmProvider(evm))` is a web3.py client. `EvmProvider.make_request` is where each request comes in, and the
table `EvmProvider.methods` says what is answered. Everything here speaks JSON-RPC's values: quantities are "0x…"
without leading zeros, bytes "0x…" in full, amounts wei, times seconds since 1970.

Source: the Ethereum JSON-RPC specification (ethereum/execution-apis), and for evm_ and anvil_ methods what anvil
and ganache do.
"""

from tokenspice.web3engine.provider.async_provider import AsyncEvmProvider
from tokenspice.web3engine.provider.host import Host
from tokenspice.web3engine.provider.provider import EvmProvider

__all__ = ["AsyncEvmProvider", "EvmProvider", "Host"]
