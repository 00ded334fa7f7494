"""`tsp list` and `tsp params`: which netlists there are, and what can be set."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tokenspice.studies.commands.answers import answer
from tokenspice.studies.commands.options import NetlistArgument, VerboseOption, errors_in_one_line, load

if TYPE_CHECKING:
    from tokenspice.engine.parameters import Parameter

__all__ = ["list_netlists", "params"]

WIDEST = 44  # of a column


def list_netlists(verbose: VerboseOption = False) -> None:
    """List the netlists: name, question, chain, and the seconds that a default run takes.

    They are those of the project's folder netlists/, and those that come with tokenspice. "optional" is a chain that a
    parameter asks for. Seconds are of one processor, as they were measured once; yours may be others.
    """
    with errors_in_one_line(verbose):
        from tokenspice.studies.netlist.catalogue import entries
        from tokenspice.studies.netlist.libraries import netlist_files

        found = entries(netlist_files())
        rows = [
            (one.name, one.chain, "" if one.seconds is None else f"{one.seconds:.1f}", one.question) for one in found
        ]
        facts = [{"name": n, "chain": c, "seconds": float(s) if s else None, "question": q} for n, c, s, q in rows]
        answer({"netlists": facts}, *as_table([("NAME", "CHAIN", "SECONDS", "QUESTION"), *rows]))


def params(netlist: NetlistArgument, verbose: VerboseOption = False) -> None:
    """List a netlist's parameters: name, type, default with unit, range, meaning.

    Each can be changed with --set NAME=VALUE, amounts in tokens.
    """
    with errors_in_one_line(verbose):
        from tokenspice.engine.parameters import parameters

        found = parameters(load(netlist).strategy())
        rows = [as_row(one) for one in found]
        head = ("NAME", "TYPE", "DEFAULT", "RANGE", "MEANING")
        answer({"parameters": [as_facts(one) for one in found]}, *as_table([head, *rows]))


def as_row(parameter: "Parameter") -> tuple[str, ...]:
    from tokenspice.studies.show.parameter_table import cells

    name, default, unit, allowed, meaning = cells(parameter)
    return name, kind(parameter), f"{default} {unit}".strip(), allowed, meaning


def as_facts(parameter: "Parameter") -> dict[str, object]:
    from tokenspice.engine.units import Amount

    default = parameter.shown(parameter.default) if parameter.type is Amount else parameter.default
    facts: dict[str, object] = {"name": parameter.name, "type": kind(parameter), "default": default}
    return facts | {
        "unit": parameter.unit,
        "range": parameter.range,
        "choices": parameter.choices.split(", ") if parameter.choices else [],
        "meaning": parameter.doc,
    }


def kind(parameter: "Parameter") -> str:
    from tokenspice.engine.units import Amount

    if parameter.type is Amount:
        return "amount"
    return "choice" if parameter.choices else str(getattr(parameter.type, "__name__", parameter.type))


def as_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Write rows in columns, the last of which may be as long as it is."""
    widths = [min(WIDEST, max(map(len, column))) for column in zip(*rows, strict=True)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    ]
