"""Pictures of a search: how it went, how its goal depends on each variable, and the front of two goals."""

from typing import TYPE_CHECKING

import numpy as np

from tokenspice.engine.variables import Choice
from tokenspice.studies.design.charts import Draw, chart
from tokenspice.studies.design.optimisation.history import History
from tokenspice.studies.design.optimisation.judge import Judge
from tokenspice.studies.plot.axes import scale_y
from tokenspice.studies.plot.picture import new_figure, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tokenspice.studies.design.optimisation.found import Found

__all__ = ["front_picture", "history_picture", "slices_picture"]


def goal_names(judge: Judge) -> list[str]:
    return list(judge.goals) or ["share of runs that meet all specs"]


def signs(judge: Judge) -> list[float]:
    return [1.0 if judge.goals.get(name) == "minimise" else -1.0 for name in goal_names(judge)]


def history_picture(history: History, judge: Judge) -> Draw:
    """Draw what each block brought."""

    def draw(axes: "Axes") -> None:
        scores = np.array(history.scores)
        found = np.array(
            [
                any(one.is_feasible for one, at in zip(history.tried, history.blocks, strict=True) if at <= block)
                for block in range(len(scores))
            ]
        )
        blocks = np.arange(1, len(scores) + 1)
        if found.any():
            several = history.tried[0].values is not None and len(history.tried[0].values) > 1
            label = "volume that the front rules" if several else "best value so far"
            axes.plot(
                blocks[found],
                scores[found] if several else -signs(judge)[0] * scores[found],
                drawstyle="steps-post",
                label=label,
            )
        if (~found).any():
            axes.plot(blocks[~found], -scores[~found], color="tab:red", linestyle="--", label="least violation so far")
        axes.legend(fontsize="small")

    several = judge.n_goals > 1
    label = "volume, or violation" if several else goal_names(judge)[0]
    return chart(draw, "What each block of the search brought", "block", label)


def slices_picture(history: History, judge: Judge) -> Draw:
    """Draw every design that was tried: the first goal over each variable."""

    def drawn() -> "Figure":
        from matplotlib.ticker import NullFormatter

        names = judge.box.names
        columns = min(len(names), 3)
        rows = -(-len(names) // columns)
        figure = new_figure(4.2 * columns, 3.4 * rows + 0.6)
        ended = [one for one in history.tried if one.values is not None]
        y = np.array([signs(judge)[0] * one.values[0] for one in ended if one.values is not None])
        good = np.array([one.is_feasible for one in ended], dtype=bool)
        for place, name in enumerate(names):
            axes = figure.add_subplot(rows, columns, place + 1)
            variable = judge.box.variables[name]
            if isinstance(variable, Choice):
                labels = [str(value) for value in variable.values]
                x = np.array([float(labels.index(str(one.settings[name]))) for one in ended])
                axes.set_xticks(range(len(labels)), labels)
            else:
                x = np.array([float(one.settings[name]) for one in ended])
                if variable.log:
                    axes.set_xscale("log")
                    axes.xaxis.set_minor_formatter(NullFormatter())  # which would run into each other
            axes.scatter(x[~good], y[~good], s=9, color="tab:red", alpha=0.5, label="violates a spec")
            axes.scatter(x[good], y[good], s=9, color="tab:blue", alpha=0.7, label="meets all")
            axes.set_xlabel(plain(name))
            axes.grid(alpha=0.3)
            scale_y(axes, "linear", y, goal_names(judge)[0])
            if place % columns:
                axes.set_ylabel("")
            if place == 0 and not good.all():
                axes.legend(fontsize="x-small")
        figure.suptitle(plain(f"Designs that were tried: {goal_names(judge)[0]} over each variable"))
        return figure

    return drawn


def front_picture(judge: Judge, found: "Found", chosen: int) -> Draw:
    """Draw the first two goals: all that was tried, and the front as it was confirmed."""
    (one, other), (sign, turned) = goal_names(judge)[:2], signs(judge)[:2]

    def draw(axes: "Axes") -> None:
        tried = [judged.values for judged in found.history.feasible if judged.values is not None]
        if tried:
            points = np.array(tried)
            axes.scatter(sign * points[:, 0], turned * points[:, 1], s=8, color="lightgray", label="tried")
        front = np.array([judged.values for judged in found.confirmed if judged.values is not None])
        order = np.argsort(front[:, 0])
        axes.plot(sign * front[order, 0], turned * front[order, 1], "o-", markersize=4, label="front, confirmed")
        best = found.confirmed[chosen].values
        if best is not None:
            axes.plot(
                [sign * best[0]], [turned * best[1]], "*", markersize=14, color="tab:red", label="nearest to both bests"
            )
        for values, factor, limit in ((front[:, 0], sign, axes.set_xlim), (front[:, 1], turned, axes.set_ylim)):
            pad = 0.6 * (float(np.ptp(values)) or 1.0)
            limit(*sorted((factor * (values.min() - 0.2 * pad), factor * (values.max() + pad))))
        axes.legend(fontsize="small")

    return chart(draw, f"{other} against {one}", one, other)
