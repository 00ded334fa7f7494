"""The evaluator: a tool asks for runs, and gets their metrics. What was run once, the ledger answers."""

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, final

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Study
from tokenspice.engine.variables import Value
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.design.draws import Seeds, random_settings
from tokenspice.studies.design.folder import StudyFolder
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.keeper import Keeper
from tokenspice.studies.design.ledger import Entry
from tokenspice.studies.design.margins import Margins
from tokenspice.studies.design.request import Request
from tokenspice.studies.design.rows import read_rows
from tokenspice.studies.design.runner import Runner
from tokenspice.studies.design.space import Box, Cloud
from tokenspice.studies.design.subject import Candidate

__all__ = ["BudgetSpent", "Evaluator", "Outcome"]


class BudgetSpent(StudyError):
    """A tool asked for more runs than its budget has left. None of them has run."""

    word = "budget-spent"


@final
@dataclass(frozen=True)
class Outcome:
    """What came of a run.

    Attributes:
        identity: which run.
        metrics: by name; empty if it failed, or could not be run.
        failure: why it failed.
        infeasible: why its parameters cannot be run at all; that costs no run.
        rows_file: where its rows are, if they are kept.
        extra: what a tool keeps of a run besides.
    """

    identity: Identity
    metrics: Mapping[str, float]
    failure: str | None = None
    infeasible: str | None = None
    rows_file: Path | None = None
    extra: Mapping[str, Any] | None = None

    @property
    def is_finished(self) -> bool:
        return self.failure is None and self.infeasible is None

    @property
    def rows(self) -> Mapping[str, Any] | None:
        """What it logged, column by column; None where nobody keeps it."""
        return read_rows(self.rows_file) if self.rows_file else None


@final
class Evaluator:
    """Answers with metrics. Use it in a `with` block, which lets go of the folder and of the workers.

    Attributes:
        study: what is asked.
        request: how.
        budget: how many different runs may be asked for.
        runs_made: how many have run by now; the others were known.
        seeds: s_0, s_1, …, those of `tsp batch`.
        cloud: the random variables.
        margins: of the specs.
        pilot: the key of the pilot run.
        pilot_seconds: that it took, in all and until its first tick; 0 where the ledger knew it.
        warnings: what the report must say of the study.
    """

    def __init__(
        self,
        candidate: Candidate,
        study: Study,
        request: Request,
        folder: StudyFolder,
        budget: int,
        workers: Workers,
        keeper: Keeper | None = None,
    ) -> None:
        self.study = study
        self.request = request
        self.budget = budget
        self.candidate = candidate
        self.folder = folder
        self.seeds = Seeds(request.seed)
        self.cloud = Cloud(study.random, study.correlations, candidate.types, candidate.folder)
        self.margins = Margins(study.specs)
        self.pilot = b""
        self.pilot_seconds = (0.0, 0.0)
        self.warnings = candidate.warnings(study)
        self._asked: dict[bytes, Identity] = {}
        self._runner = Runner(candidate, study.metrics, request, folder, workers, keeper)
        self._runner.budget = budget

    def __enter__(self) -> "Evaluator":
        self._runner.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.end()

    @property
    def runs_made(self) -> int:
        return self._runner.runs_made

    @property
    def runs_asked(self) -> int:
        """How many different runs were asked for."""
        return len(self._asked)

    @property
    def left(self) -> int:
        """How many more runs the budget has."""
        return self.budget - len(self._asked)

    def box(self, *roles: str) -> Box:
        """Return the ranges and choices of some roles, "design" or "environment"."""
        variables = {name: one for role in roles for name, one in getattr(self.study, role).items()}
        return Box(variables, self.candidate.types)

    def nominal(self) -> dict[str, Value]:
        """Return the nominal values of all variables: the defaults, or of a function's, what lies in the middle."""
        middles = {**self.cloud.medians(), **self.box("design", "environment").middle()}
        return {name: self.candidate.defaults.get(name, middle) for name, middle in middles.items()}

    def identity(self, seed: int, *settings: Mapping[str, Value], draws: bool = True) -> Identity:
        """Return the run with a seed, its random variables drawn from that; later settings replace earlier ones.

        Raises:
            StudyError: a draw is out of its parameter's range.
        """
        values: dict[str, Value] = {}
        if draws and self.study.random:
            values |= random_settings(self.cloud, seed)
            self._check_drawn(values)
        for one in settings:
            values |= one
        return Identity(tuple(values.items()), seed)

    def run_pilot(self) -> None:
        """Make one run with nominal values, which says what there is to be asked; it is no run of the budget.

        Raises:
            StudyError: a column or a metric that is asked for is not there, or the run fails.
        """
        identity = self.candidate.canonical(self.identity(self.seeds[0], self.nominal(), draws=False))
        if refusal := self.candidate.refusal(identity):
            raise StudyError(f"the nominal values cannot be run: {refusal}")
        self.pilot = self.folder.key(identity)
        self._runner.run({self.pilot: identity}, pilot=True)
        self.pilot_seconds = self._runner.seconds
        entry = self.folder.ledger[self.pilot]
        if entry.failure:
            raise StudyError(f"a run with nominal values fails: {entry.failure} {self.command(identity)}")
        check_names(self.study, entry)

    def evaluate(self, identities: Sequence[Identity]) -> list[Outcome]:
        """Return what comes of some runs, in the order asked. What no ledger knows is run, all of it side by side.

        Raises:
            BudgetSpent: they are more than the budget has left. None of them has run.
            StudyError: a metric has no value; or a run failed and `crashed` is "stop"; or chance drew what cannot be run.
        """
        asked = [self.candidate.canonical(identity) for identity in identities]
        refusals = {one: self.candidate.refusal(one) for one in dict.fromkeys(asked)}
        for one, refusal in refusals.items():
            if refusal:
                self._check_refused(one, refusal)
        keys = {one: self.folder.key(one) for one, refusal in refusals.items() if refusal is None}
        new = {key: one for one, key in keys.items() if key not in self._asked}
        if len(new) > self.left:
            raise BudgetSpent(
                f"{len(new)} more runs are asked for, and {self.left} of {self.budget} are left. Write a larger budget."
            )
        self._asked |= new
        self._runner.run(new)
        outcomes = [self._outcome(one, keys.get(one), refusals[one]) for one in asked]
        check_means(self.study, outcomes)
        return outcomes

    def is_failure(self, outcome: Outcome) -> bool:
        """Whether a run does not meet all specs; one that failed does not."""
        return not self.margins.joint(outcome.metrics) >= 0

    def asked(self) -> Iterable[tuple[Identity, Entry]]:
        """Yield all runs that were asked for, and what came of them."""
        for key, identity in self._asked.items():
            yield identity, self.folder.ledger[key]

    def entry(self, identity: Identity) -> Entry:
        """Return what the ledger says of a run that was asked for."""
        return self.folder.ledger[self.folder.key(self.candidate.canonical(identity))]

    def keys(self) -> list[bytes]:
        """Return the keys of the runs that were asked for."""
        return list(self._asked)

    def command(self, identity: Identity) -> str:
        """Return what to type to repeat a run."""
        return self.candidate.command(self.candidate.canonical(identity))

    def _outcome(self, identity: Identity, key: bytes | None, refusal: str | None) -> Outcome:
        if key is None:
            return Outcome(identity, {}, infeasible=refusal)
        entry = self.folder.ledger[key]
        return Outcome(identity, entry.metrics, entry.failure, None, self.folder.rows_of(key), entry.extra)

    def _check_refused(self, identity: Identity, refusal: str) -> None:
        """Refuse to go on where the parameters could be run, but for what chance drew."""
        undrawn = tuple((name, value) for name, value in identity.settings if name not in self.study.random)
        nominal = dataclasses.replace(identity, settings=undrawn)
        if len(undrawn) < len(identity.settings) and self.candidate.refusal(nominal) is None:
            raise StudyError(f"chance drew what cannot be run: {refusal} Give a distribution within=(low, high).")

    def _check_drawn(self, values: Mapping[str, Value]) -> None:
        for name, value in values.items():
            if why := self.candidate.out_of_range(name, value):
                raise StudyError(f"{name} was drawn as {value}, but {why} Give its distribution within=(low, high).")


def check_means(study: Study, outcomes: Sequence[Outcome]) -> None:
    """Refuse the mean of what is infinite in some runs."""
    for spec in study.specs:
        if spec.over == "mean" and any(math.isinf(one.metrics.get(spec.metric, 0.0)) for one in outcomes):
            raise StudyError(
                f"{spec.metric} is infinite in some runs, so it has no mean. Use its share, or the Kaplan-Meier median."
            )


def check_names(study: Study, pilot: Entry) -> None:
    """Refuse what the pilot run did not log, or has no metric of."""
    for spec in study.specs:
        if spec.metric not in pilot.metrics:
            raise StudyError(f'a spec names the metric "{spec.metric}". There are: {", ".join(pilot.metrics)}.')
        if spec.nearness and pilot.columns and spec.nearness.column not in pilot.columns:
            raise StudyError(
                f'the nearness of {spec.metric} is the column "{spec.nearness.column}". '
                f"There are: {', '.join(pilot.columns)}."
            )
    for goal in study.goals:
        if goal not in pilot.metrics:
            raise StudyError(f'a goal names the metric "{goal}". There are: {", ".join(pilot.metrics)}.')
