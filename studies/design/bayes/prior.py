"""Priors: what standard normal numbers mean, as values of a study's variables."""

from collections.abc import Mapping
from typing import Literal, Protocol, final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Value
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.space import Box, Cloud, normal_shares

__all__ = ["Prior", "Priors", "prior_of"]

Priors = Literal["random", "design"]


class Prior(Protocol):
    """What is known before the data: one standard normal number for each variable."""

    @property
    def names(self) -> list[str]:
        """The variables."""

    def settings(self, point: Floats) -> Mapping[str, Value]:
        """Return the values at independent standard normal numbers [n_variables]."""

    def scores(self, points: Floats) -> Floats:
        """Return each variable's own normal score at some points [n, n_variables]: its share of the prior, as a number."""


@final
class CloudPrior:
    """The study's random variables, with their correlations."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.names = cloud.names

    def settings(self, point: Floats) -> Mapping[str, Value]:
        return self._cloud.settings(point)

    def scores(self, points: Floats) -> Floats:
        return np.asarray(points @ self._cloud.factor.T)


@final
class BoxPrior:
    """The study's design variables, every value of a range as likely as another; on a logarithmic one, every factor."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self.names = box.names

    def settings(self, point: Floats) -> Mapping[str, Value]:
        return self._box.settings(normal_shares(np.asarray(point)))

    def scores(self, points: Floats) -> Floats:
        return points


def prior_of(evaluator: Evaluator, priors: Priors) -> Prior:
    """Return the prior.

    Raises:
        StudyError: the study has no such variables.
    """
    if priors not in ("random", "design"):
        raise StudyError(f'there are no priors "{priors}". Choose random or design.')
    if not getattr(evaluator.study, priors):
        raise StudyError(
            f"the study has no {priors} variable that could be fitted. Declare one, or choose other priors."
        )
    return CloudPrior(evaluator.cloud) if priors == "random" else BoxPrior(evaluator.box("design"))
