"""The frame of every tool: opens the study, lets the tool ask, and writes what it found. Or says what it would cost."""

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, final

from tokenspice.engine.study import Study
from tokenspice.studies.design.charts import Draw
from tokenspice.studies.design.cost import Plan, check_hours, estimate
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.keeper import Keeper
from tokenspice.studies.design.opening import What, netlist_of, open_study, study_of
from tokenspice.studies.design.report import Report
from tokenspice.studies.design.request import Common, Request, as_request
from tokenspice.studies.design.result import Result, Verdict
from tokenspice.studies.plot.picture import add_source, save

__all__ = ["Ask", "Findings", "Plan", "run_tool"]


@final
@dataclass(frozen=True)
class Findings:
    """What a tool found.

    Attributes:
        verdict: as of Result.
        table: its main table, of pyarrow; it is written under the tool's name.
        report: its page.
        tables: further tables, by name.
        charts: what draws each picture, by the file's name without .png.
        files: further files, by name.
    """

    verdict: Verdict
    table: Any
    report: Report
    tables: Mapping[str, Any] = field(default_factory=dict)
    charts: Mapping[str, Draw] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


Ask: TypeAlias = Callable[[Evaluator], Findings]


def run_tool(
    tool: str,
    what: What,
    study: Study | None,
    common: Common,
    options: Mapping[str, Any],
    plan: Callable[[Study, Request], Plan],
    ask: Ask,
    keeper: Keeper | None = None,
) -> Result:
    """Do a study, and write what it finds to the folder, if there is one.

    Args:
        tool: its verb.
        what: a netlist, the path of one, or f(settings, seed) → metrics.
        study: what is asked; the netlist's own unless given.
        common: what all tools take.
        options: the tool's own, as JSON can hold them; all that changes its results.
        plan: says how many runs it takes; it refuses a study that the tool cannot answer.
        ask: asks the evaluator, and returns the findings.
        keeper: what the tool keeps of each run besides its metrics.

    Raises:
        TokenSpiceError: the study cannot be done.
    """
    request = as_request(common)
    what = netlist_of(what)
    study = study_of(what, study)
    planned = plan(study, request)
    if request.dry_run:
        return estimate(tool, what, study, request, planned)
    began = time.monotonic()
    with open_study(tool, what, study, request, options, planned.most, planned.least, keeper) as evaluator:
        check_hours(evaluator, request)
        findings = ask(evaluator)
        write(tool, evaluator, findings)
        evaluator.folder.log({"tool": tool, "seconds": round(time.monotonic() - began, 3)})
        runs_made = evaluator.runs_made
    return Result(
        tool,
        findings.table,
        findings.verdict,
        findings.report.page,
        dict(findings.tables),
        request.out_dir,
        runs_made,
    )


def write(tool: str, evaluator: Evaluator, findings: Findings) -> None:
    """Write the tables, the pictures and the page, and put the ledger in order."""
    from tokenspice.studies.design.run_table import as_parquet, run_table

    add_notes(evaluator, findings.report)
    folder = evaluator.folder
    if folder.path is None:
        return
    folder.write("runs.parquet", as_parquet(run_table(evaluator.asked(), evaluator.margins)))
    for name, table in {tool: findings.table, **findings.tables}.items():
        folder.write(f"{name}.parquet", as_parquet(table))
    for name, content in findings.files.items():
        folder.write(name, content)
    source = f"{evaluator.candidate.name} · {tool} · {evaluator.runs_asked} runs, seed {evaluator.request.seed}"
    for name, draw in findings.charts.items():
        figure = draw()
        add_source(figure, source)
        save(figure, folder.path / f"{name}.png")
        findings.report.picture(f"{name}.png", name.replace("_", " "))
    folder.write("report.md", findings.report.page.encode())
    shutil.rmtree(folder.path / "starts", ignore_errors=True)
    folder.ledger.arrange([evaluator.pilot, *(key for key in evaluator.keys() if key != evaluator.pilot)])


def add_notes(evaluator: Evaluator, report: Report) -> None:
    """Say what a reader must know of all runs: how many there were, how many failed, what the rows cannot show."""
    failed = [(identity, entry) for identity, entry in evaluator.asked() if entry.failure]
    notes = [
        f"{evaluator.runs_asked} runs of the {evaluator.budget} that the budget allows, seed {evaluator.request.seed}."
    ]
    if failed:
        means = {"fail": "they meet no spec", "ignore": "they are left out", "stop": ""}[evaluator.request.crashed]
        first, entry = failed[0]
        notes.append(
            f"{len(failed)} runs failed; {means}. The first: {entry.failure} Repeat it: `{evaluator.command(first)}`"
        )
    report.section("Notes")
    report.list([*notes, *evaluator.warnings])
