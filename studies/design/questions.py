"""Questions to many runs: does a spec hold at a corner? Counted run by run, and answered as soon as it is clear."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, final

import numpy as np

from tokenspice.engine.study import Spec
from tokenspice.studies.design.fixed_statistics import clopper_pearson, holm, student
from tokenspice.studies.design.statistics import ShareSequence, mean_sequence

__all__ = ["Answer", "Question", "answers", "more_runs"]

Answer = Literal["holds", "fails", "undecided"]
MOST_RUNS = 10**9


@final
@dataclass
class Question:
    """A spec at a corner, or all specs together, and what the runs by now say.

    Attributes:
        spec: the limit; None for all specs together, which is a number and no question.
        corner: where.
        required: the share of runs that must meet it.
        alpha: how often the interval may miss.
        looks: whether the interval holds however often one looks; else it is for a fixed number of runs.
        failures: whether each run failed, in order.
        values: the metric in each run that has one.
    """

    spec: Spec | None
    corner: str
    required: float
    alpha: float
    looks: bool = True
    failures: list[bool] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    evidence: float = 0.0
    is_above: bool = False

    @property
    def n(self) -> int:
        return len(self.failures)

    @property
    def k(self) -> int:
        return sum(self.failures)

    @property
    def on_mean(self) -> bool:
        """Whether the limit is on the mean, not on each run."""
        return self.spec is not None and self.spec.over == "mean"

    @property
    def sequence(self) -> ShareSequence:
        return ShareSequence(self.alpha, min(max(1 - self.required, 1e-9), 0.5))

    def failure_interval(self) -> tuple[float, float]:
        """Return the interval of the share of runs that fail."""
        if not self.looks:
            return clopper_pearson(self.k, self.n, self.alpha) if self.n else (0.0, 1.0)
        return self.sequence.interval(self.k, self.n)

    def look(self) -> None:
        """Take note of how strongly the runs by now speak against the required share, and on which side."""
        if self.on_mean or not self.n:
            return
        failing = 1 - self.required
        now = self.sequence.evidence(self.k, self.n, failing) if self.looks else -math.log(self._exact_p(failing))
        if now > self.evidence or not self.looks:
            self.evidence, self.is_above = now, self.k / self.n < failing

    @property
    def p_value(self) -> float:
        """The least level at which the required share is refuted as the true one."""
        return min(1.0, math.exp(-self.evidence))

    def mean_answer(self, alpha: float) -> Answer:
        """Answer a question on a mean."""
        assert self.spec
        low, high = (mean_sequence if self.looks else student)(self.values, alpha)
        if math.isnan(low) or low < self.spec.limit < high:
            return "undecided"
        return "holds" if (low >= self.spec.limit) == (self.spec.at_least is not None) else "fails"

    def _exact_p(self, failing: float) -> float:
        from scipy.stats import binom

        tails = binom.cdf(self.k, self.n, failing), binom.sf(self.k - 1, self.n, failing)
        return max(min(1.0, 2 * float(min(tails))), 1e-300)


def answers(questions: Sequence[Question], alpha: float) -> list[Answer]:
    """Answer all questions, so that any answer is wrong at most as often as alpha: Holm's steps over their p-values.

    A question on a mean counts as one of them, at the level alpha / (number of questions).
    """
    asked = {str(place): one.p_value for place, one in enumerate(questions) if not one.on_mean}
    n_means = len(questions) - len(asked)
    refuted: Mapping[str, bool] = holm(asked, alpha * len(asked) / len(questions)) if asked else {}
    found: list[Answer] = []
    for place, one in enumerate(questions):
        if one.on_mean:
            found.append(one.mean_answer(alpha / (len(asked) + n_means)))
        elif not refuted[str(place)]:
            found.append("undecided")
        else:
            found.append("holds" if one.is_above else "fails")
    return found


def more_runs(question: Question, alpha: float) -> int | None:
    """Estimate how many more runs an answer would take, if the share stays what it is; None if nobody can tell."""
    if question.on_mean or not question.n:
        return None
    share, sequence = question.k / question.n, ShareSequence(alpha, question.sequence.expected)
    n = question.n
    while not sequence.excludes(round(share * n), n, 1 - question.required):
        n = math.ceil(n * 1.1)
        if n > MOST_RUNS:
            return None
    return max(n - question.n, 1)


def finite(values: Sequence[float]) -> bool:
    return bool(np.isfinite(np.asarray(values, float)).all())
