"""What is asked of rare failures: which failure, by which method, how well."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, final

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Falling, Rising, Spec, Study

__all__ = ["Asked", "Way", "asked_spec"]

Way: TypeAlias = Literal["auto", "splitting", "subset", "ce", "is"]

WAYS = ("auto", "splitting", "subset", "ce", "is")
LEAST_SIZE = 20


@final
@dataclass(frozen=True)
class Asked:
    """What is asked.

    Args:
        spec: whose failure; None for that of any spec.
        method: how.
        rel: half the interval as a share of the probability, at which it is enough.
        repeats: independent repetitions at a time.
        size: runs that a repetition begins with, or takes a step; None for the method's own number.
    """

    spec: Spec | None
    method: Way = "auto"
    rel: float = 0.3
    repeats: int = 10
    size: int | None = None

    def __post_init__(self) -> None:
        if self.method not in WAYS:
            raise StudyError(f'method = "{self.method}": write {", ".join(WAYS)}.')
        if self.repeats < 2:
            raise StudyError(f"repeats = {self.repeats}: an interval takes 2 repetitions or more. Write 10.")
        if not 0 < self.rel < 10:
            raise StudyError(f"rel = {self.rel}: write half the interval as a share of the probability, such as 0.3.")
        if self.size is not None and self.size < LEAST_SIZE:
            raise StudyError(f"size = {self.size}: write {LEAST_SIZE} runs or more.")
        if self.method == "splitting" and self.nearness is None:
            what = f"the spec of {self.spec.metric} declares none" if self.spec else "a joint failure has none"
            raise StudyError(
                f"splitting follows a nearness, and {what}. Write Spec(…, nearness=Rising(column)) or Falling(column), "
                "and name the spec."
            )

    @property
    def nearness(self) -> Rising | Falling | None:
        """Which column shows how near a failure is, if one does."""
        return self.spec.nearness if self.spec else None

    @property
    def least(self) -> int:
        """Runs without which nothing can be said."""
        return self.repeats * (self.size or 50)


def asked_spec(study: Study, metric: str | None) -> Spec | None:
    """Return the spec of a metric; where there is but one, that; None where a joint failure is asked for.

    Raises:
        StudyError: there is no spec, or none of that metric.
    """
    if not study.specs:
        raise StudyError("a failure is that of a spec. Name one: metric <= limit.")
    if metric is None:
        return study.specs[0] if len(study.specs) == 1 else None
    found = [spec for spec in study.specs if spec.metric == metric]
    if not found:
        raise StudyError(f'no spec is of "{metric}". They are of: {", ".join(spec.metric for spec in study.specs)}.')
    return found[0]
