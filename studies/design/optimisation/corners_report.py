"""What the robust searches found: the design that holds at corners, and the design of least regret."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tokenspice.engine.variables import Value
from tokenspice.studies.design.charts import Draw, chart
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.fixed_statistics import clopper_pearson, student
from tokenspice.studies.design.optimisation.history import History
from tokenspice.studies.design.optimisation.judge import Judge
from tokenspice.studies.design.optimisation.regrets import Regrets, regrets_of
from tokenspice.studies.design.optimisation.report import best_toml, shown, verdict_of
from tokenspice.studies.design.optimisation.yields import Corner, Yield, share_asked
from tokenspice.studies.design.report import Report, interval_text, number_text, percent_text
from tokenspice.studies.design.run_table import table_of
from tokenspice.studies.design.tool import Findings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["report_corners", "report_regrets"]


def report_corners(
    evaluator: Evaluator, yields: Sequence[Yield], corners: Sequence[Corner], histories: Sequence[History]
) -> Findings:
    """Report the rounds; the last yield alone is the verdict."""
    last, alpha = yields[-1], evaluator.request.alpha
    specs = evaluator.study.specs
    failing = [spec for spec in specs if last.fails(spec)]
    report = Report("The best design that holds")
    if len(yields) == 1:
        report.text("**The budget sufficed for the yield of the default alone.** Write a larger one.")
    elif failing:
        report.text(
            f"**{', '.join(map(str, failing))}: the last yield is too low.** Write a larger budget, or a wider range."
        )
    names = list(last.settings)
    report.table(
        ("variable", "value", "default"), [(n, shown(last.settings[n]), shown(yields[0].settings[n])) for n in names]
    )
    report.section("Last yield")
    rows = []
    for spec in specs:
        met = last.met[str(spec)]
        low, high = clopper_pearson(met, last.n, alpha)
        rows.append(
            (
                str(spec),
                f"{met} of {last.n}",
                percent_text(met / last.n),
                f"[{percent_text(low)}, {percent_text(high)}]",
            )
        )
    report.table(("spec", "runs that meet it", "yield", "interval"), rows)
    report.text(
        "These seeds were in no search and in no other yield. A spec is taken to hold where its yield is at least what it "
        "asks for; where the interval reaches below that, `tsp yield --decide` at this design makes sure."
    )
    report.commands({"A run of it": evaluator.command(last.outcomes[0].identity)})
    report.section("Rounds")
    report.table(*round_cells(yields, histories))
    report.section("Corners")
    report.table(
        ("spec", "round", "seed", "margin where it was found"),
        [(str(one.spec), one.found, str(one.seed), one.margin) for one in corners],
    )
    table = table_of([round_row(number, one) for number, one in enumerate(yields)])
    corner_rows = [
        {"spec": str(one.spec), "round": one.found, "seed": one.seed, "margin": one.margin} for one in corners
    ]
    return Findings(
        "fails" if failing or len(yields) == 1 else "holds",
        table,
        report,
        {"corners": table_of(corner_rows)},
        {"yields": yields_picture(yields, evaluator)},
        {"best.toml": best_toml(last.settings)},
    )


def round_cells(
    yields: Sequence[Yield], histories: Sequence[History]
) -> tuple[Sequence[str], list[tuple[object, ...]]]:
    texts = list(yields[0].met)
    header = ("round", "designs tried", *yields[0].settings, *(f"yield of {text}" for text in texts))
    rows: list[tuple[object, ...]] = []
    for number, one in enumerate(yields):
        tried = len(histories[number - 1].tried) if number else 0
        met = [percent_text(one.met[text] / one.n) for text in texts]
        rows.append((number, tried, *(shown(value) for value in one.settings.values()), *met))
    return header, rows


def round_row(number: int, one: Yield) -> dict[str, Any]:
    return {"round": number, **one.settings, "n": one.n, **{f"met {text}": met for text, met in one.met.items()}}


def yields_picture(yields: Sequence[Yield], evaluator: Evaluator) -> Draw:
    def draw(axes: "Axes") -> None:
        rounds = np.arange(len(yields))
        for number, spec in enumerate(evaluator.study.specs):
            shares = np.array([one.met[str(spec)] / one.n for one in yields])
            ends = np.array([clopper_pearson(one.met[str(spec)], one.n, evaluator.request.alpha) for one in yields]).T
            whiskers = [np.maximum(shares - ends[0], 0), np.maximum(ends[1] - shares, 0)]
            axes.errorbar(rounds, shares, yerr=whiskers, fmt="o-", capsize=3, color=f"C{number}", label=str(spec))
            axes.axhline(share_asked(spec), color=f"C{number}", linestyle="--", linewidth=0.8)
        axes.set_xticks(rounds, ["default", *(f"round {number}" for number in rounds[1:])])
        axes.legend(fontsize="small", loc="best")

    return chart(draw, "Yield of each round's design, on seeds of its own", "", "share of runs that meet the spec")


def report_regrets(evaluator: Evaluator, judge: Judge, found: Regrets) -> Findings:
    """Report the design of least regret, and what it costs in each scenario."""
    (goal,) = judge.goals
    sign = 1.0 if judge.goals[goal] == "minimise" else -1.0
    settings = judge.box.settings(found.designs[found.chosen])
    searched = regrets_of(found.values)[found.chosen]
    report = Report("The design of least regret")
    report.text(
        f"Its greatest shortfall in {goal} to the best design of a scenario is {number_text(float(searched.max()))}, as the "
        f"search saw it among {len(found.designs)} designs; below on {found.confirmed.shape[1]} fresh seeds."
    )
    report.table(("variable", "value"), [(name, shown(value)) for name, value in settings.items()])
    rows = []
    for place, scenario in enumerate(found.scenarios):
        shortfall = found.confirmed[place]
        own = found.judged[place]
        rows.append(
            (
                words(scenario),
                sign * own.values[0] if own.values else float("nan"),
                float(shortfall.mean()),
                interval_text(*student(shortfall, evaluator.request.alpha)),
                words(judge.box.settings(found.designs[found.best[place]])),
            )
        )
    report.table(("scenario", goal, "regret", "interval", "best design there"), rows)
    report.text("A regret below 0 says that the best design of the search is, on fresh seeds, not better.")
    verdicts = [verdict_of(judge.specs, one, evaluator) for one in found.judged]
    if judge.specs:
        kept = [f"{words(one)}: {verdict}" for one, verdict in zip(found.scenarios, verdicts, strict=True)]
        report.section("Specs")
        report.list(kept)
    table = table_of(
        [
            {
                **scenario,
                "value": sign * found.values[found.chosen, place],
                "regret": float(found.confirmed[place].mean()),
            }
            for place, scenario in enumerate(found.scenarios)
        ]
    )
    designs = table_of(
        [
            {**judge.box.settings(point), "regret": float(regret), **values_by_scenario(found, place, sign)}
            for place, (point, regret) in enumerate(
                zip(found.designs, regrets_of(found.values).max(axis=1), strict=True)
            )
        ]
    )
    verdict = "fails" if "fails" in verdicts else "undecided" if "undecided" in verdicts else verdicts[0]
    files = {"best.toml": best_toml(settings)}
    return Findings(verdict, table, report, {"designs": designs}, {"regrets": regrets_picture(found, goal)}, files)


def values_by_scenario(found: Regrets, place: int, sign: float) -> dict[str, float]:
    return {words(scenario): float(sign * found.values[place, k]) for k, scenario in enumerate(found.scenarios)}


def words(settings: Mapping[str, Value]) -> str:
    return ", ".join(f"{name}={shown(value)}" for name, value in settings.items())


def regrets_picture(found: Regrets, goal: str) -> Draw:
    def draw(axes: "Axes") -> None:
        means = found.confirmed.mean(axis=1)
        halves = [(end[1] - end[0]) / 2 for end in (student(one) for one in found.confirmed)]
        places = np.arange(len(means))[::-1]
        axes.barh(places, means, xerr=np.nan_to_num(halves), capsize=3)
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_yticks(places, [words(one).replace(", ", "\n") for one in found.scenarios], fontsize="small")

    size = (8.0, 1.6 + 0.6 * len(found.scenarios))
    return chart(
        draw, f"Shortfall in {goal} to the best design of each scenario", "regret, mean and interval", "", size
    )
