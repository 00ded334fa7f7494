"""The science-funding netlists against DARC-SPICE's trajectories: the same rows with `legacy`, the same bands without."""

import csv
import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import DATA, PROJECT
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import parameter_values
from tokenspice.engine.units import in_tokens
from tokenspice.netlists.science.state import ScienceStateBase
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist

GOLDEN = DATA / "golden"
YEAR = 8760  # ticks

# The years after which nothing happens any more; of growth, as many as do not take long.
YEARS = {
    "opsci_naive": 14,
    "opsci_profit_sharing": 15,
    "opsci_mult_profit_sharing": 5,
    "opsci_mult_time_profit_sharing": 12,
    "opsci_public_funding_ps": 14,
    "growth_public_funding_ps": 12,
    "community_growth_public_funding_ps": 9,
}

# What a later correction changes, beyond those that the corrected bands were made with.
CORRECTED_SINCE = ("total_value", "relative_value", "sum_proposals", "private_market_assets", "funded_proposals")


def netlist(name: str) -> Netlist:
    return load_netlist(PROJECT / "netlists" / name / "netlist.py")


def table(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def rows_at(ticks: set[int], loaded: Netlist, **values: str) -> dict[int, LogRow]:
    """Run, and return the rows of some ticks, with the sums over researchers that tables of bands have."""
    ss = loaded.strategy({"max_ticks": str(max(ticks))} | values)
    rows: dict[int, LogRow] = {}

    def log(state: SimStateBase) -> LogRow:
        if state.tick in ticks:
            assert isinstance(state, ScienceStateBase)
            rows[state.tick] = loaded.log_data(state) | state.projects.row() | sums(state)
        return {}

    SimEngine(loaded.state(ss), log, [RowListener(lambda row: None)]).run()
    return rows


def sums(state: ScienceStateBase) -> LogRow:
    researchers = state.researchers
    access = [researcher.knowledge_access for researcher in researchers]
    funded = [researcher.n_funded for researcher in researchers]
    public = in_tokens(sum(researcher.last_balance for researcher in researchers))
    private = in_tokens(sum(researcher.last_balance for researcher in state.private_researchers))
    return LogRow(
        sum_funded=sum(funded),
        max_funded=max(funded),
        min_funded=min(funded),
        sum_total_funding=in_tokens(sum(researcher.total_funding for researcher in researchers)),
        sum_proposals=sum(researcher.n_proposals for researcher in researchers),
        max_knowledge_access=max(access),
        min_knowledge_access=min(access),
        sum_public_OCEAN=public,
        sum_private_OCEAN=private,
        sum_researcher_my_OCEAN=public + private,
    )


def differences(golden: Iterable[dict[str, str]], rows: dict[int, LogRow]) -> list[str]:
    return [
        f"tick {line['Tick']}, {column}: {text}, not {rows[int(line['Tick'])].get(column)}"
        for line in golden
        for column, text in line.items()
        if column not in ("Tick", "Day")
        and text  # a cell is empty while its column did not exist
        and not math.isclose(float(text), rows[int(line["Tick"])].get(column, math.nan), rel_tol=1e-9, abs_tol=1e-9)
    ]


@pytest.mark.parametrize("name", YEARS)
def test_with_legacy_the_rows_equal_the_golden_ones(name: str) -> None:
    tables = [GOLDEN / f"{name}.csv", GOLDEN / f"{name}_rp.csv"]
    golden = [
        [line for line in table(path) if int(line["Tick"]) <= YEARS[name] * YEAR] for path in tables if path.exists()
    ]

    rows = rows_at({int(line["Tick"]) for lines in golden for line in lines}, netlist(name), legacy="true", seed="1")

    assert [differences(lines, rows) for lines in golden] == [[] for _ in golden]


@pytest.mark.parametrize("name", YEARS)
def test_with_legacy_twenty_four_seeds_have_the_golden_means_and_extremes(name: str) -> None:
    last = (
        24 if "TICKS_BETWEEN_PROPOSALS" not in parameter_values(netlist(name).strategy()) else YEAR
    )  # or it takes long
    bands = [band for band in table(GOLDEN / f"{name}_bands.csv") if int(band["tick"]) <= last]
    ticks = {int(band["tick"]) for band in bands}
    loaded = netlist(name)

    runs = [rows_at(ticks, loaded, legacy="true", seed=str(seed)) for seed in range(1, 25)]

    for band in bands:
        values = [run[int(band["tick"])][band["kpi"]] for run in runs]
        found = [float(np.mean(values)), min(values), max(values)]
        wanted = [float(band[what]) for what in ("mean", "min", "max")]
        np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=1e-5, err_msg=str(band))  # the file has 6 digits


@pytest.mark.parametrize("name", ["opsci_profit_sharing", "opsci_mult_profit_sharing", "opsci_public_funding_ps"])
def test_the_corrected_netlists_lie_within_the_bands_of_the_corrected_original(name: str) -> None:
    bands = [
        band
        for band in table(GOLDEN / f"{name}_VARIANT_fix_bands.csv")
        if 0 < int(band["tick"]) <= 5 * YEAR and not any(part in band["kpi"] for part in CORRECTED_SINCE)
    ]
    ticks = {int(band["tick"]) for band in bands}
    loaded = netlist(name)

    runs = [rows_at(ticks, loaded, seed=str(seed)) for seed in range(1, 13)]

    assert len(bands) >= 30
    for band in bands:
        values = np.array([run[int(band["tick"])][band["kpi"]] for run in runs])
        # Both are means of samples, so they differ by both standard errors.
        tolerance = 4 * np.hypot(float(band["stdev"]), values.std(ddof=1)) / np.sqrt(len(runs))
        assert abs(values.mean() - float(band["mean"])) <= tolerance + 1e-3, band
