"""Makes of development nodes: anvil and ganache, and how each is started."""

import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tokenspice.web3engine.backends.node import HOST, NodeProcess
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.errors import BackendUnavailable
from tokenspice.web3engine.npm import find_in_packages, install_command
from tokenspice.web3engine.rules import BLOCK_GAS_LIMIT, CHAIN_ID, GAS_LIMIT, GENESIS_TIME

__all__ = ["ANVIL", "GANACHE", "NODE_KINDS", "NodeKind", "note_on_reads", "start_node"]


@dataclass(frozen=True)
class NodeKind:
    """How a make of node differs from the others.

    Attributes:
        name: as --network takes it.
        client: how its web3_clientVersion begins, in lower case.
        command: returns the command line for the project's folder, a port and a hardfork.
        set_balance: the method that gives an account ether.
        set_balance_mines: whether that mines a block.
        read_gas: what a call has that is only read. An EVM that is slow gives less, so that a contract's endless loop
            ends there in about a second too.
        setup: requests to make when we connect.
    """

    name: str
    client: str
    command: Callable[[Path, int, str], list[str]]
    set_balance: str
    set_balance_mines: bool
    read_gas: int = GAS_LIMIT
    setup: tuple[tuple[Any, ...], ...] = ()


def anvil_command(project: Path, port: int, hardfork: str) -> list[str]:
    machine = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(
        platform.machine().lower(), ""
    )
    package = f"anvil-{platform.system().lower().replace('windows', 'win32')}-{machine}"
    binary = find_in_packages(project, f"@foundry-rs/{package}/bin/anvil")
    program = str(binary) if binary else shutil.which("anvil")
    if program is None:
        raise BackendUnavailable(
            f"anvil is not installed. {install_command(project, '@foundry-rs/anvil')}, or choose --network ganache."
        )
    # No accounts, so no keys that it could print. The state of past blocks is not kept, because it grows without end;
    # the blocks, transactions and logs of a run are, as on every other chain.
    options = {
        "--host": HOST,
        "--port": port,
        "--hardfork": hardfork,
        "--timestamp": GENESIS_TIME,
        "--chain-id": CHAIN_ID,
        "--gas-limit": BLOCK_GAS_LIMIT,
        "--base-fee": 0,
        "--accounts": 0,
    }
    return [program, *(str(word) for option in options.items() for word in option), "--prune-history", "--silent"]


def ganache_command(project: Path, port: int, hardfork: str) -> list[str]:
    script = find_in_packages(project, "ganache/dist/node/cli.js")
    node = shutil.which("node")
    if node is None:
        raise BackendUnavailable(
            "ganache needs Node.js, and there is no `node` on PATH. Install Node 20 or newer, or choose --network anvil."
        )
    if script is None:
        raise BackendUnavailable(
            f"ganache is not installed. {install_command(project, 'ganache')}, or choose --network anvil."
        )
    # This is what `npx ganache` runs; without npm and a shell in between, a signal reaches it.
    options = {
        "--server.host": HOST,
        "--server.port": port,
        "--chain.hardfork": hardfork,
        "--chain.time": datetime.fromtimestamp(GENESIS_TIME, UTC).isoformat(),
        "--chain.chainId": CHAIN_ID,
        "--miner.blockGasLimit": BLOCK_GAS_LIMIT,
        "--miner.timestampIncrement": 0,
        "--wallet.totalAccounts": 0,
    }
    return [node, str(script), *(str(word) for option in options.items() for word in option), "--logging.quiet"]


ANVIL = NodeKind(
    "anvil",
    "anvil",
    anvil_command,
    set_balance="anvil_setBalance",
    set_balance_mines=False,
    setup=(("anvil_setBlockTimestampInterval", 0),),
)
GANACHE = NodeKind(
    "ganache",
    "ganache",
    ganache_command,
    set_balance="evm_setAccountBalance",
    set_balance_mines=True,
    read_gas=1_000_000,
)
NODE_KINDS = {kind.name: kind for kind in (ANVIL, GANACHE)}


def note_on_reads(kind: NodeKind) -> str:
    """Say how much gas a read has, where it is less than elsewhere; else ""."""
    if kind.read_gas == GAS_LIMIT:
        return ""
    return (
        f"On {kind.name} a read has {kind.read_gas:,} gas, because its EVM is slow; choose --network revm or anvil for one "
        f"that needs up to {GAS_LIMIT:,}."
    )


def start_node(kind: NodeKind, config: Config, port: int) -> NodeProcess:
    """Start a node on a loopback port; 0 picks a free one.

    Raises:
        BackendUnavailable: it is not installed, or cannot start.
    """

    def command(free: int) -> list[str]:
        return kind.command(config.project, free, config.hardfork)

    return NodeProcess(kind.name, command, port, config.start_timeout)
