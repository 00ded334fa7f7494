"""What optimise found, as tables, files, pictures and a page."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from tokenspice.engine.study import Spec
from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Value
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.fixed_statistics import clopper_pearson, order_statistics, paired, student
from tokenspice.studies.design.optimisation.found import Found
from tokenspice.studies.design.optimisation.fronts import compromise
from tokenspice.studies.design.optimisation.history import History
from tokenspice.studies.design.optimisation.journal import journal_of
from tokenspice.studies.design.optimisation.judge import BAD_TAIL, Judge, Judgement, Statistic
from tokenspice.studies.design.optimisation.pictures import front_picture, history_picture, slices_picture
from tokenspice.studies.design.report import Report, interval_text, number_text, percent_text
from tokenspice.studies.design.result import Verdict
from tokenspice.studies.design.run_table import table_of
from tokenspice.studies.design.tool import Findings

__all__ = ["best_toml", "design_rows", "report_found", "spec_rows", "verdict_of"]

WORDS = {"mean": "mean", "q95": "worse in 5 of 100 runs only", "yield": "yield"}


def report_found(evaluator: Evaluator, judge: Judge, found: Found, statistic: Statistic) -> Findings:
    """Report a search, its race and its confirmation."""
    chosen = chosen_of(judge, found)
    best = found.confirmed[chosen]
    report = Report("The best design" if judge.n_goals == 1 else "The best designs")
    if not best.is_feasible:
        report.text("**No design that was tried meets all specs on fresh seeds.** This one violates them least.")
    report.table(("variable", "value", "default"), setting_rows(best.settings, found.compared))
    report.section("Confirmed")
    if found.is_exact:
        report.text("The race gave what the search had given, to the last digit: nothing is left to chance here.")
    else:
        report.text(
            f"{len(best.outcomes)} seeds that neither the search nor the race had. The search's own value is "
            "optimistic, since it is the best of many."
        )
    report.table(
        ("goal", "found", "confirmed", "interval", "default", "gain over it", "interval"),
        goal_rows(judge, found, best, statistic, evaluator.request.alpha),
    )
    verdict = verdict_of(judge.specs, best, evaluator, found.is_exact)
    if judge.specs:
        report.table(
            ("spec", "runs that meet it", "interval", "so"), spec_rows(judge.specs, best, evaluator, found.is_exact)
        )
        report.text("" if found.is_exact else "How often a spec holds is for `tsp yield` to tell: these are few runs.")
    report.commands({"A run of it": evaluator.command(best.outcomes[0].identity)})
    report.section("Search and race")
    report.list(course(found, judge))
    tables: dict[str, Any] = {"designs": table_of(design_rows(found.history, judge))}
    pictures = {"history": history_picture(found.history, judge), "slices": slices_picture(found.history, judge)}
    if judge.n_goals > 1:
        tables["front"] = front_table(judge, found, evaluator.request.alpha)
        pictures["front"] = front_picture(judge, found, chosen)
        report.section("Front")
        report.text(
            f"{len(found.confirmed)} designs that no other beat in all goals, on fresh seeds too; front.parquet has them all. The one above "
            "is the nearest to the best of each goal, each measured by its own spread over the front."
        )
        report.table(*front_cells(judge, found))
    files = {
        "best.toml": best_toml(best.settings),
        "journal.log": journal_of(evaluator, judge, found.history),
    }
    return Findings(verdict, table_of(best_rows(judge, found, chosen)), report, tables, pictures, files)


def chosen_of(judge: Judge, found: Found) -> int:
    """Return the place of the design that stands for all: of a front, the compromise among those that meet the specs."""
    if judge.n_goals == 1:
        return 0
    places = [place for place, one in enumerate(found.confirmed) if one.is_feasible]
    if not places:
        return min(range(len(found.confirmed)), key=lambda place: found.confirmed[place].violation)
    return places[compromise(np.array([found.confirmed[place].values for place in places]))]


def setting_rows(settings: Mapping[str, Value], default: Judgement | None) -> list[tuple[object, ...]]:
    nominal = default.settings if default else {}
    return [(name, shown(value), shown(nominal.get(name, ""))) for name, value in settings.items()]


def shown(value: Value) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def goal_rows(
    judge: Judge, found: Found, best: Judgement, statistic: Statistic, alpha: float
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    searched = next((one for one in found.history.tried if one.settings == best.settings), None)
    names = list(judge.goals) or ["share of runs that meet all specs"]
    for place, name in enumerate(names):
        sign = -1.0 if statistic == "yield" or judge.goals.get(name) == "maximise" else 1.0
        own = judge.costs(best)[place] if best.values else np.array([])
        before = sign * searched.values[place] if searched and searched.values else float("nan")
        value = sign * best.values[place] if best.values else float("nan")
        rows.append(
            (
                name,
                before,
                value,
                interval_text(*value_interval(own, sign, statistic, alpha)),
                *gain_cells(judge, found, best, place, sign, statistic, alpha),
            )
        )
    return rows


def value_interval(costs: Floats, sign: float, statistic: Statistic, alpha: float) -> tuple[float, float]:
    if not len(costs):
        return float("nan"), float("nan")
    if statistic == "yield":
        return clopper_pearson(int((costs == 0).sum()), len(costs), alpha)
    interval = order_statistics(costs, BAD_TAIL, alpha) if statistic == "q95" else student(costs, alpha)
    low, high = sorted((sign * interval[0], sign * interval[1]))
    return low, high


def gain_cells(
    judge: Judge, found: Found, best: Judgement, place: int, sign: float, statistic: Statistic, alpha: float
) -> tuple[object, object, object]:
    """Return the default's value, and the mean gain over it, seed by seed."""
    default = found.compared
    if default is None or not default.values or not best.values:
        return "", "", ""
    level = sign * default.values[place]
    if not default.is_feasible and not all(outcome.is_finished for outcome in default.outcomes):
        return level, "", ""
    own, other = judge.costs(best)[place], judge.costs(default)[place]
    if len(own) < 2 or len(own) != len(other):
        return level, "", ""
    if statistic == "q95":
        return level, sign * best.values[place] - level, ""
    gain = paired(sign * own, sign * other, alpha)
    return level, gain.mean, interval_text(*gain.interval)


def spec_rows(
    specs: Sequence[Spec], judged: Judgement, evaluator: Evaluator, is_exact: bool = False
) -> list[tuple[object, ...]]:
    """Return in how many runs each spec is met, and what that says."""
    rows: list[tuple[object, ...]] = []
    for spec in specs:
        met, n = met_of(spec, judged, evaluator)
        low, high = clopper_pearson(met, n, evaluator.request.alpha)
        interval = f"[{percent_text(low)}, {percent_text(high)}]" if spec.over == "share" and not is_exact else ""
        rows.append((str(spec), f"{met} of {n}", interval, spec_verdict(spec, judged, evaluator, is_exact)))
    return rows


def met_of(spec: Spec, judged: Judgement, evaluator: Evaluator) -> tuple[int, int]:
    margins = [evaluator.margins.of(spec, outcome.metrics) for outcome in judged.outcomes]
    return sum(margin >= 0 for margin in margins), len(margins)


def spec_verdict(spec: Spec, judged: Judgement, evaluator: Evaluator, is_exact: bool) -> Verdict:
    if spec.over != "share":
        return "holds" if judged.is_feasible else "fails"
    met, n = met_of(spec, judged, evaluator)
    if is_exact:
        return "holds" if met == n else "fails"
    low, high = clopper_pearson(met, n, evaluator.request.alpha)
    return "holds" if low >= spec.in_share else "fails" if high < spec.in_share else "undecided"


def verdict_of(specs: Sequence[Spec], judged: Judgement, evaluator: Evaluator, is_exact: bool = False) -> Verdict:
    """Return what the confirmation says of all specs together."""
    found = [spec_verdict(spec, judged, evaluator, is_exact) for spec in specs]
    if not found:
        return "done"
    return "fails" if "fails" in found else "undecided" if "undecided" in found else "holds"


def course(found: Found, judge: Judge) -> list[str]:
    history = found.history
    end = "gained nothing any more" if history.is_exhausted else "spent its part of the budget"
    points = [
        f"The search tried {len(history.tried)} designs in {len(history.scores)} blocks, and {end}; "
        f"{len(history.feasible)} of them meet the specs."
    ]
    for number, one in enumerate(found.race.rounds, start=1):
        points.append(f"Round {number} of the race, {one.seeds} fresh seeds: {len(one.left)} left.")
    if judge.n_goals == 1 and len(found.race.left) > 1:
        points.append(f"{len(found.race.left)} designs could not be told apart; the best of them was taken.")
    return points


def design_rows(history: History, judge: Judge) -> list[dict[str, Any]]:
    """Return a row for each design that was tried."""
    names = list(judge.goals) or ["yield"]
    rows = []
    for number, (one, block) in enumerate(zip(history.tried, history.blocks, strict=True)):
        values = one.values or (float("nan"),) * len(names)
        goals = {f"goal {name}": sign_of(judge, name) * value for name, value in zip(names, values, strict=True)}
        rows.append(
            {
                "design": number,
                "block": block,
                **one.settings,
                **goals,
                "violation": one.violation,
                "feasible": one.is_feasible,
            }
        )
    return rows


def sign_of(judge: Judge, name: str) -> float:
    return 1.0 if judge.goals.get(name) == "minimise" else -1.0


def best_rows(judge: Judge, found: Found, chosen: int) -> list[dict[str, Any]]:
    return [
        {
            "chosen": place == chosen,
            **one.settings,
            **{
                name: sign_of(judge, name) * value
                for name, value in zip(judge.goals or ["yield"], one.values or (), strict=False)
            },
            "seeds": len(one.outcomes),
            "violation": one.violation,
            "feasible": one.is_feasible,
        }
        for place, one in enumerate(found.confirmed)
    ]


def front_table(judge: Judge, found: Found, alpha: float) -> pa.Table:
    rows = []
    for one in found.confirmed:
        row: dict[str, Any] = dict(one.settings)
        for name, value, costs in zip(
            judge.goals, one.values or (), judge.costs(one) if one.values else (), strict=False
        ):
            sign = sign_of(judge, name)
            low, high = value_interval(costs, sign, "mean", alpha)
            row |= {name: sign * value, f"{name}_low": low, f"{name}_high": high}
        rows.append({**row, "violation": one.violation, "feasible": one.is_feasible})
    return table_of(rows)


def front_cells(judge: Judge, found: Found) -> tuple[Sequence[str], list[tuple[object, ...]]]:
    header = (*judge.goals, *judge.box.names)
    shown_ones = found.confirmed if len(found.confirmed) <= 12 else found.confirmed[:: len(found.confirmed) // 12 + 1]
    rows: list[tuple[object, ...]] = [
        (
            *(
                number_text(sign_of(judge, name) * value)
                for name, value in zip(judge.goals, one.values or (), strict=False)
            ),
            *(shown(value) for value in one.settings.values()),
        )
        for one in shown_ones
    ]
    return header, rows


def best_toml(settings: Mapping[str, Value]) -> bytes:
    """Return a design as TOML, in the words of `--set`."""
    lines = [f"{json.dumps(name)} = {json.dumps(value)}" for name, value in settings.items()]
    return ("# The best design: the words that --set takes.\n" + "\n".join(lines) + "\n").encode()
