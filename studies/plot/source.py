"""What a picture is drawn from, in one line: netlist, seed, changed parameters, code."""

import json
import textwrap
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from tokenspice.engine.errors import TokenSpiceError
from tokenspice.engine.parameters import parameters
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.record.provenance import netlist_name, plain_parameters

__all__ = ["source_of_batch", "source_of_run"]

LETTERS_PER_LINE = 150
MOST_LINES = 2
DIGITS = 10  # of the code's hash
NOT_SHOWN = ("seed",)  # among the parameters, because it stands before them


def source_of_run(netlist: Netlist, record: Mapping[str, Any]) -> str:
    """Return what stands below each chart of a run.

    Args:
        netlist: what was run.
        record: its run.json; of an empty one, the netlist is all that is known.
    """
    seed = [f"seed {record['seed']}"] if "seed" in record else []
    return fitted(netlist_name(netlist.path), [*seed, *changed(netlist, record.get("strategy"))], code(record))


def source_of_batch(netlist: Netlist, record: Mapping[str, Any], n_runs: int) -> str:
    """Return what stands below each chart of a batch.

    Args:
        netlist: what was run.
        record: its batch.json.
        n_runs: how many runs there are.
    """
    seed = [f"{n_runs} runs, first seed {record['seed']}"] if "seed" in record else [f"{n_runs} runs"]
    return fitted(netlist_name(netlist.path), [*seed, *changed(netlist, record.get("strategy"))], code(record))


def changed(netlist: Netlist, strategy: Any) -> list[str]:
    """Name the parameters that were not the netlist's own, with their units."""
    if not isinstance(strategy, Mapping):
        return []
    try:
        own = netlist.strategy()
        defaults, known = plain_parameters(own), {parameter.name: parameter for parameter in parameters(own)}
    except TokenSpiceError:
        return []
    return [
        f"{name} = {value} {known[name].unit}".rstrip()
        for name, value in strategy.items()
        if name in known and name not in NOT_SHOWN and value != defaults.get(name)
    ]


def code(record: Mapping[str, Any]) -> list[str]:
    """Name the code by the beginning of a hash; of one hash for each file, the hash of all."""
    found = record.get("code")
    if isinstance(found, Mapping) and found:
        found = sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()
    return [f"code {found[:DIGITS]}"] if isinstance(found, str) and found else []


def fitted(name: str, facts: list[str], ending: list[str]) -> str:
    """Write facts in as many lines as there is room for, and say how many are left out."""
    for n_shown in range(len(facts), -1, -1):
        more = [f"and {len(facts) - n_shown} more"] if n_shown < len(facts) else []
        lines = textwrap.wrap(" · ".join([name, *facts[:n_shown], *more, *ending]), LETTERS_PER_LINE)
        if len(lines) <= MOST_LINES:
            return "\n".join(lines)
    return name
