"""`tsp bindings`: classes of contracts for type checkers."""

from pathlib import Path
from typing import Annotated

import typer

from tokenspice.studies.commands.answers import answer
from tokenspice.studies.commands.options import VerboseOption, errors_in_one_line, project_config

__all__ = ["bindings"]


def bindings(
    contracts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CONTRACT]...", help="As chain.deploy finds them; all unless given.", show_default=False
        ),
    ] = None,
    beside: Annotated[
        Path | None,
        typer.Option("--in", metavar="DIR", help="A netlist's folder, whose Solidity is looked at too."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Where the files go: typings/ unless given, in DIR if there is one."),
    ] = None,
    verbose: VerboseOption = False,
) -> None:
    """Write typed contracts: for each folder of contracts a module and its stub.

    Each contract gets a class with `deploy(chain, ...)` and `at(chain, address)`; each function takes what its ABI says and
    returns a `Call` of what it returns, so that a type checker finds swapped arguments. Files of an earlier time are replaced.
    """
    with errors_in_one_line(verbose):
        from tokenspice.engine.errors import RunError
        from tokenspice.studies.bindings.write import write_bindings
        from tokenspice.web3engine.artifacts import Artifacts

        if beside and not beside.is_dir():
            raise RunError(f"{beside} is no folder. Write the folder of a netlist.")
        config = project_config()
        netlist = beside.resolve() if beside else None
        artifacts = Artifacts(config.project, config.build_folder, config.artifacts_folder, netlist)
        written = write_bindings(artifacts, contracts or [], out or (beside or Path()) / "typings")
        answer({"files": [str(path) for path in written]}, *map(str, written))
