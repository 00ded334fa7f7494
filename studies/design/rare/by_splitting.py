"""Repetitions of splitting, side by side: each round of all of them is one block of runs."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.studies.design.draws import Seeds, child_seed
from tokenspice.studies.design.evaluator import BudgetSpent, Evaluator, Outcome
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.rare.climbing import kept_climb
from tokenspice.studies.design.rare.splitting import Asked, Path, Split, split

__all__ = ["Splitting"]

Repetition: TypeAlias = Generator[list[Asked[Identity]], list[Path[Identity]], Split[Identity]]


@final
@dataclass
class Splitting:
    """Does repetitions.

    Args:
        evaluator: makes the runs, and keeps their climbs.
        fails: whether a run's metrics are a failure.
        particles: runs that each repetition begins with.
        last_tick: at and after which nothing can branch; None where any tick can.
    """

    evaluator: Evaluator
    fails: Callable[[Mapping[str, float]], bool]
    particles: int
    last_tick: int | None = None

    def repetitions(self, first: int, n: int) -> dict[int, Split[Identity]]:
        """Do the repetitions `first`, `first` + 1, …; those that the budget does not suffice for are left out.

        Raises:
            StudyError: a run fails by an error, or the scores lead nowhere.
        """
        done: dict[int, Split[Identity]] = {}
        starts = {number: self._start(number) for number in range(first, first + n)}
        begun = self._asked_of(starts)
        going = {number: split(paths, self._rng(number)) for number, paths in begun.items()}
        asked: dict[int, list[Asked[Identity]]] = {}
        for number, repetition in list(going.items()):
            self._advance(number, repetition, None, going, asked, done)
        salts = dict.fromkeys(starts, 0)
        while asked:
            blocks = {number: self._children(number, questions, salts) for number, questions in asked.items()}
            answers = self._asked_of(blocks)
            asked = {}
            for number, paths in answers.items():
                self._advance(number, going[number], paths, going, asked, done)
        return done

    def _advance(
        self,
        number: int,
        repetition: Repetition,
        paths: list[Path[Identity]] | None,
        going: dict[int, Repetition],
        asked: dict[int, list[Asked[Identity]]],
        done: dict[int, Split[Identity]],
    ) -> None:
        try:
            asked[number] = next(repetition) if paths is None else repetition.send(paths)
        except StopIteration as ended:
            done[number] = ended.value
            del going[number]

    def _start(self, number: int) -> list[Identity]:
        seeds = Seeds(self.evaluator.request.seed, f"rare/{number}").first(self.particles)
        return [self.evaluator.identity(seed) for seed in seeds]

    def _rng(self, number: int) -> np.random.Generator:
        seed = child_seed(self.evaluator.request.seed, f"rare/survivors/{number}")
        return np.random.default_rng(np.random.SeedSequence(seed))

    def _children(self, number: int, asked: Sequence[Asked[Identity]], salts: dict[int, int]) -> list[Identity]:
        """Return the runs that are asked for; what has nothing left to draw is its parent again."""
        children = []
        for one in asked:
            salts[number] += 1
            earlier = tuple(branch for branch in one.parent.branches if branch[0] < one.tick)
            is_over = self.last_tick is not None and one.tick >= self.last_tick
            branches = one.parent.branches if is_over else (*earlier, (one.tick, salts[number]))
            children.append(replace(one.parent, branches=branches))
        return children

    def _asked_of(self, blocks: dict[int, list[Identity]]) -> dict[int, list[Path[Identity]]]:
        """Make the runs of all repetitions; where they are too many, the last repetition is given up."""
        left = dict(blocks)
        while left:
            block = [identity for identities in left.values() for identity in identities]
            try:
                outcomes = iter(self.evaluator.evaluate(block))
            except BudgetSpent:
                left.popitem()
                continue
            return {number: [self._path(next(outcomes)) for _ in identities] for number, identities in left.items()}
        return {}

    def _path(self, outcome: Outcome) -> Path[Identity]:
        if outcome.failure or outcome.infeasible:
            raise StudyError(
                f"a run failed, and splitting cannot go on from it: {outcome.failure or outcome.infeasible} The run: "
                f"{self.evaluator.command(outcome.identity)}"
            )
        return Path(outcome.identity, kept_climb(outcome.extra), self.fails(outcome.metrics))
