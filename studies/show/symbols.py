"""What tokens are called that somebody paid with."""

from collections import Counter
from collections.abc import Collection

from tokenspice.engine.errors import TokenSpiceError
from tokenspice.engine.units import DECIMALS
from tokenspice.studies.show.registry import Directory
from tokenspice.web3engine.abi import Abi
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Contract

__all__ = ["symbol_of", "symbols"]

# The part of ERC-20 that says how to show an amount.
METADATA = [
    {"type": "function", "name": "symbol", "inputs": [], "outputs": [{"type": "string"}]},
    {"type": "function", "name": "decimals", "inputs": [], "outputs": [{"type": "uint8"}]},
]


def symbols(tokens: Collection[str], directory: Directory, chain: Chain | None) -> dict[str, tuple[str, int]]:
    """Return symbol and decimals, by address, of the chain's own tokens and of others, which are asked for them.

    Where several answer the same symbol, the contract's name is added.
    """
    if not chain:
        return {}
    names = {token.contract.address: (token.symbol, token.decimals) for token in chain.tokens.values()}
    names |= {token: _ask(token, directory, chain) for token in tokens if token not in names}
    n_called = Counter(symbol for symbol, _ in names.values())
    return {
        token: (symbol if n_called[symbol] == 1 else f"{symbol} of {directory.name(token)}", decimals)
        for token, (symbol, decimals) in names.items()
    }


def symbol_of(address: str, chain: Chain) -> str:
    """Ask a contract for its symbol; empty if it has none."""
    try:
        return str(chain.read(Contract("token", address, Abi(METADATA)).symbol()))
    except TokenSpiceError:
        return ""


def _ask(address: str, directory: Directory, chain: Chain) -> tuple[str, int]:
    token = Contract(directory.name(address), address, Abi(METADATA))
    try:
        symbol, decimals = str(chain.read(token.symbol())), int(chain.read(token.decimals()))
    except TokenSpiceError:  # neither is more than an option in EIP-20
        symbol, decimals = "", DECIMALS
    # A clone, such as a pool of Balancer's, may answer with what its constructor never set.
    return (symbol, decimals) if symbol else (f"{token.label} tokens", DECIMALS)
