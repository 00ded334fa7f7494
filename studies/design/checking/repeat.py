"""One run, and where an invariant fails in it: what an exported test calls."""

from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from tokenspice.engine.errors import StudyError
from tokenspice.engine.variation import Branch, Variation
from tokenspice.studies.design.checking.culprit import with_culprit
from tokenspice.studies.design.checking.invariants import InvariantWatch, Violation
from tokenspice.studies.design.checking.keeper import invariants_of
from tokenspice.studies.design.keeper import SeenEnough
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import find_netlist, load_netlist
from tokenspice.studies.run.simulate import begin, simulate
from tokenspice.web3engine.config import find_project, read_config

__all__ = ["first_violation"]


def first_violation(
    netlist: str | Path | Netlist,
    invariant: str,
    settings: Mapping[str, str] | None = None,
    seed: int = 0,
    branches: Sequence[tuple[int, int]] = (),
    silenced: Sequence[str] = (),
) -> Violation | None:
    """Run a netlist, and return where one of its invariants fails first; None if it holds.

    Args:
        netlist: a name in netlists/, a file, or what `load_netlist` returned.
        invariant: its name in `netlist_study`.
        settings: parameters as `--set` takes them.
        seed: of the run.
        branches: (tick, salt) of each.
        silenced: agents that stand still.

    Raises:
        TokenSpiceError: the run cannot begin, or it failed before the invariant did.
    """
    config = read_config(find_project())
    loaded = (
        netlist
        if isinstance(netlist, Netlist)
        else load_netlist(find_netlist(str(netlist), find_project() / "netlists"))
    )
    declared = invariants_of(loaded)
    if invariant not in declared:
        raise StudyError(f'there is no invariant "{invariant}". There are: {", ".join(declared)}.')
    ss = loaded.strategy({**(settings or {}), "seed": str(seed)})
    variation = Variation(tuple(Branch(*branch) for branch in branches), tuple(silenced))
    watch = InvariantWatch({invariant: declared[invariant]}, SeenEnough)
    with closing(replace(begin(loaded, ss, config), variation=variation)) as run, suppress(SeenEnough):
        simulate(run, [watch])
    found = watch.violations.get(invariant)
    return with_culprit(found, declared[invariant], loaded, ss, config, variation) if found else None
