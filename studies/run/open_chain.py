"""The chain that a run acts on, opened as the settings say."""

from collections.abc import Callable
from pathlib import Path

from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.fork.fork import Fork, configured_fork
from tokenspice.web3engine.network import open_backend
from tokenspice.web3engine.transaction import Transaction

__all__ = ["open_chain"]


def open_chain(
    config: Config,
    netlist: Path | None = None,
    seed: int = 0,
    on_transaction: Callable[[Transaction], None] | None = None,
    fork: Fork | None = None,
    saved: Path | None = None,
) -> Chain:
    """Open a chain on `config.network` that knows the project's contracts, and those beside a netlist.

    Args:
        config: where; `config.fork` may say what it begins with.
        netlist: the netlist's file.
        seed: of the wallets' keys, and of what the chain itself draws.
        on_transaction: called with each transaction.
        fork: the remote state that it begins with, in place of `config.fork`.
        saved: a file that `tokenspice.web3engine.chain_file.save_chain` wrote, from which an in-process chain goes on, with the
            wallets that it was saved with; what the chain itself draws is from `seed`. A forked one goes on reading from
            `fork`.

    Raises:
        ConfigError: there is no such network.
        ChainError: it cannot be started or reached, or not be forked from, or `saved` cannot be read.
    """
    folder = netlist.parent if netlist else None
    artifacts = Artifacts(config.project, config.build_folder, config.artifacts_folder, folder)
    if saved:
        # The file's form is the in-process chain's own, which is not built everywhere.
        from tokenspice.web3engine.chain_file import load_chain

        return load_chain(saved, artifacts, fork or configured_fork(config), seed)
    return Chain(open_backend(config, seed, fork), artifacts, seed, on_transaction)
