"""Pictures of a yield: its interval as runs come in, a metric's histogram with the limit, and normal paper."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tokenspice.engine.study import Spec
from tokenspice.engine.units import Floats
from tokenspice.studies.design.charts import Draw, chart
from tokenspice.studies.plot.picture import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["histogram", "normal_paper", "share_chart"]

PAPER = (0.0001, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999)  # shares that the paper's axis names
MOST_BINS = 40


def share_chart(
    history: Sequence[tuple[int, Sequence[tuple[float, float]]]], labels: Sequence[str], required: Sequence[float]
) -> Draw:
    """Return the picture of the intervals of some yields, look by look.

    Args:
        history: the number of runs at each look, and the interval of each failure share.
    """

    def draw(axes: "Axes") -> None:
        n = [runs for runs, _ in history]
        for place, label in enumerate(labels):
            low, high = ([1 - intervals[place][side] for _, intervals in history] for side in (1, 0))
            color = f"C{place % 10}"
            axes.fill_between(n, low, high, alpha=0.25, color=color)
            axes.plot(n, low, color=color, label=plain(label), marker="." if len(n) < 40 else "")
            axes.plot(n, high, color=color, marker="." if len(n) < 40 else "")
            axes.axhline(required[place], color=color, linestyle="--")
        lowest = min(
            (1 - intervals[place][1] for _, intervals in history[len(history) // 4 :] for place in range(len(labels))),
            default=0,
        )
        axes.set_ylim(max(0.0, min(lowest, *required) - 0.02), 1.005)
        axes.legend(fontsize="small", loc="lower right")

    return chart(draw, "Share of runs that meet a spec; dashed: what is required", "runs", "interval of the yield")


def histogram(values: Mapping[str, Floats], spec: Spec, unit: str) -> Draw:
    """Return the picture of how a metric is spread, at each corner, with its limit."""

    def draw(axes: "Axes") -> None:
        together = np.concatenate(list(values.values()))
        bins = np.histogram_bin_edges(together, bins=min(MOST_BINS, max(8, int(np.sqrt(len(together))))))
        for corner, of_corner in values.items():
            axes.hist(of_corner, bins=bins.tolist(), alpha=0.6, label=plain(corner) if len(values) > 1 else None)
        axes.axvline(spec.limit, color="black", linestyle="--", label=plain(f"limit {spec.limit:g}"))
        axes.legend(fontsize="small")

    return chart(draw, f"{spec.metric} in all runs", f"{spec.metric} ({unit})" if unit else spec.metric, "runs")


def normal_paper(values: Mapping[str, Floats], spec: Spec, unit: str) -> Draw:
    """Return the picture on normal probability paper, where a normal distribution is a straight line."""

    def draw(axes: "Axes") -> None:
        from scipy.special import ndtri

        for corner, of_corner in values.items():
            n = len(of_corner)
            shares = (np.arange(1, n + 1) - 0.5) / n
            axes.plot(np.sort(of_corner), ndtri(shares), ".", label=plain(corner) if len(values) > 1 else None)
        axes.axvline(spec.limit, color="black", linestyle="--", label=plain(f"limit {spec.limit:g}"))
        most = max(len(one) for one in values.values())
        named = [share for share in PAPER if 0.2 / most < share < 1 - 0.2 / most]
        axes.set_yticks(ndtri(named), [f"{100 * share:g} %" for share in named])
        axes.legend(fontsize="small")

    x_label = f"{spec.metric} ({unit})" if unit else spec.metric
    return chart(draw, f"{spec.metric} on normal probability paper", x_label, "share of runs below")
