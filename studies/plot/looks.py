"""Colours and dashes that all eyes can tell apart: those of Okabe and Ito."""

from typing import Any, NamedTuple

__all__ = ["LOOKS", "Look", "look"]

BLUE, VERMILION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
PURPLE, SKY, BLACK = "#CC79A7", "#56B4E9", "#000000"
SOLID, DASHED, DASH_DOT, DOTTED = "-", (0, (5, 1.8)), (0, (6, 1.8, 1.4, 1.8)), (0, (1.6, 1.4))


class Look(NamedTuple):
    """How a line is drawn; `dash` as matplotlib takes it."""

    colour: str
    dash: Any


# To those who see no green, blue and sky, vermilion and orange, green and purple are near each other; to those who see no
# red, blue, sky and purple. Among colours that are near, no dash comes twice.
LOOKS = (
    Look(BLUE, SOLID),
    Look(VERMILION, DASHED),
    Look(GREEN, DASH_DOT),
    Look(ORANGE, DOTTED),
    Look(PURPLE, DASHED),
    Look(SKY, DOTTED),
    Look(BLACK, SOLID),
    Look(BLUE, DASH_DOT),
    Look(VERMILION, SOLID),
    Look(GREEN, SOLID),
    Look(ORANGE, DASH_DOT),
    Look(BLACK, DASHED),
)


def look(number: int) -> Look:
    """Return how to draw a chart's line `number`, from 0; from the thirteenth on, looks come again."""
    return LOOKS[number % len(LOOKS)]
