"""Which rule of funding funds how many researchers, how unequally, and until when? Prints docs/science-funding.md's tables.

    python -m studies.science_funding [N_SEEDS [N_JOBS]]

Runs every science-funding netlist for 30 years with the seeds 1 … N_SEEDS (30), and prints means over the seeds, with
the least and the most in brackets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Annotated

import typer
from joblib import Parallel, delayed

from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener
from tokenspice.engine.units import MONTH
from tokenspice.studies.netlist.netlist_file import find_netlist, load_netlist
from tokenspice.studies.run.simulate import begin, simulate
from tokenspice.web3engine.config import find_project, read_config

__all__ = ["Outcome", "measure", "summarise"]

LIBRARY = find_project(Path(__file__).parent) / "netlists"

Variant = tuple[str, dict[str, str]]  # a netlist, and what is set

NETLISTS = (
    "opsci_naive",
    "opsci_profit_sharing",
    "opsci_mult_profit_sharing",
    "opsci_mult_time_profit_sharing",
    "opsci_public_funding_ps",
    "growth_public_funding_ps",
    "community_growth_public_funding_ps",
)
TABLES: dict[str, list[Variant]] = {
    "The seven netlists": [(name, {}) for name in NETLISTS],
    "One thing changed": [
        ("opsci_naive", {"NUMBER_OF_RESEARCHERS": "10"}),
        ("opsci_profit_sharing", {"NUMBER_OF_RESEARCHERS": "10"}),
        ("opsci_mult_profit_sharing", {"NUMBER_OF_RESEARCHERS": "10"}),
        ("opsci_mult_time_profit_sharing", {"PREFERRED_DURATION": "longer"}),
        ("opsci_mult_time_profit_sharing", {"RANDOM_BUYING": "true"}),
        ("opsci_public_funding_ps", {"PROPOSALS_FUNDED_AT_A_TIME": "1"}),
        ("opsci_public_funding_ps", {"RATIO_FUNDS_TO_PUBLISH": "0.2"}),
    ],
}


@dataclass(frozen=True)
class Outcome:
    """What one run came to.

    Attributes:
        n_funded: grants.
        n_reached: researchers with a grant or more.
        gini: coefficient of what researchers were granted.
        years: until the treasury last held more than its boundary.
        treasury: OCEAN left in it at the end.
        granted: OCEAN in all grants, as asked for.
    """

    n_funded: float
    n_reached: float
    gini: float
    years: float
    treasury: float
    granted: float


def measure(name: str, values: dict[str, str], seed: int) -> Outcome:
    """Run a netlist, and return what it came to."""
    netlist = load_netlist(find_netlist(name, LIBRARY))
    ss = netlist.strategy({"log_interval": str(MONTH), "seed": str(seed)} | values)
    rows: list[LogRow] = []
    simulate(begin(netlist, ss, read_config(find_project())), [RowListener(rows.append)])
    return outcome(rows, boundary=0.0 if name == "opsci_naive" else 10_000.0)


def outcome(rows: Sequence[LogRow], boundary: float) -> Outcome:
    last = rows[-1]
    treasury = "university_OCEAN" if "university_OCEAN" in last else "dao_treasury_OCEAN"
    funded = [value for column, value in last.items() if column.endswith("_no_proposals_funded")]
    return Outcome(
        n_funded=sum(funded),
        n_reached=sum(1 for value in funded if value),
        gini=last["gini_total_funding"],
        years=max(row["Year"] for row in rows if row[treasury] > boundary),
        treasury=last[treasury],
        granted=sum(
            value
            for column, value in last.items()
            if column.endswith("_total_funding") and column != "gini_total_funding"
        ),
    )


def summarise(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the cells of a table: means, with the least and the most in brackets."""

    def cell(name: str, digits: int = 1) -> str:
        values = [getattr(outcome, name) for outcome in outcomes]
        return f"{mean(values):,.{digits}f} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"

    return [
        cell("n_funded"),
        cell("n_reached"),
        cell("gini", 2),
        cell("years"),
        cell("treasury", 0),
        cell("granted", 0),
    ]


def main(
    n_seeds: Annotated[int, typer.Argument(min=1, help="Runs of each netlist, with the seeds 1, 2, ….")] = 30,
    n_jobs: Annotated[int, typer.Argument(help="Processes.")] = 1,
) -> None:
    """Print the tables of docs/science-funding.md."""
    header = [
        "netlist",
        "grants",
        "researchers reached",
        "Gini of grants",
        "years of funding",
        "OCEAN left",
        "OCEAN granted",
    ]
    for title, variants in TABLES.items():
        print(f"\n{title}\n\n| {' | '.join(header)} |\n|{'---|' * len(header)}")
        for name, values in variants:
            outcomes = Parallel(n_jobs)(delayed(measure)(name, values, seed) for seed in range(1, n_seeds + 1))
            what = "".join(f", {key}={value}" for key, value in values.items())
            print(f"| {name}{what} | {' | '.join(summarise(outcomes))} |", flush=True)


if __name__ == "__main__":
    typer.run(main)
