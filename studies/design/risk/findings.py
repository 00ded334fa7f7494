"""What was lost: tables, the page and the pictures."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

import numpy as np
import pyarrow as pa

from tokenspice.engine.errors import StudyError
from tokenspice.engine.units import Floats
from tokenspice.studies.design.charts import Draw, chart
from tokenspice.studies.design.evaluator import Evaluator, Outcome
from tokenspice.studies.design.report import Report, interval_text
from tokenspice.studies.design.result import Verdict
from tokenspice.studies.design.risk.measures import Change, Measure, change, measure, value_at_risk
from tokenspice.studies.design.run_table import table_of
from tokenspice.studies.design.statistics import quantile_sequence
from tokenspice.studies.design.tool import Findings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["RiskRuns", "findings_of"]

MOST_SHOWN = 5  # of the worst runs
BINS = 8  # of the variable over which VaR is drawn
FEW = 50  # runs beyond a level, below which its number is a poor one

Which = tuple[str, str]
"""A scenario, and "present" or "proposed"."""


@final
@dataclass(frozen=True)
class RiskRuns:
    """The runs of all sets of parameters in all scenarios; those at one place have one seed.

    Args:
        levels: shares, rising.
        alpha: how often an interval may miss.
        outcomes: by scenario and set.
        loss: the metric that is lost.
        liquidated: that of what was liquidated, if it is asked for.
    """

    levels: tuple[float, ...]
    alpha: float
    outcomes: dict[Which, list[Outcome]]
    loss: str
    liquidated: str | None = None

    @property
    def n(self) -> int:
        """Seeds by now."""
        return len(next(iter(self.outcomes.values())))

    def losses(self, which: Which) -> Floats:
        return self.values(which, self.loss)

    def values(self, which: Which, metric: str) -> Floats:
        return np.array([outcome.metrics[metric] for outcome in self.outcomes[which]])

    def check_ran(self) -> None:
        """Refuse runs that say nothing: a lender's tail is no place to leave some out.

        Raises:
            StudyError: a run failed, or cannot be run.
        """
        for outcomes in self.outcomes.values():
            for outcome in outcomes:
                if why := outcome.failure or outcome.infeasible:
                    raise StudyError(f"a run with seed {outcome.identity.seed} has no loss: {why}")

    @cached_property
    def measures(self) -> dict[Which, list[Measure]]:
        return {
            which: [measure(self.losses(which), level, self.alpha) for level in self.levels] for which in self.outcomes
        }

    @cached_property
    def changes(self) -> dict[str, list[Change]]:
        """What the proposal changes, by scenario."""
        return {
            scenario: [
                change(self.losses((scenario, "present")), self.losses((scenario, "proposed")), level, self.alpha)
                for level in self.levels
            ]
            for scenario, of in self.outcomes
            if of == "proposed"
        }


def findings_of(evaluator: Evaluator, runs: RiskRuns, over: str | None) -> Findings:
    """Return the findings of a tool."""
    names = list(evaluator.study.random)
    if over is not None and over not in names:
        raise StudyError(f'over names "{over}", which is no random variable. There are: {", ".join(names) or "none"}.')
    variable = over or next(iter(names), None)
    charts = {"losses": losses_drawn(runs)}
    charts |= {"loss_over_variable": drawn_over(runs, variable)} if variable else {}
    tables = {"changes": change_table(runs)} if runs.changes else {}
    return Findings(verdict_of(runs), risk_table(runs), report_of(evaluator, runs), tables, charts)


def verdict_of(runs: RiskRuns) -> Verdict:
    """Return whether a proposal loses no more at the highest level, in any scenario."""
    worst = [found[-1].shortfall_interval for found in runs.changes.values()]
    if not worst:
        return "done"
    if any(low > 0 for low, _ in worst):
        return "fails"
    return "holds" if all(high <= 0 for _, high in worst) else "undecided"


def risk_table(runs: RiskRuns) -> pa.Table:
    """A row for each scenario, set and level."""
    return table_of([row_of(runs, which, one) for which, found in runs.measures.items() for one in found])


def row_of(runs: RiskRuns, which: Which, one: Measure) -> dict[str, Any]:
    row: dict[str, Any] = {"scenario": which[0], "parameters": which[1], "level": one.level, "VaR": one.value}
    row |= {"VaR low": one.interval[0], "VaR high": one.interval[1], "ES": one.shortfall}
    row |= {"ES low": one.shortfall_interval[0], "ES high": one.shortfall_interval[1], "runs beyond": one.n_beyond}
    if runs.liquidated:
        sold = runs.values(which, runs.liquidated)
        low, high = quantile_sequence(sold, one.level, runs.alpha)
        row |= {"LaR": value_at_risk(sold, one.level), "LaR low": low, "LaR high": high}
    return row | {"mean": float(runs.losses(which).mean()), "runs": runs.n}


def change_table(runs: RiskRuns) -> pa.Table:
    """A row for each scenario and level: proposed minus present."""
    rows = [
        {
            **{"scenario": scenario, "level": one.level, "VaR": one.value, "VaR low": one.interval[0]},
            **{"VaR high": one.interval[1], "ES": one.shortfall, "ES low": one.shortfall_interval[0]},
            **{"ES high": one.shortfall_interval[1]},
        }
        for scenario, found in runs.changes.items()
        for one in found
    ]
    return table_of(rows)


def report_of(evaluator: Evaluator, runs: RiskRuns) -> Report:
    report = Report("What may be lost?")
    rows = []
    for which, found in runs.measures.items():
        for one in found:
            row = row_of(runs, which, one)
            sold = [row["LaR"], interval_text(row["LaR low"], row["LaR high"])] if "LaR" in row else []
            tail = [one.shortfall, interval_text(*one.shortfall_interval), str(one.n_beyond)]
            rows.append([*which, f"{one.level:.4g}", one.value, interval_text(*one.interval), *tail, *sold])
    header = ["scenario", "parameters", "level", "VaR", "interval", "ES", "interval", "runs beyond"]
    report.table([*header, *(["LaR", "interval"] if len(rows[0]) > len(header) else [])], rows)
    report.text(
        f"{runs.n} runs of each, all with the same seeds. Intervals of {1 - runs.alpha:.0%}: VaR's and LaR's hold at all "
        "numbers of runs at once, ES's is BCa."
    )
    if poor := [level for level in runs.levels if runs.n * (1 - level) < FEW]:
        names = ", ".join(f"{level:.4g}" for level in poor)
        report.text(f"Beyond {names} lie fewer than {FEW} runs: that ES is poorly known. Write a larger --budget.")
    add_changes(runs, report)
    add_worst(evaluator, runs, report)
    return report


def add_changes(runs: RiskRuns, report: Report) -> None:
    if not runs.changes:
        return
    report.section("What the proposal changes")
    rows = [
        [
            scenario,
            f"{one.level:.4g}",
            one.value,
            interval_text(*one.interval),
            one.shortfall,
            interval_text(*one.shortfall_interval),
        ]
        for scenario, found in runs.changes.items()
        for one in found
    ]
    report.table(("scenario", "level", "VaR", "interval", "ES", "interval"), rows)
    means = [
        f"{scenario}: {np.mean(runs.losses((scenario, 'proposed')) > runs.losses((scenario, 'present'))):.1%}"
        for scenario in runs.changes
    ]
    report.text(f"Proposed minus present, seed by seed. Runs that lose more as proposed: {', '.join(means)}.")


def add_worst(evaluator: Evaluator, runs: RiskRuns, report: Report) -> None:
    """Give the commands of the runs that lost most, of each set of parameters in each scenario."""
    report.section("Worst runs")
    for which, outcomes in runs.outcomes.items():
        worst = sorted(outcomes, key=lambda outcome: -outcome.metrics[runs.loss])[
            : MOST_SHOWN if len(runs.outcomes) == 1 else 1
        ]
        name = ", ".join(which)
        report.commands({f"{name}, {one.metrics[runs.loss]:,.6g}": evaluator.command(one.identity) for one in worst})


def losses_drawn(runs: RiskRuns) -> Draw:
    """Return what draws the share of runs that lose more than so much."""

    def draw(axes: "Axes") -> None:
        for which in runs.outcomes:
            losses = np.sort(runs.losses(which))
            beyond = 1 - np.arange(len(losses)) / len(losses)
            (line,) = axes.step(losses, beyond, where="post", label=", ".join(which))
            for one in runs.measures[which]:
                axes.plot([one.value], [1 - one.level], "o", color=line.get_color())
                axes.hlines(
                    1 - one.level, *finite(one.interval, losses), color=line.get_color(), linewidth=3, alpha=0.4
                )
        axes.set_yscale("log")
        axes.legend()

    title = f"Share of runs that lose more (dots: VaR {', '.join(f'{level:.4g}' for level in runs.levels)})"
    return chart(draw, title, runs.loss, "share of runs")


def finite(interval: tuple[float, float], losses: Floats) -> tuple[float, float]:
    return max(interval[0], float(losses[0])), min(interval[1], float(losses[-1]))


def drawn_over(runs: RiskRuns, variable: str) -> Draw:
    """Return what draws the loss of each run over a random variable, and VaR of eighths of the runs."""

    def draw(axes: "Axes") -> None:
        for which, outcomes in runs.outcomes.items():
            values = np.array([float(outcome.identity.values[variable]) for outcome in outcomes])
            losses = runs.losses(which)
            order = np.argsort(values, kind="stable")
            axes.plot(values, losses, ".", markersize=2, alpha=0.3)
            parts = np.array_split(order, BINS)
            middles = [float(np.median(values[part])) for part in parts]
            level = runs.levels[0]
            axes.plot(
                middles,
                [value_at_risk(losses[part], level) for part in parts],
                "o-",
                label=f"VaR {level:.4g}: {', '.join(which)}",
            )
        axes.legend()

    return chart(draw, f"Loss over {variable}", variable, runs.loss)
