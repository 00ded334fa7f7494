"""Do a netlist's invariants hold; and if not, what is the least run in which one fails?"""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias, Unpack, final

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Study
from tokenspice.studies.design.checking.chain_config import config_of
from tokenspice.studies.design.checking.culprit import with_culprit
from tokenspice.studies.design.checking.findings import CheckRuns, findings_of
from tokenspice.studies.design.checking.invariants import Violation
from tokenspice.studies.design.checking.keeper import ViolationKeeper, invariants_of, kept_violations
from tokenspice.studies.design.checking.shrink import Shrinker
from tokenspice.studies.design.draws import child_seed
from tokenspice.studies.design.evaluator import Evaluator, Outcome
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.opening import netlist_of, study_of
from tokenspice.studies.design.request import Common, Request
from tokenspice.studies.design.result import Result
from tokenspice.studies.design.tool import Findings, Plan, run_tool
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.run.simulate import begin

__all__ = ["check"]

Role: TypeAlias = Literal["design", "random", "environment"]

ROLES: tuple[Role, ...] = ("design", "random", "environment")
BLOCK = 8  # runs between two looks
SEARCHED = 100  # runs that are searched, unless a budget is given
MOST_SHRINKING = 200


def check(
    what: Netlist | Path,
    study: Study | None = None,
    *,
    over: Sequence[Role] = ("random", "environment"),
    invariants: Sequence[str] = (),
    most_shrinking: int = MOST_SHRINKING,
    **common: Unpack[Common],
) -> Result:
    """Search a run in which an invariant fails, and shrink it: fewer ticks, fewer agents, fewer parameters.

    The first run has the nominal values and those that are given. The others have other seeds, what chance draws for
    them, and points of the environment.

    Args:
        what: a netlist, or the path of one. Its `netlist_study` declares the invariants.
        study: the variables; the netlist's own unless given.
        over: the roles of variables that are varied.
        invariants: those that are watched; all unless given.
        most_shrinking: runs that shrinking may take.
        common: as of Request. The budget is of the search; shrinking takes its runs on top.

    Raises:
        TokenSpiceError: the study cannot be done; or an invariant fails before anybody has acted.
    """
    netlist = netlist_of(what)
    if not isinstance(netlist, Netlist):
        raise StudyError("only a netlist has agents and states to check. Give a netlist.")
    declared = invariants_of(netlist)
    names = tuple(invariants or declared)
    if unknown := [name for name in names if name not in declared]:
        raise StudyError(f'there is no invariant "{unknown[0]}". There are: {", ".join(declared)}.')
    if unknown := [role for role in over if role not in ROLES]:
        raise StudyError(f'over names "{unknown[0]}". Write roles of variables: {", ".join(ROLES)}.')
    asked = dataclasses.replace(study_of(netlist, study), metrics={}, specs=(), goals={})
    given = dict(common.pop("settings", {}))
    searched = common.get("budget") or SEARCHED
    common["budget"] = searched + most_shrinking
    options = {"over": list(over), "invariants": list(names), "most_shrinking": most_shrinking, "settings": given}

    def plan(asked_study: Study, request: Request) -> Plan:
        words = f"{searched} runs are searched, {BLOCK} at a time; shrinking takes {most_shrinking} more at most."
        return Plan(1, searched + most_shrinking, words)

    def ask(evaluator: Evaluator) -> Findings:
        checking = Check(evaluator, netlist, names, tuple(over), given, searched, most_shrinking)
        return findings_of(evaluator, netlist, checking.done())

    return run_tool(
        "check", netlist, asked, common, json.loads(json.dumps(options, default=str)), plan, ask, ViolationKeeper(names)
    )


@final
@dataclasses.dataclass(frozen=True)
class Check:
    """One check.

    Args:
        evaluator: makes the runs.
        netlist: what is checked.
        names: of the invariants.
        over: roles that are varied.
        given: settings of all runs, which shrinking may put back to their defaults.
        searched: runs that are searched.
        most_shrinking: runs on top.
    """

    evaluator: Evaluator
    netlist: Netlist
    names: tuple[str, ...]
    over: tuple[Role, ...]
    given: Mapping[str, Any]
    searched: int
    most_shrinking: int

    def done(self) -> CheckRuns:
        """Search, and shrink what was found."""
        outcomes: list[Outcome] = []
        identities = self._identities()
        for begin_at in range(0, self.searched, BLOCK):
            block = identities[begin_at : begin_at + BLOCK]
            outcomes += self.evaluator.evaluate(block)
            check_asked(outcomes)
            found = next((one for one in outcomes if kept_violations(one.extra)), None)
            if found is not None:
                return self._shrunk(outcomes, found)
        return CheckRuns(self.names, tuple(outcomes))

    def _identities(self) -> list[Identity]:
        evaluator = self.evaluator
        seeds = evaluator.seeds.first(self.searched)
        first = Identity(tuple(self.given.items()), evaluator.request.seed)
        box = evaluator.box(*(role for role in self.over if role != "random"))
        points = box.sobol(self.searched, child_seed(evaluator.request.seed, "check/points"))
        others = [
            evaluator.identity(seed, box.settings(point) if len(box) else {}, self.given, draws="random" in self.over)
            for seed, point in zip(seeds, points, strict=True)
        ]
        return [first, *others][: self.searched]

    def _shrunk(self, outcomes: Sequence[Outcome], found: Outcome) -> CheckRuns:
        violations = kept_violations(found.extra)
        first = min(violations.values(), key=lambda one: (one.tick, self.names.index(one.invariant)))
        first.check_begun()
        shrinker = Shrinker(
            lambda identity: self._violation(identity, first.invariant),
            self._agents(found.identity),
            self.evaluator.candidate.defaults,
            self.most_shrinking,
        )
        shrunk = shrinker.shrink(found.identity, first)
        shrunk = dataclasses.replace(shrunk, violation=self._seen(shrunk.identity, shrunk.violation))
        return CheckRuns(self.names, tuple(outcomes), found.identity, self._seen(found.identity, first), shrunk)

    def _violation(self, identity: Identity, invariant: str) -> Violation | None:
        return kept_violations(self.evaluator.evaluate([identity])[0].extra).get(invariant)

    def _seen(self, identity: Identity, violation: Violation) -> Violation:
        """Return a violation with who had just stepped."""
        invariant = invariants_of(self.netlist)[violation.invariant]
        ss = self.netlist.strategy({**identity.texts, "seed": str(identity.seed)})
        return with_culprit(violation, invariant, self.netlist, ss, config_of(self.evaluator), identity.variation)

    def _agents(self, identity: Identity) -> list[str]:
        ss = self.netlist.strategy({**identity.texts, "seed": str(identity.seed)})
        run = begin(self.netlist, ss, config_of(self.evaluator))
        run.close()
        return list(run.state.agents)


def check_asked(outcomes: Sequence[Outcome]) -> None:
    """Refuse invariants that cannot be asked; in a worker, that ends a run like any error.

    Raises:
        StudyError: there is one.
    """
    for outcome in outcomes:
        if outcome.failure and outcome.failure.startswith('the invariant "'):
            raise StudyError(outcome.failure)
