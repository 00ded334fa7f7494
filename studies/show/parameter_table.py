"""A netlist's parameters as a Markdown table, as its about.md holds it."""

from collections.abc import Iterable

from tokenspice.engine.parameters import Parameter

__all__ = ["cells", "parameter_table"]

HEAD = ("| parameter | default | unit | range | meaning |", "|---|---|---|---|---|")


def parameter_table(parameters: Iterable[Parameter]) -> str:
    """Return a row for each parameter but the seed, each line ended, in the strategy's order.

    Defaults and ranges are written as `--set` reads them, floats to ten digits.
    """
    rows = (row(parameter) for parameter in parameters if parameter.name != "seed")
    return "".join(f"{line}\n" for line in (*HEAD, *rows))


def row(parameter: Parameter) -> str:
    name, *others = cells(parameter)
    return "|" + "|".join(f" {cell.replace('|', '/')} " for cell in (f"`{name}`", *others)) + "|"


def cells(parameter: Parameter) -> tuple[str, str, str, str, str]:
    """Return a parameter's name, default, unit, range or choices, and meaning."""
    default = parameter.default
    shown = f"{default:.10g}" if isinstance(default, float) else parameter.shown(default)
    if isinstance(default, bool):
        shown = shown.lower()
    return parameter.name, shown, parameter.unit, parameter.range or parameter.choices, parameter.doc
