"""What a check found: the table, the page, the picture, and the files that repeat a failing run."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import pyarrow as pa

from tokenspice.studies.design.charts import Draw, chart
from tokenspice.studies.design.checking.chain_config import config_of
from tokenspice.studies.design.checking.export import file_stem, pytest_case, write_run_before
from tokenspice.studies.design.checking.foundry import foundry_project
from tokenspice.studies.design.checking.invariants import Violation
from tokenspice.studies.design.checking.keeper import kept_violations
from tokenspice.studies.design.checking.shrink import Shrunk
from tokenspice.studies.design.evaluator import Evaluator, Outcome
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.report import Report, percent_text
from tokenspice.studies.design.run_table import table_of
from tokenspice.studies.design.subject import short_path
from tokenspice.studies.design.tool import Findings
from tokenspice.studies.netlist.netlist import Netlist

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["CheckRuns", "findings_of"]

FOUNDRY = "foundry"  # the folder of the project that sends the transactions again
BEFORE = "before"  # the folder of the run that stopped one tick before


@final
@dataclass(frozen=True)
class CheckRuns:
    """What a check has run.

    Attributes:
        names: of the invariants that were watched.
        outcomes: of the search.
        identity: the first run that fails.
        violation: where.
        shrunk: the least run that was found.
    """

    names: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    identity: Identity | None = None
    violation: Violation | None = None
    shrunk: Shrunk | None = None


def findings_of(evaluator: Evaluator, netlist: Netlist, runs: CheckRuns) -> Findings:
    """Return the findings of a tool."""
    report = Report(f"Do the invariants of {short_path(netlist.path)} hold?")
    n_run = sum(one.infeasible is None for one in runs.outcomes)
    if runs.shrunk is None or runs.violation is None or runs.identity is None:
        most = 1 - evaluator.request.alpha ** (1 / max(n_run, 1))
        report.text(
            f"No invariant failed in {n_run} runs: {', '.join(runs.names)}. With {1 - evaluator.request.alpha:.0%} confidence, "
            f"one fails in less than {percent_text(most)} of such runs."
        )
        return Findings("holds", violation_table(runs), report)
    files = {f"test_{file_stem(runs.violation.invariant)}.py": test_of(netlist, runs.shrunk).encode()}
    report_failure(evaluator, netlist, runs, report)
    files |= foundry_files(evaluator, netlist, runs.shrunk, report)
    return Findings("fails", violation_table(runs), report, {}, {"shrinking": drawn(runs.shrunk)}, files)


def test_of(netlist: Netlist, shrunk: Shrunk) -> str:
    return pytest_case(short_path(netlist.path), shrunk.identity, shrunk.violation)


def violation_table(runs: CheckRuns) -> pa.Table:
    """A row for each violation that the search saw."""
    rows: list[dict[str, Any]] = [
        {
            "run": number,
            "seed": outcome.identity.seed,
            "settings": json.dumps(outcome.identity.texts, sort_keys=True),
            "invariant": violation.invariant,
            "tick": violation.tick,
            "text": violation.text,
        }
        for number, outcome in enumerate(runs.outcomes)
        for violation in kept_violations(outcome.extra).values()
    ]
    return table_of(rows)


def report_failure(evaluator: Evaluator, netlist: Netlist, runs: CheckRuns, report: Report) -> None:
    """Tell of a violation, and of what is left of its run."""
    shrunk, identity, violation = runs.shrunk, runs.identity, runs.violation
    assert shrunk and identity and violation, "a run failed"
    n_agents = len(shrunk.agents) + len(shrunk.identity.silenced) - len(identity.silenced)
    differing = ", ".join(f"{name} = {shrunk.identity.texts[name]}" for name in shrunk.differing)
    report.text(f"No: {violation}.")
    report.table(
        ("", "run that was found", "least run"),
        [
            ("seed", str(identity.seed), str(shrunk.identity.seed)),
            ("fails at tick", str(violation.tick), str(shrunk.violation.tick)),
            ("after a step of", violation.agent, shrunk.violation.agent),
            ("agents that act", str(n_agents), str(len(shrunk.agents))),
            (
                "parameters that are set",
                ", ".join(f"{n} = {t}" for n, t in identity.texts.items()) or "none",
                differing or "none",
            ),
        ],
    )
    acting = f"Acting are {', '.join(shrunk.agents)}." if shrunk.agents else "Nobody need act."
    report.text(acting, ending(shrunk))
    report.section("Repeat it")
    report.commands(
        {
            "The least run": f"{evaluator.command(shrunk.identity)} --check",
            "The run that was found": f"{evaluator.command(identity)} --check",
        }
    )
    report.text(f"`test_{file_stem(violation.invariant)}.py` is a test that fails as long as the invariant does.")
    add_run_before(evaluator, netlist, shrunk, report)


def ending(shrunk: Shrunk) -> str:
    if shrunk.is_minimal:
        return (
            f"After {shrunk.n_runs} runs of shrinking: with any one agent more silenced, or any one parameter at its "
            "default, the invariant holds."
        )
    return f"Shrinking stopped after {shrunk.n_runs} runs, and a smaller run may fail too. Write a larger --most-shrinking."


def add_run_before(evaluator: Evaluator, netlist: Netlist, shrunk: Shrunk, report: Report) -> None:
    """Write the run that stopped one tick before, and say how to go on with it."""
    folder = evaluator.folder.path
    if folder is None:
        return
    identity, violation = shrunk.identity, shrunk.violation
    ss = netlist.strategy({**identity.texts, "seed": str(identity.seed)})
    why = write_run_before(folder / BEFORE, netlist, ss, config_of(evaluator), identity.variation, violation.tick)
    if why:
        report.text(f"There is no run that stopped one tick before: {why}.")
    else:
        report.text(
            f"`{BEFORE}/` is the same run, stopped at tick {violation.tick - 1}: `tsp run --resume {BEFORE} --check`."
        )


def foundry_files(evaluator: Evaluator, netlist: Netlist, shrunk: Shrunk, report: Report) -> dict[str, bytes]:
    """Return the files of a Foundry project that sends the run's transactions again, and say what it is."""
    folder = evaluator.folder.path
    if folder is None:
        return {}
    identity, config = shrunk.identity, config_of(evaluator)
    ss = netlist.strategy({**identity.texts, "seed": str(identity.seed)})
    found = foundry_project(netlist, ss, config, identity.variation, str(shrunk.violation))
    if isinstance(found, str):
        report.text(f"There is no Foundry script: {found}.")
        return {}
    (folder / FOUNDRY / "script").mkdir(parents=True, exist_ok=True)
    report.text(
        f"`{FOUNDRY}/` sends the transactions of the least run again, and checks what becomes of each: "
        "`forge script script/Replay.s.sol --tc Replay` there. What agents do off the chain is not in it."
    )
    return {f"{FOUNDRY}/{name}": content for name, content in found.items()}


def drawn(shrunk: Shrunk) -> Draw:
    """Return what draws how the run grew smaller, step by step."""

    def draw(axes: "Axes") -> None:
        steps = range(len(shrunk.steps))
        for what, values in (
            ("ticks", [step.ticks for step in shrunk.steps]),
            ("agents", [step.agents for step in shrunk.steps]),
            ("parameters that differ", [step.differing for step in shrunk.steps]),
        ):
            axes.step(
                [shrunk.steps[i].n_runs for i in steps], values, where="post", label=what, marker="o", markersize=3
            )
        axes.set_yscale("symlog", linthresh=1)
        axes.set_ylim(bottom=0)
        axes.legend()

    return chart(draw, "How the failing run grew smaller", "runs of shrinking", "how many")
