"""Which chain a run gets: from the name or URL of a network to a backend."""

from contextlib import closing
from urllib.parse import urlsplit

from engine.config import Config
from engine.errors import ConfigError
from web3engine.backends.base import ChainBackend
from web3engine.backends.json_rpc import JsonRpc
from web3engine.backends.rpc import GANACHE, NODE_KINDS, RpcBackend, start_node
from web3engine.errors import BackendUnavailable, ChainError

__all__ = ["check_network", "open_backend", "serve_ganache"]


def check_network(network: str) -> None:
    """Refuse what is neither the name of a network nor a URL.

    Raises:
        ConfigError: it is neither.
    """
    if network not in NODE_KINDS and not is_url(network):
        names = ", ".join(sorted(NODE_KINDS))
        raise ConfigError(
            f'there is no network "{network}". Choose {names}, or the URL of a development chain (http://…).'
        )


def open_backend(network: str, config: Config) -> ChainBackend:
    """Start a chain, or connect to a running one.

    Args:
        network: anvil, ganache, or the URL of a development chain. A ganache that already answers at the
            configured GANACHE_URL is used rather than a new one. A chain that we did not start is left
            running, with what the run did on it.
        config: timeouts, ports and folders.

    Raises:
        ConfigError: there is no such network.
        BackendUnavailable: it cannot be started or reached.
    """
    check_network(network)
    if is_url(network):
        return RpcBackend(network)
    if network == GANACHE.name and is_ganache(config.ganache_url):
        return RpcBackend(config.ganache_url)
    process = start_node(NODE_KINDS[network], config.project, config.port, config.start_timeout)
    try:
        return RpcBackend(process.url, process)
    except BaseException:
        process.close()
        raise


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
    with closing(start_node(GANACHE, config.project, parts.port, config.start_timeout)) as process:
        print(f"ganache listens at {process.url}. Ctrl-C ends it.", flush=True)
        process.wait()
        raise BackendUnavailable(f"{process.death()}.")


def is_url(network: str) -> bool:
    return network.startswith(("http://", "https://"))


def is_ganache(url: str) -> bool:
    """Tell whether a ganache answers at a URL."""
    rpc = JsonRpc(url)
    try:
        return str(rpc("web3_clientVersion")).lower().startswith(GANACHE.client)
    except ChainError:
        return False
    finally:
        rpc.close()
