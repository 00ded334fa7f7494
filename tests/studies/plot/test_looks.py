"""Lines can be told apart by those who see no green, no red, or no colours but dashes."""

import itertools

import numpy as np
import pytest

from tokenspice.engine.units import Floats
from tokenspice.studies.plot.looks import LOOKS, Look, look

# What is seen of linear red, green and blue: Machado, Oliveira and Fernandes (2009), severity 1.
SEEN = {
    "all": np.eye(3),
    "no green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "no red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}
XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]])
WHITE = np.array([0.95047, 1.0, 1.08883])
NEAR = 30.0  # in CIELAB: colours that are nearer look alike in a thin line


def lab(colour: str, eyes: str) -> Floats:
    """CIELAB, [3], of a colour as some eyes see it."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    t = XYZ @ np.clip(SEEN[eyes] @ linear, 0, 1) / WHITE
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one: Look, other: Look, eyes: str) -> float:
    return float(np.linalg.norm(lab(one.colour, eyes) - lab(other.colour, eyes)))


@pytest.mark.parametrize("eyes", SEEN)
def test_any_two_lines_differ_in_colour_or_in_dashes_for_all_eyes(eyes: str) -> None:
    for one, other in itertools.combinations(LOOKS, 2):
        near = difference(one, other, eyes) < NEAR
        assert not (near and one.dash == other.dash), (one, other)
        assert one.colour == other.colour or difference(one, other, eyes) > 15


def test_the_simulation_takes_red_and_green_for_alike_where_there_is_no_green() -> None:
    red, green = Look("#ff0000", "-"), Look("#7f7f00", "-")

    assert difference(red, green, "no green") < 0.6 * difference(red, green, "all")


def test_looks_come_again_after_the_last() -> None:
    assert [look(number) for number in range(len(LOOKS) + 1)] == [*LOOKS, LOOKS[0]]
