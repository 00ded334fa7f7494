"""model.json: all that a mimic knows. Numbers are plain, residuals are packed 32-bit floats; nothing is a pickle."""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import numpy as np

from tokenspice.engine.errors import NetlistError
from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Value
from tokenspice.files import read_file
from tokenspice.studies.design.mimicry.process import Process, from_json
from tokenspice.studies.design.mimicry.trajectories import Column, Trajectories
from tokenspice.studies.design.surrogate.axes import Axis

__all__ = ["MODEL", "Model", "read_model"]

FORMAT = 1
MODEL = "model.json"
MOST_BYTES = 1 << 32


@final
@dataclass(frozen=True)
class Model:
    """A mimic.

    Attributes:
        netlist: the path of what is mimicked.
        sources: the hashes of its files.
        axes: the box that it was learnt in.
        settings: the other parameters, as they were, by name.
        ticks: of the rows [n_rows].
        random: names of the axes that are random variables.
        trajectories: what was learnt.
    """

    netlist: Path
    sources: Mapping[str, str]
    axes: tuple[Axis, ...]
    settings: Mapping[str, Value]
    ticks: Floats
    random: tuple[str, ...]
    trajectories: Trajectories

    def as_bytes(self) -> bytes:
        """Return the file's content."""
        learnt = self.trajectories
        axes = [{"name": a.name, "low": a.low, "high": a.high, "log": a.log, "choices": a.choices} for a in self.axes]
        content = {
            "format": FORMAT,
            "netlist": str(self.netlist),
            "sources": dict(self.sources),
            "axes": axes,
            "random": list(self.random),
            "settings": dict(self.settings),
            "ticks": self.ticks.tolist(),
            "points": learnt.points.tolist(),
            "sets": learnt.sets.tolist(),
            "columns": {name: column_as_json(column) for name, column in learnt.columns.items()},
            "residuals": {name: packed(values) for name, values in learnt.residuals.items()},
        }
        return (json.dumps(content, indent=1) + "\n").encode()


def read_model(path: Path) -> Model:
    """Read a model.json.

    Raises:
        NetlistError: it is none.
    """
    try:
        content = json.loads(read_file(path, MOST_BYTES))
        if content["format"] != FORMAT:
            raise ValueError(f"its format is {content['format']}, and {FORMAT} is known")
        n_rows = len(content["ticks"])
        learnt = Trajectories(
            np.array(content["points"], float),
            {name: column_from_json(one) for name, one in content["columns"].items()},
            {name: unpacked(text, n_rows) for name, text in content["residuals"].items()},
            np.array(content["sets"], np.int64),
        )
        axes = tuple(Axis(a["name"], a["low"], a["high"], a["log"], tuple(a["choices"])) for a in content["axes"])
        where, ticks = Path(content["netlist"]), np.array(content["ticks"], float)
        random = tuple(content["random"])
        return Model(where, content["sources"], axes, content["settings"], ticks, random, learnt)
    except (OSError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise NetlistError(f"{path} is no model of a mimic ({type(error).__name__}: {error}).") from error


def column_as_json(column: Column) -> dict[str, Any]:
    return {
        "mean": column.mean.tolist(),
        "components": column.components.tolist(),
        "scores": [score.as_json() for score in column.scores],
        "spread": column.spread.as_json() if column.spread else None,
        "whole": column.whole,
        "from_zero": bool(np.isfinite(column.floor)),
        "empty": np.flatnonzero(column.empty).tolist(),
    }


def column_from_json(content: dict[str, Any]) -> Column:
    mean = np.array(content["mean"], float)
    components = np.array(content["components"], float).reshape(-1, len(mean))
    scores: tuple[Process, ...] = tuple(from_json(one) for one in content["scores"])
    spread = from_json(content["spread"]) if content["spread"] else None
    empty = np.zeros(len(mean))
    empty[content["empty"]] = 1.0
    floor = 0.0 if content["from_zero"] else -np.inf
    return Column(mean, components, scores, spread, bool(content["whole"]), floor, empty)


def packed(values: Floats) -> str:
    return base64.b64encode(zlib.compress(values.astype("<f4").tobytes(), 6)).decode()


def unpacked(text: str, n_rows: int) -> Floats:
    numbers = np.frombuffer(zlib.decompress(base64.b64decode(text, validate=True)), "<f4")
    return numbers.reshape(-1, n_rows).astype(float)
