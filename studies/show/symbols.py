"""What tokens are called that somebody paid with."""

from collections import Counter
from collections.abc import Collection

from engine.errors import TokenSpiceError
from engine.units import DECIMALS
from studies.show.directory import Directory
from web3engine.abi import Abi
from web3engine.chain import Chain
from web3engine.contract import Contract

__all__ = ["symbols"]

# The part of ERC-20 that says how to show an amount.
METADATA = [
    {"type": "function", "name": "symbol", "inputs": [], "outputs": [{"type": "string"}]},
    {"type": "function", "name": "decimals", "inputs": [], "outputs": [{"type": "uint8"}]},
]


def symbols(tokens: Collection[str], directory: Directory, chain: Chain | None) -> dict[str, tuple[str, int]]:
    """Return symbol and decimals of each token, which is given by its address or, off the chain, by its symbol.

    A contract is asked for them. Where several answer the same symbol, as Balancer's pools do with BPT, the
    contract's name is added.
    """
    names = {token: (token, DECIMALS) for token in tokens if not token.startswith("0x")}
    if not chain:
        return names
    known = {token.contract.address: (token.symbol, token.decimals) for token in chain.tokens.values()}
    asked = {token: known.get(token) or _ask(token, directory, chain) for token in tokens if token not in names}
    n_called = Counter(symbol for symbol, _ in asked.values())
    for token, (symbol, decimals) in asked.items():
        shown = symbol if n_called[symbol] == 1 else f"{symbol} of {directory.name(token)}"
        names[token] = shown, decimals
    return names


def _ask(address: str, directory: Directory, chain: Chain) -> tuple[str, int]:
    token = Contract(directory.name(address), address, Abi(METADATA))
    try:
        return str(chain.read(token.symbol())), int(chain.read(token.decimals()))
    except TokenSpiceError:  # neither is more than an option in EIP-20
        return token.label, DECIMALS
