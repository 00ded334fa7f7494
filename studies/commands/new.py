"""`tsp new`: a netlist, an agent or a contract to begin with."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tokenspice.studies.commands.answers import answer
from tokenspice.studies.commands.options import VerboseOption, errors_in_one_line

if TYPE_CHECKING:
    from tokenspice.studies.new.write import Kind

__all__ = ["new_app"]

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Small letters, digits and _.")]
FolderOption = Annotated[Path, typer.Option("--in", metavar="DIR", help="The folder that it goes to.")]

new_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Begin a netlist, an agent or a contract, each with its test."
)


@new_app.command()
def netlist(
    name: NameArgument,
    chain: Annotated[bool, typer.Option("--chain", help="With a contract and an agent of its own.")] = False,
    folder: FolderOption = Path(),
    verbose: VerboseOption = False,
) -> None:
    """Write DIR/NAME/: a netlist that runs, and its test."""
    with errors_in_one_line(verbose):
        written = write("chain" if chain else "netlist", name, folder)
        place = folder / name
        answer({"files": written}, *written, "", "Run it, draw it, test it:")
        answer({}, f"  tsp run {place} runs/{name}", f"  tsp show {place} {name}.svg", f"  pytest {place}")


@new_app.command()
def agent(name: NameArgument, folder: FolderOption = Path(), verbose: VerboseOption = False) -> None:
    """Write DIR/NAME.py: an agent, and its test."""
    with errors_in_one_line(verbose):
        written = write("agent", name, folder)
        answer({"files": written}, *written, "", f"A netlist in {folder} imports it: from .{name} import ...")


@new_app.command()
def contract(name: NameArgument, folder: FolderOption = Path(), verbose: VerboseOption = False) -> None:
    """Write a contract in Solidity into DIR, and its test."""
    with errors_in_one_line(verbose):
        written = write("contract", name, folder)
        made = next(Path(path).stem for path in written if path.endswith(".sol"))
        answer({"files": written}, *written, "", f'A netlist in {folder} deploys it: chain.deploy("{made}", ...)')


def write(kind: "Kind", name: str, folder: Path) -> list[str]:
    from tokenspice.studies.new.write import write_new

    return [str(path) for path in write_new(kind, name, folder)]
