"""The verbs of the design tools, by name. A tool adds itself here, and is imported when its verb is called."""

from collections.abc import Callable

import typer

from tokenspice.studies.commands.design.check import check
from tokenspice.studies.commands.design.corners import corners
from tokenspice.studies.commands.design.discover import discover
from tokenspice.studies.commands.design.fit import fit
from tokenspice.studies.commands.design.mimic import mimic
from tokenspice.studies.commands.design.optimise import optimise
from tokenspice.studies.commands.design.rare import rare
from tokenspice.studies.commands.design.risk import risk
from tokenspice.studies.commands.design.sense import sense
from tokenspice.studies.commands.design.sweep import sweep
from tokenspice.studies.commands.design.verb import design_verb
from tokenspice.studies.commands.design.worst import worst
from tokenspice.studies.commands.design.yields import yields

__all__ = ["DESIGN_VERBS", "add_design_verbs"]

DESIGN_VERBS: dict[str, Callable[..., None]] = {
    "corners": design_verb(corners),
    "optimise": design_verb(optimise),
    "sense": design_verb(sense),
    "discover": design_verb(discover),
    "fit": design_verb(fit),
    "mimic": design_verb(mimic),
    "sweep": design_verb(sweep),
    "worst": design_verb(worst),
    "yield": design_verb(yields),
    "rare": design_verb(rare),
    "check": design_verb(check),
    "risk": design_verb(risk),
}


def add_design_verbs(app: typer.Typer) -> None:
    """Give the command line its design verbs."""
    for name, verb in DESIGN_VERBS.items():
        app.command(name)(verb)
