"""Runs of a netlist, and how they compare with reference trajectories."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.record.run_log import read_log
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config

__all__ = ["assert_rows_equal", "assert_same_bytes", "assert_within_bands", "runs_of_seeds", "simulate"]


def simulate(netlist: Netlist, chain: Chain, values: Mapping[str, str]) -> tuple[list[LogRow], SimStateBase]:
    """Run a netlist with some parameters, and return what it logged and where it ended."""
    rows: list[LogRow] = []
    state = netlist.state(netlist.strategy(values), chain)
    SimEngine(state, netlist.log_data, [RowListener(rows.append)]).run()
    return rows, state


def assert_rows_equal(rows: list[LogRow], path: Path, last_tick: int) -> None:
    """Compare all columns, to 1e-9, until a tick."""
    header, golden = read_log(path)
    certain = golden[golden[:, 0] <= last_tick]
    assert list(rows[0]) == header
    np.testing.assert_allclose([list(row.values()) for row in rows[: len(certain)]], certain, atol=1e-9, rtol=1e-12)


def runs_of_seeds(netlist: Netlist, config: Config, n_seeds: int, values: Mapping[str, str]) -> list[list[LogRow]]:
    """Run a netlist once per seed, each on a chain of its own."""
    runs = []
    for seed in range(n_seeds):
        chain = open_chain(config, netlist.path, seed)
        runs.append(simulate(netlist, chain, {"seed": str(seed), **values})[0])
        chain.close()
    return runs


def assert_within_bands(runs: list[list[LogRow]], path: Path) -> None:
    """Compare means over seeds with those of a table of bands, by the standard errors of both."""
    by_tick = [{row["Tick"]: row for row in rows} for rows in runs]
    with path.open() as file:
        bands = list(csv.DictReader(file))
    strange = []
    for band in bands:
        values = np.array([run[int(band["tick"])][band["kpi"]] for run in by_tick])
        error = np.hypot(float(band["stdev"]) / np.sqrt(int(band["n_runs"])), values.std(ddof=1) / np.sqrt(len(runs)))
        # The file has 8 digits.
        if abs(values.mean() - float(band["mean"])) > 4 * error + 1e-3:
            strange.append((band["tick"], band["kpi"], float(values.mean()), float(band["mean"]), float(error)))
    assert strange == [], strange
    assert bands


def assert_same_bytes(netlist: Netlist, config: Config, folder: Path, network: str, values: Mapping[str, str]) -> None:
    """Run a netlist on a network and on the default one, and compare what it writes."""
    ss = netlist.strategy(values)
    runs = [run_once(netlist, ss, folder / name, replace(config, network=name)) for name in (network, config.network)]
    assert len({(run.path / "data.csv").read_bytes() for run in runs}) == 1
