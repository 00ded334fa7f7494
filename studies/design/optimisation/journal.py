"""Optuna's journal of a search, for its dashboard: `optuna-dashboard journal.log`."""

import datetime
import json
from collections.abc import Iterator
from typing import Any

from tokenspice.engine.variables import Choice
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.optimisation.history import History
from tokenspice.studies.design.optimisation.judge import Judge
from tokenspice.studies.design.optimisation.searches import quiet

__all__ = ["journal_of"]

WHEN = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)  # of all trials: the same study is the same bytes


def journal_of(evaluator: Evaluator, judge: Judge, history: History) -> bytes:
    """Return the journal's bytes, which depend on what was tried alone."""
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import BaseJournalBackend

    class Lines(BaseJournalBackend):
        """A journal in memory."""

        def __init__(self) -> None:
            self.lines: list[dict[str, Any]] = []

        def append_logs(self, logs: list[dict[str, Any]]) -> None:
            self.lines += logs

        def read_logs(self, log_number_from: int) -> Iterator[dict[str, Any]]:
            return iter(self.lines[log_number_from:])

    goals = dict(judge.goals) or {"yield": "maximise"}
    signs = [1.0 if goal == "minimise" else -1.0 for goal in goals.values()]
    distributions = {name: distribution(judge, name) for name in judge.box.names}
    journal = Lines()
    with quiet():
        study = optuna.create_study(
            study_name="optimise",
            storage=JournalStorage(journal),
            directions=["minimize" if sign > 0 else "maximize" for sign in signs],
        )
        study.set_metric_names(list(goals))
        for one in history.tried:
            ended = one.values is not None
            trial = optuna.trial.create_trial(
                state=optuna.trial.TrialState.COMPLETE if ended else optuna.trial.TrialState.FAIL,
                values=[sign * value for sign, value in zip(signs, one.values, strict=True)] if one.values else None,
                params={name: as_param(distributions[name], value) for name, value in one.settings.items()},
                distributions=distributions,
            )
            for number, violation in enumerate(one.violations):
                trial.set_constraint(str(number), violation)
            trial.datetime_start = WHEN
            trial.datetime_complete = WHEN
            study.add_trial(trial)
    return "".join(json.dumps(line | {"worker_id": "tsp"}) + "\n" for line in journal.lines).encode()


def distribution(judge: Judge, name: str) -> Any:
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    variable = judge.box.variables[name]
    if isinstance(variable, Choice):
        return CategoricalDistribution(list(variable.values))
    return FloatDistribution(float(variable.low), float(variable.high), log=variable.log)


def as_param(one: Any, value: Any) -> Any:
    from optuna.distributions import FloatDistribution

    if isinstance(one, FloatDistribution):
        return min(max(float(value), one.low), one.high)
    return value
