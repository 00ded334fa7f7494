"""`tsp completion`: what a shell has to know, so that Tab completes."""

import enum
from typing import Annotated

import typer

from tokenspice.studies.commands.answers import answer
from tokenspice.studies.commands.options import VerboseOption, errors_in_one_line

__all__ = ["completion"]


class Shell(enum.StrEnum):
    """Shells that are known."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"
    powershell = "powershell"


def completion(
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")],
    verbose: VerboseOption = False,
) -> None:
    """Print what has Tab complete verbs, options, netlists, parameters and folders of runs.

    For bash: `tsp completion bash > ~/.local/share/bash-completion/completions/tsp`. The other shells read it from
    their start-up file.
    """
    with errors_in_one_line(verbose):
        from typer._completion_shared import get_completion_script

        script = get_completion_script(prog_name="tsp", complete_var="_TSP_COMPLETE", shell=shell.value)
        answer({"script": script}, script)
