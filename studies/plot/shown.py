"""A matplotlib figure that a notebook shows by itself."""

import io
from typing import final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

__all__ = ["ShownFigure"]


@final
class ShownFigure(Figure):
    """An empty figure, of so many inches. It leaves pyplot's global state, and with it any window system, alone."""

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(self)

    def _repr_png_(self) -> bytes:
        content = io.BytesIO()
        self.savefig(content, format="png", dpi=90)
        return content.getvalue()
