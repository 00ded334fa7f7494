"""A failing run as files: a pytest case, a command line, and a run that stopped one tick before."""

import re
from contextlib import suppress
from pathlib import Path
from typing import final

from tokenspice.engine.errors import TokenSpiceError
from tokenspice.engine.observer import Observer
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.variation import Variation
from tokenspice.studies.design.checking.invariants import Violation
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.record.ending import read_json
from tokenspice.studies.run.run import RunOptions, run_once
from tokenspice.web3engine.config import Config

__all__ = ["file_stem", "pytest_case", "write_run_before"]

CASE = '''"""A run in which an invariant failed, as `tsp check` found and shrank it. It passes once the invariant holds."""

from tokenspice.studies.design import first_violation

NETLIST = {netlist!r}
INVARIANT = {invariant!r}
SETTINGS = {settings!r}
SEED = {seed!r}
BRANCHES = {branches!r}
SILENCED = {silenced!r}


def test_{stem}() -> None:
    found = first_violation(NETLIST, INVARIANT, SETTINGS, SEED, BRANCHES, SILENCED)

    # It was seen at tick {tick}, after {agent} had stepped: {text}
    assert found is None, str(found)
'''


def file_stem(invariant: str) -> str:
    """Return an invariant's name as Python and every file system take it."""
    return f"invariant_{re.sub(r'[^0-9a-z]+', '_', invariant.lower()).strip('_')[:60] or 'unnamed'}"


def pytest_case(netlist: str, identity: Identity, violation: Violation) -> str:
    """Return the text of a test that fails as long as the invariant does.

    Args:
        netlist: the name or the path that finds it.
        identity: the run.
        violation: where it failed.
    """
    return CASE.format(
        netlist=netlist,
        invariant=violation.invariant,
        settings=identity.texts,
        seed=identity.seed,
        branches=tuple(tuple(branch) for branch in identity.branches),
        silenced=tuple(identity.silenced),
        stem=file_stem(violation.invariant),
        tick=violation.tick,
        agent=violation.agent or "somebody",
        text=" ".join(violation.text.split()),
    )


@final
class StopAt(Observer):
    """Interrupts a run at a tick, from which its checkpoint then goes on."""

    def __init__(self, tick: int) -> None:
        self._tick = tick

    def tick(self, state: SimStateBase) -> None:
        if state.tick == self._tick:
            raise KeyboardInterrupt


def write_run_before(
    folder: Path, netlist: Netlist, ss: SimStrategyBase, config: Config, variation: Variation, tick: int
) -> str | None:
    """Write a run that stopped one tick before a violation, for `tsp run --resume`.

    Args:
        folder: a new one; one that is there already stays.
        netlist, ss, config, variation: of the run.
        tick: of the violation.

    Returns:
        Why there is none; None if there is one.
    """
    if (folder / "checkpoint").exists():
        return None
    if tick < 2:
        return "it fails in the first tick"
    options = RunOptions(checkpoint_every=ss.time_step, variation=variation)
    try:
        with suppress(KeyboardInterrupt):
            run_once(netlist, ss, folder, config, options, [StopAt(tick - 1)])
    except TokenSpiceError as error:
        return str(error)
    forget_time(folder)
    return None


def forget_time(folder: Path) -> None:
    """Leave out of run.json how long it took, so that the same study writes the same bytes."""
    from json import dumps

    from tokenspice.files import replace_file

    record = {name: value for name, value in read_json(folder / "run.json").items() if name != "wall_time_s"}
    replace_file(folder / "run.json", (dumps(record, indent=2) + "\n").encode())
