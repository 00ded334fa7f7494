"""What a fit leaves: the posterior, a page, and pictures."""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.studies.design.bayes.fitted import NOT_IDENTIFIED, BestFit, Calibration, Fitted, Predicted
from tokenspice.studies.design.bayes.posterior import weighted_quantile
from tokenspice.studies.design.charts import Draw
from tokenspice.studies.design.fixed_statistics import student
from tokenspice.studies.design.identity import as_text
from tokenspice.studies.design.report import Report, interval_text, number_text, percent_text
from tokenspice.studies.design.tool import Findings
from tokenspice.studies.plot.picture import new_figure, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["findings"]

MISCALIBRATED = 0.05  # a p-value below, after Bonferroni, says that posteriors are too narrow, too wide, or off
SHOWN = 6  # variables, or columns, in a picture
BINS = 20
MEAN_AREA = 9.0  # of a point in a picture, in square points of type


def findings(fitted: Fitted | BestFit) -> Findings:
    """Return a posterior, or the nearest point, as tables, page and pictures."""
    if isinstance(fitted, BestFit):
        return Findings("done", best_table(fitted), best_page(fitted), {}, {}, {"best.toml": best_toml(fitted)})
    charts: dict[str, Draw] = {"posterior": partial(draw_pairs, fitted)}
    if fitted.predicted and fitted.predicted.data:
        charts["predicted"] = partial(draw_predicted, fitted.predicted)
    tables = {"posterior": posterior_table(fitted)}
    if fitted.calibration:
        tables["calibration"] = calibration_table(fitted)
    return Findings("done", summary_table(fitted), page_of(fitted), tables, charts)


def values_of(fitted: Fitted) -> dict[str, Any]:
    """Return the variables' values at each point of the posterior, by name."""
    settings = [fitted.prior.settings(point) for point in fitted.posterior.points]
    return {name: [one[name] for one in settings] for name in fitted.prior.names}


def numbers_of(values: list[Any]) -> Floats | None:
    """Return values as numbers, amounts too; None of a choice."""
    try:
        return np.array([np.nan if isinstance(value, bool) else float(value) for value in values])
    except ValueError:
        return None


def posterior_table(fitted: Fitted) -> Any:
    import pyarrow as pa

    columns = {"weight": pa.array(fitted.posterior.weights)}
    for name, values in values_of(fitted).items():
        numbers = numbers_of(values)
        columns[name] = pa.array(numbers if numbers is not None else [as_text(value) for value in values])
    return pa.table(columns)


def summary_rows(fitted: Fitted) -> list[dict[str, Any]]:
    """Return a row for each variable; a choice has no mean, but the value that has most weight."""
    rows = []
    posterior = fitted.posterior
    for place, (name, values) in enumerate(values_of(fitted).items()):
        numbers = numbers_of(values)
        row: dict[str, Any] = {"variable": name, "left": fitted.left(place), "mean": None, "sd": None}
        row |= {"q05": None, "q50": None, "q95": None, "likeliest": None}
        if numbers is not None and np.isfinite(numbers).all():
            row["mean"], row["sd"] = posterior.mean_and_sd(numbers)
            quantiles = {"q05": 0.05, "q50": 0.5, "q95": 0.95}
            row |= {key: weighted_quantile(numbers, posterior.weights, q) for key, q in quantiles.items()}
        else:
            texts = np.array([as_text(value) for value in values])
            row["likeliest"] = max(sorted(set(texts)), key=lambda text: float(posterior.weights[texts == text].sum()))
        rows.append(row)
    return rows


def summary_table(fitted: Fitted) -> Any:
    import pyarrow as pa

    rows = summary_rows(fitted)
    kinds = {"variable": pa.string(), "likeliest": pa.string()}
    return pa.table({name: pa.array([row[name] for row in rows], kinds.get(name, pa.float64())) for name in rows[0]})


def calibration_table(fitted: Fitted) -> Any:
    import pyarrow as pa

    assert fitted.calibration
    shares = fitted.calibration.shares
    return pa.table({name: pa.array(shares[:, place]) for place, name in enumerate(fitted.prior.names)})


def page_of(fitted: Fitted) -> Report:
    """Return the report of a posterior."""
    report = Report("Which parameters would have given this data")
    report.table(
        ["variable", "mean", "standard deviation", "5 %", "median", "95 %", "of the prior's variance left", ""],
        [
            [
                row["variable"],
                row["mean"],
                row["sd"],
                row["q05"],
                row["q50"],
                row["q95"],
                percent_text(row["left"]),
                remark_on(row),
            ]
            for row in summary_rows(fitted)
        ],
    )
    if fitted.not_identified:
        report.text(
            f"The data says next to nothing of {', '.join(fitted.not_identified)}: more than nine tenths of what was "
            "uncertain still is. Other metrics may say more."
        )
    add_predicted(report, fitted.predicted)
    add_calibration(report, fitted.calibration)
    report.section("How it was found")
    posterior = fitted.posterior
    size = number_text(float(round(posterior.effective_size)))
    report.text(
        f"{len(posterior.weights)} weighted points in posterior.parquet, worth {size} of equal weight. The distance is Σ((m − m_obs)/MAD)², "
        "MAD the median absolute deviation over the prior's runs; what distance remains in the last population is taken off by "
        "regression (Beaumont, Zhang & Balding 2002)."
    )
    names = list(fitted.observed)
    report.table(
        ["metric", "data", "mean of the last population's runs"],
        [
            [name, fitted.observed[name], float(posterior.weights @ posterior.metrics[:, i])]
            for i, name in enumerate(names)
        ],
    )
    report.table(
        ["population", "distance at most", "share accepted", "worth points of equal weight"],
        [
            [str(i), one.tolerance, percent_text(one.accepted), one.effective_size]
            for i, one in enumerate(posterior.populations, 1)
        ],
    )
    return report


def remark_on(row: dict[str, Any]) -> str:
    """Return what a variable's numbers do not say: of a choice, its likeliest value; and whether nothing was learnt."""
    likeliest = f"likeliest {row['likeliest']}" if row["likeliest"] else ""
    return ", ".join(filter(None, (likeliest, "**not identified**" if row["left"] > NOT_IDENTIFIED else "")))


def add_predicted(report: Report, predicted: Predicted | None) -> None:
    if predicted is None:
        report.text("The data has no column that runs have in the same rows, so no band is drawn beside it.")
        return
    n_runs = len(next(iter(predicted.runs.values())))
    report.table(
        ["column", "of the data's points in the 90 % band"],
        [[name, percent_text(predicted.inside(name))] for name in predicted.runs],
    )
    report.text(
        f"The bands are of {n_runs} runs of the posterior with fresh seeds; nine in ten points should lie inside."
    )


def add_calibration(report: Report, calibration: Calibration | None) -> None:
    if calibration is None:
        return
    report.section("Calibration")
    n = len(calibration.shares)
    report.table(["variable", "p-value"], [[name, p] for name, p in calibration.p_values.items()])
    wrong = [name for name, p in calibration.p_values.items() if not p >= MISCALIBRATED / len(calibration.p_values)]
    verdict = (
        f"**Do not trust the posterior of {', '.join(wrong)}.**" if wrong else "Nothing speaks against the posteriors."
    )
    report.text(
        f"{n} truths drawn from the prior, each fitted from a run of its own: their places in their posteriors are even "
        "if posteriors are right (Kolmogorov and Smirnov).",
        verdict,
        f"{calibration.left_out} truths could not be fitted." if calibration.left_out else "",
    )


def best_page(best: BestFit) -> Report:
    report = Report("The parameters whose runs are nearest to the data")
    report.table(["variable", "value"], [[name, as_text(value)] for name, value in best.settings.items()])
    low, high = student(best.confirmed)
    report.table(
        ["mean distance", ""],
        [
            ["with fresh seeds", f"{number_text(float(best.confirmed.mean()))} {interval_text(low, high)}"],
            ["the search's own, which is optimistic", number_text(best.found)],
        ],
    )
    report.table(
        ["metric", "data", "mean of its runs"],
        [[name, best.observed[name], best.metrics[name]] for name in best.observed],
    )
    report.text(
        "One point says nothing of how well it is known: for that, use the method abc. `best.toml` has the values."
    )
    return report


def best_table(best: BestFit) -> Any:
    import pyarrow as pa

    settings = best.settings
    return pa.table(
        {
            "variable": pa.array(list(settings), pa.string()),
            "value": pa.array([as_text(value) for value in settings.values()], pa.string()),
        }
    )


def best_toml(best: BestFit) -> bytes:
    import json

    lines = [f"{json.dumps(name)} = {json.dumps(as_text(value))}" for name, value in best.settings.items()]
    return ("# For --set, each.\n[set]\n" + "\n".join(lines) + "\n").encode()


def draw_pairs(fitted: Fitted) -> "Figure":
    """Draw each variable's weight beside the prior's, and each pair of variables."""
    names = fitted.prior.names[:SHOWN]
    posterior = fitted.posterior
    scores = fitted.prior.scores(posterior.points)
    figure = new_figure(2.6 * len(names) + 1.6, 2.4 * len(names) + 1.2)
    panels = figure.subplots(len(names), len(names), squeeze=False)
    x = np.linspace(-3.5, 3.5, 141)
    for row, below in enumerate(names):
        for column, name in enumerate(names):
            panel = panels[row][column]
            if row < column:
                panel.set_visible(False)
                continue
            if row == column:
                panel.hist(scores[:, row], BINS, weights=posterior.weights, density=True, label="posterior")
                panel.plot(x, np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi), color="grey", label="prior")
                panel.set_yticks([])
            else:
                size = MEAN_AREA * posterior.weights * len(posterior.weights)
                panel.scatter(scores[:, column], scores[:, row], s=size, alpha=0.4, linewidths=0)
                panel.set_ylim(-3.5, 3.5)
            panel.set_xlim(-3.5, 3.5)
            if row == len(names) - 1:
                panel.set_xlabel(plain(name))
            if column == 0 and row > 0:
                panel.set_ylabel(plain(below))
    panels[0][0].legend(fontsize="x-small")
    figure.suptitle("Posterior, in standard deviations of the prior", fontsize="medium", wrap=True)
    return figure


def draw_predicted(predicted: Predicted) -> "Figure":
    """Draw the data over the bands of the posterior's runs."""
    names = list(predicted.runs)[:SHOWN]
    figure = new_figure(max(4.4 * min(len(names), 3), 6.0), 3.4 * -(-len(names) // 3) + 0.5)
    panels = np.atleast_1d(figure.subplots(-(-len(names) // 3), min(len(names), 3), squeeze=False)).ravel()
    for panel, name in zip(panels, names, strict=False):
        low, high = predicted.band(name)
        panel.fill_between(predicted.times, low, high, alpha=0.3, linewidth=0, label="90 % of runs")
        panel.plot(predicted.times, np.median(predicted.runs[name], axis=0), linewidth=1, label="median")
        panel.plot(predicted.times, predicted.data[name], "k.", markersize=3, label="data")
        panel.set_title(plain(f"{name}: {predicted.inside(name):.0%} inside"), fontsize="small")
        panel.set_xlabel(plain(predicted.clock))
        panel.grid(alpha=0.3)
    for panel in panels[len(names) :]:
        panel.set_visible(False)
    panels[0].legend(fontsize="x-small")
    return figure
