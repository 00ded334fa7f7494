"""`tsp doctor`: what is there, and what to type for what is not."""

from dataclasses import asdict

import typer

from tokenspice.studies.commands.answers import answer
from tokenspice.studies.commands.options import VerboseOption, errors_in_one_line, project_config

__all__ = ["doctor"]


def doctor(verbose: VerboseOption = False) -> None:
    """Look at what runs need: found, which version, or what to type.

    The exit code is 1 only if a default run cannot work.
    """
    with errors_in_one_line(verbose):
        from tokenspice.studies.doctor.findings import findings

        found = list(findings(project_config()))
        answer({"findings": [asdict(one) for one in found]})
        for one in found:
            remedy = f"  -> {one.remedy}" if one.remedy else ""
            print(f"{one.state:<8} {one.name:<36} {one.detail}{remedy}")
        if any(one.state == "broken" for one in found):
            raise typer.Exit(1)
