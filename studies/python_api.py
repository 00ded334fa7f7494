"""`import tokenspice`: a run or a batch in one line, and its tables as DataFrames. For scripts and notebooks."""

import json
import shutil
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Literal, final

from tokenspice.engine.errors import NetlistError, RunError
from tokenspice.engine.observer import Observer
from tokenspice.engine.tables import DATA
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import find_netlist
from tokenspice.studies.netlist.netlist_file import load_netlist as load_file
from tokenspice.studies.record.provenance import netlist_name
from tokenspice.studies.run.run import RunOptions, run_once
from tokenspice.web3engine.config import Config, find_project, read_config

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["BatchResult", "Result", "batch", "list_netlists", "load_netlist", "run"]


@final
class Result:
    """What a run has recorded.

    Attributes:
        path: its folder. A temporary one lives as long as this object.
        netlist: what was run.
    """

    def __init__(self, path: Path, netlist: Netlist, temporary: Path | None = None) -> None:
        self.path = path
        self.netlist = netlist
        remove_with(self, temporary)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What run.json says: parameters, seed, chain, contracts, versions, outcome."""
        facts: dict[str, Any] = json.loads((self.path / "run.json").read_bytes())
        return facts

    @cached_property
    def data(self) -> "DataFrame":
        """The rows of data.csv: one per logged tick, a column per name, NaN where a cell is empty."""
        return self.table(DATA)

    def table(self, name: str) -> "DataFrame":
        """Return a table by its name; `netlist.tables` are those besides "data".

        Raises:
            RunError: the netlist has no such table, or nothing was logged to it.
        """
        known = {DATA: "data.csv"} | {other: table.file_name(other) for other, table in self.netlist.tables.items()}
        if name not in known:
            raise RunError(f'there is no table "{name}". There are: {", ".join(known)}.')
        path = self.path / known[name]
        if not path.exists():
            raise RunError(f'nothing was logged to the table "{name}".')
        from pyarrow import csv  # which reads every number to its last bit

        return csv.read_csv(path, parse_options=csv.ParseOptions(newlines_in_values=True)).to_pandas()

    def plot(self, folder: str | Path) -> list[Path]:
        """Draw the netlist's charts as PNGs in a new folder, and return their paths."""
        from tokenspice.studies.plot.draw import draw_plots
        from tokenspice.studies.record.run_log import read_log

        header, values = read_log(self.path / "data.csv")
        return draw_plots(self.netlist.plot_instructions(header, values), header, values, Path(folder))

    def __repr__(self) -> str:
        facts = self.facts
        return f"Result({netlist_name(self.netlist.path)}, seed {facts['seed']}, {facts['last_tick']} ticks, {facts['outcome']})"


@final
class BatchResult:
    """What a batch has recorded: `runs` has a row per run, `rows` all rows of all runs.

    Attributes:
        path: its folder. A temporary one lives as long as this object.
    """

    def __init__(self, path: Path, n_runs: int, n_failed: int, temporary: Path | None = None) -> None:
        self.path = path
        self.n_runs = n_runs
        self.n_failed = n_failed
        remove_with(self, temporary)

    @cached_property
    def runs(self) -> "DataFrame":
        """A row per run: its parameters, how it ended, and the last row that it logged."""
        return read_parquet(self.path / "runs.parquet")

    @cached_property
    def rows(self) -> "DataFrame":
        """All rows of all runs that finished; the columns run, set, seed and the swept parameters come first."""
        return read_parquet(self.path / "rows.parquet")

    def __repr__(self) -> str:
        return f"BatchResult({self.n_runs} runs, {self.n_failed} failed)"


def run(
    netlist: str | Path | Netlist,
    *,
    out_dir: str | Path | None = None,
    network: str | None = None,
    settings: Mapping[str, object] | None = None,
    options: RunOptions = RunOptions(),
    observers: Sequence[Observer] = (),
    **parameters: object,
) -> Result:
    """Simulate a netlist once: `tokenspice.run("simplegrant", max_ticks=100, seed=1).data`.

    Args:
        netlist: a name in netlists/, a file or folder, or what `load_netlist` returned.
        out_dir: a new folder to keep; a temporary one unless given.
        network: as of `tsp run`.
        settings: parameters whose names are dotted: `{"publisher.DT_stake": 50}`. Amounts are in tokens.
        options: what else the run writes, and what it starts from.
        observers: who watches.
        parameters: parameters by name; groups as dicts: `publisher={"DT_stake": 50}`.

    Raises:
        TokenSpiceError: the run could not begin, or failed.
    """
    loaded = netlist if isinstance(netlist, Netlist) else load_netlist(netlist)
    ss = loaded.strategy(as_texts({**(settings or {}), **parameters}))
    with folder_for(out_dir) as (path, temporary):
        run_once(loaded, ss, path, configured(network), options, observers)
    return Result(path, loaded, temporary)


def batch(
    netlist: str | Path | Netlist,
    *,
    sweep: Mapping[str, str | Sequence[Any]] | Sequence[Mapping[str, Any]] = (),
    seeds: int | Sequence[int] = 10,
    design: Literal["grid", "lhs", "sobol"] = "grid",
    samples: int | None = None,
    seed: int = 0,
    warm: bool = False,
    workers: int | None = None,
    out_dir: str | Path | None = None,
    network: str | None = None,
    settings: Mapping[str, object] | None = None,
    **parameters: object,
) -> BatchResult:
    """Simulate a netlist many times: `tokenspice.batch("simplegrant", sweep={"granter_init_OCEAN": [1, 2]}).runs`.

    Args:
        sweep: what to vary, as of `studies.Design`: values by parameter, or a list of parameter sets.
        seeds: runs of each parameter set, or the seeds.
        design: "grid" takes all combinations; "lhs" and "sobol" draw `samples` sets from ranges.
        seed: of the runs' seeds and of what is drawn.
        warm: whether each parameter set's state is built once, with its contracts.
        workers: processes; one per core unless given.
        out_dir, network, settings, parameters: as of `run`.

    Raises:
        TokenSpiceError: the batch could not begin. A run that fails leaves its error in `runs`.
    """
    from tokenspice.studies.batch.design import Design
    from tokenspice.studies.batch.runs import run_batch
    from tokenspice.studies.batch.workers import Workers

    loaded = netlist if isinstance(netlist, Netlist) else load_netlist(netlist)
    fixed = as_texts({**(settings or {}), **parameters})
    plan = Design(sweep or {}, fixed, seeds, design, samples, seed, warm=warm)
    with folder_for(out_dir) as (path, temporary):
        groups = run_batch(loaded, plan, path, Workers(workers, config=configured(network)))
    samples_of_all = [sample for group in groups for sample in group.samples]
    return BatchResult(path, len(samples_of_all), sum(one.error is not None for one in samples_of_all), temporary)


def load_netlist(netlist: str | Path) -> Netlist:
    """Find and import a netlist, by its name, its file or its folder.

    Raises:
        NetlistError: there is none, or it breaks the contract.
    """
    return load_file(find_netlist(str(netlist), find_project() / "netlists"))


def list_netlists() -> list[str]:
    """Return the names of the project's netlists."""
    return sorted(path.parent.name for path in (find_project() / "netlists").glob("*/netlist.py"))


@contextmanager
def folder_for(out_dir: str | Path | None) -> Iterator[tuple[Path, Path | None]]:
    """Yield where to write, and the temporary folder of that, which is removed if the block fails."""
    if out_dir is not None:
        yield Path(out_dir), None
        return
    temporary = Path(mkdtemp(prefix="tokenspice-"))
    try:
        yield temporary / "results", temporary
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def remove_with(owner: object, temporary: Path | None) -> None:
    """Remove a temporary folder when its owner is gone, or Python ends."""
    if temporary:
        weakref.finalize(owner, shutil.rmtree, temporary, ignore_errors=True)


def as_texts(parameters: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Write parameters as `--set` takes them; what stands in a dict gets a dotted name."""
    texts: dict[str, str] = {}
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            texts |= as_texts(value, f"{prefix}{name}.")
        else:
            texts[prefix + name] = as_text(prefix + name, value)
    return texts


def as_text(name: str, value: object) -> str:
    """Write a value exactly; numpy's numbers like Python's."""
    number = value.item() if hasattr(value, "item") and getattr(value, "shape", None) == () else value
    if isinstance(number, float):
        return format(Decimal(repr(number)), "f")
    if isinstance(number, bool | int | str | Decimal):
        return str(number)
    raise NetlistError(f"{name} = {value!r}: write a number, text, True or False, or a dict of these.")


def configured(network: str | None) -> Config:
    """Read tokenspice.ini; `network` outranks it."""
    import dataclasses

    config = read_config(find_project())
    return dataclasses.replace(config, network=network) if network else config


def read_parquet(path: Path) -> "DataFrame":
    """Read one of a batch's tables, and check that it is as it was written."""
    from tokenspice.studies.batch.tables import read_checked

    return read_checked(path).to_pandas()
