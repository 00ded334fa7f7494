"""Runs what no ledger knows: in this process, or by a batch's workers; and enters it, run by run, as it ends."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import final

import cloudpickle

from tokenspice.engine.errors import StudyError, TokenSpiceError
from tokenspice.engine.metrics import Metric
from tokenspice.engine.sim_state import describe
from tokenspice.studies.batch.run_specs import Run
from tokenspice.studies.batch.worker_task import Outcome, Task
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.design.folder import StudyFolder
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.keeper import Keeper
from tokenspice.studies.design.ledger import Entry
from tokenspice.studies.design.request import Request
from tokenspice.studies.design.subject import Candidate
from tokenspice.studies.design.work import Found, FunctionWork, Questions

__all__ = ["Runner"]


@final
class Runner:
    """Makes runs.

    Attributes:
        runs_made: how many.
        seconds: that the last one took, in all and until its first tick.
        budget: how many there may be, for who watches.

    Args:
        candidate: what is run.
        metrics: what is asked of each run.
        request: what a run that fails is, and who watches.
        folder: whose ledger is added to.
        keeper: what a tool keeps of each run besides; then no run is taken from another folder, which may not have it.
        workers: who makes the runs; they are started when the first is needed. A function's are made in this process
            unless the request names workers.
    """

    def __init__(
        self,
        candidate: Candidate,
        metrics: Mapping[str, Metric],
        request: Request,
        folder: StudyFolder,
        workers: Workers,
        keeper: Keeper | None = None,
    ) -> None:
        self._candidate = candidate
        self._request = request
        self._folder = folder
        self._workers = workers
        self._work = candidate.work(Questions(metrics, folder.rows, keeper))
        self._metrics = metrics
        self._keeps = keeper is not None
        self._resources = ExitStack()
        self._numbers = 0
        self.seconds = (0.0, 0.0)
        self.runs_made = 0
        self.budget = 0

    def begin(self) -> None:
        self._scratch = self._folder.scratch or Path(
            self._resources.enter_context(TemporaryDirectory(prefix="tokenspice-"))
        )

    def end(self) -> None:
        self._resources.close()

    def run(self, identities: Mapping[bytes, Identity], pilot: bool = False) -> None:
        """Make the runs, by key, that the ledger has not.

        Raises:
            StudyError: a metric has no value; or a run failed, and that ends the study.
        """
        for key in identities:
            if key not in self._folder.ledger and not self._keeps:
                self._folder.take_from_others(key, self._metrics)
        todo = {key: one for key, one in identities.items() if key not in self._folder.ledger}
        for key, identity, found, failure, seconds in self._done(todo):
            self.runs_made += 1
            self.seconds = seconds, found.wiring
            command = self._candidate.command(identity)
            if found.wrong:
                raise StudyError(f"{found.wrong} The run: {command}")
            columns = found.columns if pilot else ()
            self._folder.enter(key, Entry(found.metrics, failure, columns, found.extra), seconds)
            if self._request.watch:
                self._request.watch(self.runs_made, self.budget)
        self._stop_at_failure(identities)

    def _done(self, todo: Mapping[bytes, Identity]) -> Iterator[tuple[bytes, Identity, Found, str | None, float]]:
        if not todo:
            return
        if isinstance(self._work, FunctionWork) and self._request.workers is None:
            yield from self._done_here(todo)
            return
        workers = self._workers
        if not workers.is_running:
            self._resources.enter_context(workers)
        runs: dict[int, bytes] = {}
        tasks: list[Task] = []
        for key, identity in todo.items():
            self._numbers += 1
            runs[self._numbers] = key
            run = Run(self._numbers, 0, identity.seed, {"identity": identity, "key": key.hex()}, {})
            tasks.append(Task(self._work, run, self._scratch, None, self._work.limits(workers.timeout)))
        for outcome in workers.do(tasks):
            key = runs[outcome.number]
            yield key, todo[key], found_of(outcome), outcome.error, outcome.seconds

    def _done_here(self, todo: Mapping[bytes, Identity]) -> Iterator[tuple[bytes, Identity, Found, str | None, float]]:
        for key, identity in todo.items():
            began = time.monotonic()
            found, failure = Found(), None
            try:
                found = self._work.do(identity, key.hex())
            except StudyError:
                raise
            except TokenSpiceError as error:
                failure = str(error)
            except Exception as error:  # the user's own function, one call of which must not end the others
                failure = describe(error)
            yield key, identity, found, failure, time.monotonic() - began

    def _stop_at_failure(self, identities: Mapping[bytes, Identity]) -> None:
        if self._request.crashed != "stop":
            return
        for key, identity in identities.items():
            if failure := self._folder.ledger[key].failure:
                raise StudyError(f"a run failed: {failure} The run: {self._candidate.command(identity)}")


def found_of(outcome: Outcome) -> Found:
    if outcome.error is not None:
        return Found()
    found: Found = cloudpickle.loads(outcome.result)
    return found
