"""What a reviewer asks of every picture: whose it is, what it counts, and that nothing lies on its lines."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["faults_of_saved_pictures"]


def faults_of_saved_pictures(monkeypatch: pytest.MonkeyPatch, name: str) -> list[str]:
    """Return a list to which every picture that is saved adds what is wrong with it.

    Args:
        monkeypatch: takes the watching back.
        name: of the netlist.
    """
    found: list[str] = []
    save = Figure.savefig

    def save_and_look(figure: Figure, path: Path, *args: Any, **kwargs: Any) -> None:
        save(figure, path, *args, **kwargs)
        found.extend(f"{path.name}: {fault}" for fault in faults(figure, name))

    monkeypatch.setattr(Figure, "savefig", save_and_look)
    return found


def faults(figure: Figure, name: str) -> list[str]:
    (axes,) = figure.axes
    title, source = axes.get_title("left"), figure.get_supxlabel()
    found = []
    if not title or "LINEAR" in title or "(LOG" in title:
        found.append(f"the title is {title!r}")
    if not axes.get_ylabel() or title in axes.get_ylabel():
        found.append(f"the unit is {axes.get_ylabel()!r}")
    if not source.startswith(f"{name} · seed 0 · ") or "code " not in source:
        found.append(f"the source is {source!r}")
    if any(legend.get_window_extent().overlaps(axes.get_window_extent().padded(-2)) for legend in figure.legends):
        found.append("the legend lies on the axes")
    low, high = axes.get_ylim()
    if is_constant(axes) and not low <= 0 < 1 <= high:
        found.append(f"a constant is drawn from {low} to {high}")
    if len({len(text.partition(".")[2]) for text in tick_texts(axes)}) > 1 and axes.get_yscale() == "linear":
        found.append(f"the ticks are {tick_texts(axes)}")
    return found


def is_constant(axes: Axes) -> bool:
    y = np.concatenate([np.asarray(line.get_ydata(), float) for line in axes.get_lines()] or [np.array([])])
    y = y[np.isfinite(y)]
    return len(axes.collections) == 0 and len(y) > 0 and float(y.max()) == float(y.min())


def tick_texts(axes: Axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels() if "$" not in label.get_text()]
