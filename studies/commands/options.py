"""What the verbs have in common: arguments and options, settings, and errors in one line."""

import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokenspice.studies.commands.answers import Answer
from tokenspice.studies.commands.completions import complete_netlists, complete_settings

if TYPE_CHECKING:
    from tokenspice.engine.variation import Variation
    from tokenspice.studies.netlist.netlist import Netlist
    from tokenspice.web3engine.config import Config

__all__ = [
    "BranchOption",
    "NetlistArgument",
    "NetworkOption",
    "RowsOption",
    "SeedOption",
    "SetOption",
    "SilenceOption",
    "VerboseOption",
    "complain",
    "errors_in_one_line",
    "find",
    "given_values",
    "given_variation",
    "load",
    "printable",
    "project_config",
    "split_setting",
    "split_settings",
    "with_network",
]

VIOLATED = 3  # what was said to be true is not, as of a design tool whose spec fails
INTERRUPTED = 130  # what a shell reports of a program that Ctrl-C ended
LONGEST_LINE = 2_000  # of an error, in characters

NetlistArgument = Annotated[
    str,
    typer.Argument(
        metavar="NETLIST",
        help="A netlist's file or folder, or the name of one in netlists/.",
        autocompletion=complete_netlists,
    ),
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
        autocompletion=complete_settings,
    ),
]
NetworkOption = Annotated[
    str | None,
    typer.Option(
        metavar="NETWORK",
        help="revm (in this process), anvil, ganache, or the URL of a development chain. Default: tokenspice.ini's NETWORK.",
    ),
]
BranchOption = Annotated[
    list[str] | None,
    typer.Option(
        "--branch",
        metavar="TICK:SALT",
        help="Draw all chance anew from that tick on, by the salt; rows before are the same. May be repeated.",
    ),
]
SilenceOption = Annotated[
    list[str] | None,
    typer.Option("--silence", metavar="AGENT", help="Let an agent stand still, with its wallet. May be repeated."),
]
VerboseOption = Annotated[
    bool, typer.Option("-v", "--verbose", help="Of an error, print its word and its traceback too.")
]
RowsOption = Annotated[
    bool,
    typer.Option("-v", "--verbose", help="Print each row that is logged; of an error, its word and its traceback too."),
]


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
    values = split_settings(settings or [])
    if seed is not None and values.setdefault("seed", str(seed)) != str(seed):
        raise typer.BadParameter(f"--seed {seed} and --set seed={values['seed']} differ.", param_hint="--seed")
    return values


def given_variation(branches: list[str] | None, silenced: list[str] | None) -> "Variation":
    """Return where chance branches and which agents stand still, as the command line says."""
    from tokenspice.engine.variation import Variation

    return Variation.read(branches or [], silenced or [])


def load(name: str) -> "Netlist":
    """Find and import a netlist."""
    from tokenspice.studies.netlist.netlist_file import load_netlist

    return load_netlist(find(name))


def find(name: str) -> Path:
    """Find a netlist's file."""
    from tokenspice.files import HOME
    from tokenspice.studies.netlist.netlist_file import find_netlist
    from tokenspice.web3engine.config import find_project

    return find_netlist(name, find_project() / "netlists", HOME / "netlists")


def split_settings(settings: Sequence[str], option: str = "--set") -> dict[str, str]:
    """Split each NAME=VALUE; a name may be given once."""
    values: dict[str, str] = {}
    for name, value in (split_setting(setting, option) for setting in settings):
        if name in values:
            raise typer.BadParameter(f"{name} is given twice, as {values[name]} and {value}.", param_hint=option)
        values[name] = value
    return values


def split_setting(setting: str, option: str = "--set") -> tuple[str, str]:
    """Split NAME=VALUE."""
    name, equals, value = setting.partition("=")
    if not (name and equals):
        raise typer.BadParameter(f'"{setting}": write NAME=VALUE.', param_hint=option)
    return name.strip(), value.strip()


@contextmanager
def errors_in_one_line(verbose: bool) -> Iterator[None]:
    """Turn errors into one line and exit code 1, a violated invariant's into 3, and Ctrl-C into 130."""
    from tokenspice.engine.errors import InvariantError, TokenSpiceError

    try:
        yield
    except (typer.Exit, typer.TyperException):
        raise
    except KeyboardInterrupt as interruption:
        complain(str(interruption) or "interrupted.", "interrupted")
        raise typer.Exit(INTERRUPTED) from None
    except BaseException as error:
        word = word_of(error)
        if verbose:
            traceback.print_exc()
        complain(str(error) if isinstance(error, TokenSpiceError) else unforeseen(error), word)
        if verbose:
            complain(f"the word for this is {word}; `tsp explain {word}` says more.")
        raise typer.Exit(VIOLATED if isinstance(error, InvariantError) else 1) from None


def word_of(error: BaseException) -> str:
    """Return the word that names a kind of error."""
    from tokenspice.engine.errors import TokenSpiceError

    if isinstance(error, TokenSpiceError):
        return error.word
    return "file" if isinstance(error, OSError) and error.strerror else "unforeseen"


def unforeseen(error: BaseException) -> str:
    """Say what an error is that nobody has put into words."""
    from tokenspice.engine.sim_state import describe

    if isinstance(error, OSError) and error.strerror:
        where = f"{shortened(str(error.filename))}: " if error.filename is not None else ""
        return f"{where}{error.strerror}."
    return f"{describe(error)}. -v shows how it came to that."


def complain(message: str, word: str = "") -> None:
    """Print one line on standard error, without anything that a terminal would act on.

    Args:
        message: the line.
        word: names the error that ends the verb, for --json.
    """
    if word:
        Answer.error = {"word": word, "message": message}
    with suppress(OSError):  # which may be closed or full
        print(f"tsp: {shortened(printable(message))}", file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """Write what cannot be printed, escape sequences above all, so that it can."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[: LONGEST_LINE // 2]} … {text[-LONGEST_LINE // 2 :]}"
