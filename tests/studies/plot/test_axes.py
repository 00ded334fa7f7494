"""Axes are read without a second look: plain numbers, one format, no change where there is none."""

import numpy as np
import pytest

from tokenspice.studies.plot.axes import scale_axes, tick_texts
from tokenspice.studies.plot.picture import new_figure


def labels(y: list[float], scale: str = "linear", unit: str = "USD") -> tuple[str, list[str]]:
    axes = new_figure(8, 5).add_subplot()
    axes.plot(range(len(y)), y)
    scale_axes(axes, "log" if scale == "log" else "linear", np.array(y), unit)
    return axes.get_ylabel(), [label.get_text() for label in axes.get_yticklabels()]


@pytest.mark.parametrize(
    ("ticks", "texts"),
    [
        ([0, 0.5, 1.0], ["0.0", "0.5", "1.0"]),
        ([-0.0, 1000, 25_000], ["0", "1,000", "25,000"]),
        ([10.91, 10.915], ["10.910", "10.915"]),
        ([0, 5e-13], ["0", r"$5\times10^{-13}$"]),
    ],
)
def test_ticks_have_as_many_decimals_as_the_finest_needs(ticks: list[float], texts: list[str]) -> None:
    assert tick_texts(ticks) == texts


def test_millions_go_to_the_unit() -> None:
    assert labels([0, 25e6])[0] == "USD, millions"
    assert labels([0, 2.5e6])[0] == "USD"
    assert labels([0, 25e9], unit="USD, millions")[0] == "USD, millions"


@pytest.mark.parametrize("value", [0.0, 1.0, -3.0, 5e5, 1e-9])
def test_a_constant_stands_on_an_axis_with_0_and_1(value: float) -> None:
    axes = new_figure(8, 5).add_subplot()
    axes.plot([value] * 3)

    scale_axes(axes, "linear", np.array([value, value * (1 + 1e-15)]), "USD")

    low, high = axes.get_ylim()
    assert low < min(0, value) and high > max(1, value)


def test_a_log_axis_of_less_than_a_decade_has_plain_numbers() -> None:
    assert labels([0.217, 0.248], "log") == ("USD", ["0.220", "0.225", "0.230", "0.235", "0.240", "0.245"])


def test_a_log_axis_of_some_decades_has_plain_numbers_and_one_of_many_has_powers() -> None:
    assert labels([0.01, 2000], "log")[1] == ["0.01", "0.1", "1", "10", "100", "1,000"]
    assert labels([1, 1e9], "log")[1][0].startswith("$10^")
