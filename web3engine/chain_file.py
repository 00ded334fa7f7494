"""A chain in a file: its state, and the names of its wallets and tokens. Versioned and hashed, never a pickle."""

import json
from pathlib import Path
from typing import Any

from tokenspice.engine.errors import RunError
from tokenspice.files import read_file, replace_file
from tokenspice.web3engine.abi import Abi
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import copyable
from tokenspice.web3engine.backends.revm import RevmBackend
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.checksummed_file import sealed, unsealed
from tokenspice.web3engine.contract import Contract
from tokenspice.web3engine.errors import ChainError
from tokenspice.web3engine.fork.fork import Fork
from tokenspice.web3engine.token import Token

__all__ = ["load_chain", "save_chain"]

FORMAT = "tokenspice chain 3"
MOST_BYTES = 1 << 31  # of the file
TOKEN = "token/Token"


def save_chain(chain: Chain, path: Path | str) -> None:
    """Write a chain, from which `load_chain` goes on in any process; a forked one with all that it read.

    Raises:
        ChainError: only the in-process chain can be written, or the file cannot be.
    """
    tokens = {symbol: token_parts(token) for symbol, token in chain.tokens.items()}
    known = {"seed": chain.seed, "wallets": list(chain.wallets), "tokens": tokens, "ordering": chain.mempool.ordering}
    names = json.dumps(known).encode()
    body = len(names).to_bytes(8, "big") + names + copyable(chain.backend).to_bytes()
    try:
        replace_file(Path(path), sealed(FORMAT, body))
    except OSError as error:
        raise ChainError(f"{path} cannot be written: {error.strerror}.") from error


def load_chain(path: Path | str, artifacts: Artifacts, fork: Fork | None = None, seed: int | None = None) -> Chain:
    """Return a chain that goes on from where `save_chain` wrote it.

    Args:
        path: what it wrote.
        artifacts: the contracts that the chain knows by name.
        fork: the node from which a forked chain goes on reading; without it, what was never read is a ForkMiss.
        seed: of what the chain itself draws from here on: the order of shuffled blocks, and what contracts read as
            randomness. The one that it was saved with, unless given.

    Raises:
        ChainError: there is no such file, it was changed since it was written, or the node has another block.
    """
    try:
        body = unsealed(FORMAT, read_file(Path(path), MOST_BYTES))
    except OSError as error:
        raise ChainError(f"{path} cannot be read: {error.strerror}.") from error
    except RunError as error:
        raise ChainError(f"{path} is {error}. Save the chain again.") from None
    size = int.from_bytes(body[:8], "big")
    names = json.loads(body[8 : 8 + size])
    tokens = {symbol: token_of(symbol, parts, artifacts) for symbol, parts in names["tokens"].items()}
    backend = RevmBackend.from_bytes(body[8 + size :], fork=fork)
    if seed is not None:
        backend.draw_from(seed)
    chain = Chain(backend, artifacts, names["seed"], wallets=names["wallets"], tokens=tokens)
    chain.mempool.ordering = names["ordering"]
    return chain


def token_parts(token: Token) -> dict[str, Any]:
    """Take a token apart for JSON; its interface is written unless it is that of `deploy_token`'s."""
    contract = token.contract
    own = {} if token.is_exact else {"abi": contract.abi.entries}
    return {"label": contract.label, "address": contract.address, "decimals": token.decimals, **own}


def token_of(symbol: str, parts: dict[str, Any], artifacts: Artifacts) -> Token:
    """Put together what `token_parts` took apart."""
    is_exact = "abi" not in parts
    abi = artifacts.find(TOKEN).abi if is_exact else Abi(parts["abi"])
    return Token(symbol, Contract(parts["label"], parts["address"], abi), parts["decimals"], is_exact)
