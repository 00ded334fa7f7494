"""Which chain a run gets: from the name or URL of a network to a backend."""

from contextlib import closing
from importlib.util import find_spec
from urllib.parse import urlsplit

from tokenspice.engine.errors import ConfigError
from tokenspice.web3engine.backends.base import ChainBackend
from tokenspice.web3engine.backends.json_rpc import JsonRpc
from tokenspice.web3engine.backends.node_kinds import ANVIL, GANACHE, NODE_KINDS, start_node
from tokenspice.web3engine.backends.patience import ONCE
from tokenspice.web3engine.backends.rpc import RpcBackend
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.errors import BackendUnavailable, ChainError
from tokenspice.web3engine.fork.fork import Fork, configured_fork
from tokenspice.web3engine.url import is_url

AUTO = "auto"
REVM = "revm"

__all__ = ["AUTO", "REVM", "check_network", "is_built", "open_backend", "serve_ganache"]


def check_network(network: str) -> None:
    """Refuse what is neither the name of a network nor a URL.

    Raises:
        ConfigError: it is neither.
    """
    if network not in (AUTO, REVM, *NODE_KINDS) and not is_url(network):
        names = ", ".join((REVM, *sorted(NODE_KINDS)))
        raise ConfigError(
            f'there is no network "{network}". Choose {names}, or the URL of a development chain (http://…).'
        )


def open_backend(config: Config, seed: int = 0, fork: Fork | None = None) -> ChainBackend:
    """Start a chain, or connect to a running one.

    Args:
        config: `network` is "revm", "anvil", "ganache", the URL of a development chain, or "auto": the first of
            these that is installed. A ganache that already answers at `ganache_url` is used rather than a new
            one. A chain that we did not start is left running, with what the run did on it.
        seed: of what the chain itself draws.
        fork: the remote state that an in-process chain begins with; `config.fork` says it too.

    Raises:
        ConfigError: there is no such network, or it cannot be forked from.
        ForkError: the fork's node does not answer, or what was recorded of it is damaged.
        BackendUnavailable: the network is not installed, or cannot be started or reached.
    """
    check_network(config.network)
    if fork := fork or configured_fork(config):
        if config.network not in (AUTO, REVM):
            raise ConfigError("a fork runs in this process alone. Leave --network out, or write revm.")
        return open_revm(config, seed, fork)
    if is_url(config.network):
        return RpcBackend(config.network)
    network = first_installed(config) if config.network == AUTO else config.network
    if network == REVM:
        return open_revm(config, seed)
    if network == GANACHE.name and is_ganache(config.ganache_url):
        return RpcBackend(config.ganache_url)
    process = start_node(NODE_KINDS[network], config, config.port)
    try:
        return RpcBackend(process.url, process)
    except BaseException:
        process.close()
        raise


def first_installed(config: Config) -> str:
    """Return the name of the first network of revm, anvil and ganache that is installed."""
    if is_built():
        return REVM
    try:
        ANVIL.command(config.project, 0, config.hardfork)
        return ANVIL.name
    except BackendUnavailable:
        return GANACHE.name


def is_built() -> bool:
    """Tell whether the in-process chain was built when this project was installed."""
    return find_spec("tokenspice.web3engine._core") is not None


def open_revm(config: Config, seed: int, fork: Fork | None = None) -> ChainBackend:
    if not is_built():
        raise BackendUnavailable(
            "the in-process chain was not built, because there was no Rust toolchain. Install Rust and then this "
            "project again, or choose --network anvil."
        )
    from tokenspice.web3engine.backends.revm import RevmBackend

    return RevmBackend(seed, config.signs, config.hardfork, fork=fork.open() if fork else None)


def serve_ganache(config: Config) -> None:
    """Run ganache at the configured GANACHE_URL, where runs find it, until it ends or Ctrl-C.

    Raises:
        ConfigError: GANACHE_URL is not on this machine, or names no port.
        BackendUnavailable: it cannot be started, or died.
    """
    parts = urlsplit(config.ganache_url)
    if parts.hostname not in ("127.0.0.1", "localhost") or not parts.port:
        raise ConfigError(
            f"GANACHE_URL in tokenspice.ini is {config.ganache_url}; ganache is started on this machine alone. "
            "Write http://127.0.0.1:8545."
        )
    with closing(start_node(GANACHE, config, parts.port)) as process:
        print(f"ganache listens at {process.url}. Ctrl-C ends it.", flush=True)
        process.wait()
        raise BackendUnavailable(f"{process.death()}.")


def is_ganache(url: str) -> bool:
    """Tell whether a ganache answers at a URL."""
    rpc = JsonRpc(url, ONCE)
    try:
        return str(rpc("web3_clientVersion")).lower().startswith(GANACHE.client)
    except ChainError:
        return False
    finally:
        rpc.close()
