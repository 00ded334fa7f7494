"""What the verbs have in common: arguments and options, settings, and errors in one line."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tokenspice.engine.netlist import Netlist
    from tokenspice.web3engine.config import Config

__all__ = [
    "NetlistArgument",
    "NetworkOption",
    "SeedOption",
    "SetOption",
    "VerboseOption",
    "errors_in_one_line",
    "find",
    "given_values",
    "load",
    "project_config",
    "split_setting",
    "with_network",
]

INTERRUPTED = 130  # what a shell reports of a program that Ctrl-C ended

NetlistArgument = Annotated[
    str, typer.Argument(metavar="NETLIST", help="A netlist's file or folder, or the name of one in netlists/.")
]
SeedOption = Annotated[
    int | None, typer.Option(min=0, metavar="N", help="Of every random draw and every wallet. Default: 0.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Change a parameter of the netlist; amounts are in tokens. May be repeated.",
    ),
]
NetworkOption = Annotated[
    str | None,
    typer.Option(
        metavar="NETWORK",
        help="revm (in this process), anvil, ganache, or the URL of a development chain. Default: tokenspice.ini's NETWORK.",
    ),
]
VerboseOption = Annotated[bool, typer.Option("-v", "--verbose", help="Print each row, and the traceback of an error.")]


def project_config() -> "Config":
    """Read tokenspice.ini."""
    from tokenspice.web3engine.config import find_project, read_config

    return read_config(find_project())


def with_network(
    network: str | None, sign: bool = False, fork: str | None = None, fork_cache: Path | None = None
) -> "Config":
    """Read tokenspice.ini, and let the command line outrank it."""
    import dataclasses

    config = project_config()
    if fork or fork_cache:  # what is not given of the two is not there
        config = dataclasses.replace(
            config, fork=fork or "", fork_cache=str(fork_cache.resolve()) if fork_cache else ""
        )
    return dataclasses.replace(config, network=network or config.network, signs=sign)


def given_values(seed: int | None, settings: list[str] | None) -> dict[str, str]:
    """Return the parameters that the command line names, as text."""
    return ({} if seed is None else {"seed": str(seed)}) | dict(split_setting(setting) for setting in settings or [])


def load(name: str) -> "Netlist":
    """Find and import a netlist."""
    from tokenspice.engine.netlist_file import load_netlist

    return load_netlist(find(name))


def find(name: str) -> Path:
    """Find a netlist's file."""
    from tokenspice.engine.netlist_file import find_netlist
    from tokenspice.web3engine.config import find_project

    return find_netlist(name, find_project() / "netlists")


def split_setting(setting: str, option: str = "--set") -> tuple[str, str]:
    """Split NAME=VALUE."""
    name, equals, value = setting.partition("=")
    if not (name and equals):
        raise typer.BadParameter(f'"{setting}": write NAME=VALUE.', param_hint=option)
    return name.strip(), value.strip()


@contextmanager
def errors_in_one_line(verbose: bool) -> Iterator[None]:
    """Turn our errors into one line and exit code 1, and Ctrl-C into 130."""
    from tokenspice.engine.errors import TokenSpiceError

    try:
        yield
    except TokenSpiceError as error:
        if verbose:
            traceback.print_exc()
        print(f"tsp: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        print("tsp: interrupted.", file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None
