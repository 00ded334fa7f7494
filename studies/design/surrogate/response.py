"""A response that was learnt, and its file, surrogate.json: values and what was found; it is fitted again on loading."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, final

import numpy as np
import sklearn

from tokenspice.engine.errors import StudyError
from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Value
from tokenspice.files import read_file
from tokenspice.studies.design.surrogate.axes import Axis, as_columns, check_inside
from tokenspice.studies.design.surrogate.models import Kind
from tokenspice.studies.design.surrogate.validation import Trained, ceiling, folds_of, train

__all__ = ["Predicted", "Response", "Surrogate", "learn_response", "load_surrogate"]

FORMAT = 1
CHECKED = 5  # predictions that are kept, so that a model that was learnt again is known to be the same
MOST_BYTES = 1 << 30
SAME = 1e-6  # of the spread of the values


class Predicted(NamedTuple):
    """The mean over seeds at one point, and from where to where it lies with the confidence that was asked for."""

    mean: float
    low: float
    high: float


@final
@dataclass(frozen=True)
class Response:
    """One metric, as a function of the variables.

    Attributes:
        unit: of the metric.
        kind: of the model.
        x: the sets' columns [n_sets, n_columns].
        means: the metric of each set, over its seeds [n_sets].
        noise: the variance of each mean [n_sets].
        level: the standard error of what all means share, for their seeds are the same.
        n_seeds: of each set.
        seed: of the folds.
        trained: the model, and its errors.
    """

    unit: str
    kind: Kind
    x: Floats
    means: Floats
    noise: Floats
    level: float
    n_seeds: int
    seed: int
    trained: Trained

    @property
    def ceiling(self) -> float:
        """The Q² of a perfect model, given the noise of these means."""
        return ceiling(self.means, self.noise)

    @property
    def q2(self) -> float:
        return self.trained.validated.q2

    @property
    def rmse(self) -> float:
        return self.trained.validated.rmse

    @property
    def is_flat(self) -> bool:
        """Whether all sets have the same mean."""
        return float(np.ptp(self.means)) == 0.0

    def as_json(self) -> dict[str, Any]:
        return {
            "unit": self.unit,
            "model": self.kind,
            "parameters": self.trained.parameters,
            "q2": self.q2,
            "ceiling": self.ceiling,
            "rmse": self.rmse,
            "level": self.level,
            "n_seeds": self.n_seeds,
            "seed": self.seed,
            "x": self.x.tolist(),
            "means": self.means.tolist(),
            "noise": self.noise.tolist(),
            "predictions": self.trained.predict(self.x[:CHECKED]).tolist(),
        }


@final
@dataclass(frozen=True)
class Surrogate:
    """The responses of some metrics over one box."""

    axes: tuple[Axis, ...]
    responses: Mapping[str, Response]

    def predict(self, metric: str, settings: Mapping[str, Value], alpha: float = 0.1) -> Predicted:
        """Return a metric's mean over all seeds at some settings, and its interval of 1 − alpha.

        It is that of CV+ for the mean with the seeds of the sets, widened by Student's for the few seeds that these are.

        Raises:
            StudyError: there is no such metric, or the settings lie outside the box.
        """
        if metric not in self.responses:
            raise StudyError(f'no response of "{metric}" was learnt. There are: {", ".join(self.responses)}.')
        check_inside(self.axes, settings)
        columns = as_columns(self.axes, [settings])
        response = self.responses[metric]
        low, high = response.trained.interval(columns, alpha)
        wider = response.level * student_quantile(1 - alpha / 2, response.n_seeds - 1)
        return Predicted(float(response.trained.predict(columns)[0]), float(low[0]) - wider, float(high[0]) + wider)

    def as_bytes(self) -> bytes:
        """Return the content of surrogate.json."""
        axes = [{"name": a.name, "low": a.low, "high": a.high, "log": a.log, "choices": a.choices} for a in self.axes]
        responses = {name: response.as_json() for name, response in self.responses.items()}
        content = {"format": FORMAT, "scikit-learn": sklearn.__version__, "axes": axes, "responses": responses}
        return (json.dumps(content, indent=1) + "\n").encode()


def student_quantile(q: float, degrees: int) -> float:
    """Return a quantile of Student's distribution; 0 without a degree of freedom, where nobody knows."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, q)) if degrees > 0 else 0.0


def learn_response(
    kind: Kind,
    unit: str,
    x: Floats,
    means: Floats,
    noise: Floats,
    shared: tuple[float, int],
    seed: int,
    known: Sequence[Mapping[str, Any]] = (),
) -> Response:
    """Learn one metric.

    Args:
        kind: of the model.
        unit: of the metric.
        x: the sets' columns [n_sets, n_columns].
        means: the metric's mean of each set [n_sets].
        noise: the variance of each mean [n_sets].
        shared: the standard error of what all means share, and the number of seeds of each.
        seed: of the folds.
        known: what was found before for the same values.
    """
    trained = train(kind, x, means, noise, folds_of(len(means), seed), known)
    return Response(unit, kind, x, means, noise, *shared, seed, trained)


def load_surrogate(path: Path | str) -> Surrogate:
    """Read surrogate.json, learn its responses again, and check that they say what they said.

    Raises:
        StudyError: it is none, or what is learnt differs.
    """
    path = Path(path)
    try:
        content = json.loads(read_file(path, MOST_BYTES))
        axes = tuple(Axis(a["name"], a["low"], a["high"], a["log"], tuple(a["choices"])) for a in content["axes"])
        responses = {name: read_response(name, one) for name, one in content["responses"].items()}
        version = content["scikit-learn"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StudyError(f"{path} is no surrogate.json ({type(error).__name__}: {error}).") from error
    for name, one in content["responses"].items():
        found = responses[name].trained.predict(responses[name].x[:CHECKED])
        if not close(found, one["predictions"], responses[name].means):
            raise StudyError(
                f"{path}: the response of {name}, learnt again with scikit-learn {sklearn.__version__}, is not what it "
                f"was with {version}. Install that version, or sweep again."
            )
    return Surrogate(axes, responses)


def read_response(name: str, one: Mapping[str, Any]) -> Response:
    x, means, noise = (np.array(one[part], float) for part in ("x", "means", "noise"))
    if one["model"] not in ("gp", "boost") or not len(x) == len(means) == len(noise):
        raise ValueError(f"the response of {name} is not whole")
    shared = float(one["level"]), int(one["n_seeds"])
    return learn_response(one["model"], str(one["unit"]), x, means, noise, shared, int(one["seed"]), one["parameters"])


def close(found: Floats, expected: Sequence[float], means: Floats) -> bool:
    return len(found) == len(expected) and bool(
        np.allclose(found, np.array(expected, float), rtol=0.0, atol=SAME * (float(means.std()) or 1.0))
    )
