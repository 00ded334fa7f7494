"""Does each spec hold at chosen points? At the ends of the environment, or at corners that are named."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Study
from tokenspice.engine.variables import Value
from tokenspice.studies.design.corner_file import Corner, corners_file, read_corner
from tokenspice.studies.design.corner_report import CornerRuns, charts_of, corner_table, report_of
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.opening import What
from tokenspice.studies.design.request import Common, Request
from tokenspice.studies.design.result import Result, Verdict
from tokenspice.studies.design.space import Box
from tokenspice.studies.design.tool import Findings, Plan, run_tool
from tokenspice.studies.design.yields import Corners, corner_facts, corners_of, share_specs

__all__ = ["corners", "ends_of"]

REPS = 20  # seeds at a corner
MOST_COMBINED = 64  # corners up to which all combinations of ends are taken


def corners(
    what: What,
    study: Study | None = None,
    *,
    corners: Corners = None,
    named: Sequence[str] = (),
    extract: int = 0,
    **common: Unpack[Common],
) -> Result:
    """Return whether each spec holds at chosen points, each with the same seeds.

    Without named corners these are all combinations of the environment's ends and choices, up to 64; beyond that, one
    end at a time, and all low and all high. Random variables are at their medians.

    Args:
        what: a netlist, the path of one, or f(settings, seed) → metrics.
        study: what is asked; the netlist's own unless given.
        corners: from a file, or by name; one with a seed is one run.
        named: further ones in text, such as "hot:price.sigma=1.5,oracle=outside".
        extract: how many runs of each spec's worst corner, those whose margin stands at the required share, to write.
        common: as of Request; `reps` is the number of seeds, 20 unless given.

    Raises:
        TokenSpiceError: the study cannot be done.
    """
    listed = [*([] if corners is None else corners_of(corners)), *map(read_corner, named)]

    def plan(asked: Study, request: Request) -> Plan:
        if not listed and not asked.environment:
            raise StudyError(
                "there is no environment and no corner to look at. Declare an environment, or write --corner NAME:a=1,b=2."
            )
        if not asked.specs:
            raise StudyError("corners ask whether specs hold. Name one: metric <= limit in 0.99.")
        reps = request.reps or REPS
        n = sum(1 if one.seed is not None else reps for one in listed) if listed else reps * count_of(asked)
        return Plan(n, n, f"{reps} seeds at each corner, the same ones.", shows_share=False)

    def ask(evaluator: Evaluator) -> Findings:
        points = listed or ends_of(evaluator.box("environment"))
        return ask_corners(evaluator, points, extract)

    options = {"corners": [corner_facts(one) for one in listed], "extract": extract}
    return run_tool("corners", what, study, common, options, plan, ask)


def ask_corners(evaluator: Evaluator, points: Sequence[Corner], extract: int) -> Findings:
    """Run all corners in one block, and put the findings together."""
    seeds = evaluator.seeds.first(evaluator.request.reps or REPS)
    asked = [identities_at(evaluator, corner, seeds) for corner in points]
    outcomes = evaluator.evaluate([identity for at_corner in asked for identity in at_corner])
    evaluator.margins.fix_scales([one.metrics for one in outcomes])
    taken = iter(outcomes)
    runs = [[next(taken) for _ in at_corner] for at_corner in asked]
    refused = {corner.name: of[0].infeasible for corner, of in zip(points, runs, strict=True) if of[0].infeasible}
    if len(refused) == len(points):
        raise StudyError(f"no corner can be run; {', '.join(f'{name}: {why}' for name, why in refused.items())}")
    evaluator.warnings += [f"the corner {name} cannot be run, and is left out: {why}" for name, why in refused.items()]
    pairs = [(corner, of) for corner, of in zip(points, runs, strict=True) if corner.name not in refused]
    specs = share_specs(evaluator.study.specs)
    found = CornerRuns(evaluator, specs, [corner for corner, _ in pairs], [of for _, of in pairs])
    judged = found.answers()
    verdict: Verdict = "fails" if "fails" in judged else "undecided" if "undecided" in judged else "holds"
    picked = found.at_required_share(extract) if extract else []
    files = (
        {"corners.toml": corners_file(picked, ["Runs whose margin stands at the required share."])} if picked else {}
    )
    report = report_of(found, judged, picked)
    return Findings(verdict, corner_table(found, judged), report, {}, charts_of(found), files)


def identities_at(evaluator: Evaluator, corner: Corner, seeds: Sequence[int]) -> list[Identity]:
    """Return the runs of a corner; of one with a seed, the one run that it is."""
    settings = {**evaluator.cloud.medians(), **corner.settings}
    if corner.seed is not None:
        return [Identity(tuple(settings.items()), corner.seed, corner.branches, corner.silenced)]
    return [Identity(tuple(settings.items()), seed, corner.branches, corner.silenced) for seed in seeds]


def count_of(study: Study) -> int:
    """Return how many corners an environment has."""
    return len(ends_of(Box(study.environment)))


def ends_of(box: Box) -> list[Corner]:
    """Return the corners of an environment: all combinations of its ends up to 64, else one end at a time."""
    ends = {name: box.ends(name) for name in box.names}
    count = 1
    for values in ends.values():
        count *= len(values)
    if count <= MOST_COMBINED:
        points = [dict(zip(ends, values, strict=True)) for values in itertools.product(*ends.values())]
        return [Corner(name_of(point), point) for point in points]
    single: list[dict[str, Value]] = [{name: value} for name, values in ends.items() for value in values]
    low = {name: values[0] for name, values in ends.items()}
    high = {name: values[-1] for name, values in ends.items()}
    return [*(Corner(name_of(point), point) for point in single), Corner("all low", low), Corner("all high", high)]


def name_of(point: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name}={str(value).lower() if isinstance(value, bool) else value}" for name, value in point.items()
    )
