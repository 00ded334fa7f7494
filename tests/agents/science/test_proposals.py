"""What is drawn, in which order, and how it is scored."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar, final

import pytest

from tests.agents.science.helpers import dice
from tokenspice.agents.science.dice import dice_by_name
from tokenspice.agents.science.projects import Projects
from tokenspice.agents.science.proposals import Draft, ProjectSetup, Proposal, ProposalContents, ProposalSetup
from tokenspice.agents.science.scores import Score
from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.units import tokens

T = TypeVar("T")


@final
class Recorder:
    """Dice that note what they are asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def random(self) -> float:
        self.asked.append("random")
        return 0.7

    def uniform(self, a: float, b: float, /) -> float:
        self.asked.append(f"uniform {a} {b}")
        return (a + b) / 2

    def randint(self, a: int, b: int, /) -> int:
        self.asked.append(f"{a}…{b}")
        return b

    def choice(self, options: Sequence[T], /) -> T:
        self.asked.append("choice")
        return options[0]


@pytest.mark.parametrize(
    ("contents", "asked"),
    [
        (ProposalContents(), ["10000…50000", "1…10"]),
        (ProposalContents(quality=True), ["10000…50000", "1…10", "random", "random"]),
        (ProposalContents(time=True, quality=True), ["10000…50000", "1…10", "5000…15000", "random", "random"]),
        (
            ProposalContents(time=True, quality=True, salary=True),
            ["10000…50000", "5000…15000", "choice", "1…10", "random", "random"],
        ),
    ],
)
def test_draws_come_in_the_original_order(contents: ProposalContents, asked: list[str]) -> None:
    recorder = Recorder()

    Draft(contents, ProposalSetup() if not contents.quality else ProjectSetup(), recorder)(1.0)

    assert recorder.asked == asked


def test_quality_stays_in_the_half_in_which_it_began() -> None:
    recorder = Recorder()
    draft = Draft(ProposalContents(quality=True), ProjectSetup(), recorder)

    proposals = [draft(1.0), draft(1.0)]

    assert [proposal.integration for proposal in proposals] == [0.7, 0.75]
    assert [proposal.impact for proposal in proposals] == [7.0, 7.5]


def test_a_salary_is_two_thousand_a_month_and_part_of_the_grant() -> None:
    proposal = Draft(ProposalContents(time=True, quality=True, salary=True), ProjectSetup(time=720), Recorder())(1.0)

    assert (proposal.salary, proposal.grant) == (tokens(2000), tokens(52_000))


def test_what_is_set_is_not_left_to_chance_and_shifts_no_other_draw() -> None:
    contents = ProposalContents(time=True, quality=True)
    free = Draft(contents, ProjectSetup(), dice())(1.0)
    fixed = Draft(contents, ProjectSetup(grant_requested=tokens(7), time=9), dice())(1.0)

    assert (fixed.grant, fixed.time) == (tokens(7), 9)
    assert (fixed.assets, fixed.integration, fixed.novelty) == (free.assets, free.integration, free.novelty)


def proposal(**values: float) -> Proposal:
    return Proposal(**({"grant": tokens(1000), "assets": 5, "knowledge_access": 2.0, "time": 10} | values))  # type: ignore[arg-type]


def test_a_score_is_the_cost_per_researcher_and_asset_over_what_else_counts() -> None:
    one = proposal(integration=0.5, novelty=0.5, impact=5.0)

    assert Score()(one) == 10
    assert Score("longer")(one) == 1
    assert Score("shorter")(one) == 100
    assert Score("longer", quality=True)(one) == 1 / 0.25 / 5
    assert Score("longer", continuing=0.6)(proposal(continuing=True)) == 0.6


def test_a_continued_project_names_the_one_before() -> None:
    projects = Projects()

    first = projects.begin("r", 0, proposal(continuing=True))
    second = projects.begin("r", 1, proposal(continuing=True))
    third = projects.begin("r", 2, proposal())

    assert [project.continues for project in (first, second, third)] == ["", "r_0", ""]
    assert projects.row()["total_rp"] == 3


def test_only_a_researcher_with_a_project_can_continue_one() -> None:
    draft = Draft(ProposalContents(time=True, quality=True, salary=True), ProjectSetup(), Recorder())

    assert not draft(1.0, may_continue=False).continuing
    assert draft(1.0, may_continue=True).continuing


def test_with_legacy_all_share_one_generator_of_pythons() -> None:
    shared, reference = dice_by_name(RandomStreams(1), 1, is_shared=True), Random(1)

    assert [shared("a").random(), shared("b").randint(1, 6)] == [reference.random(), reference.randint(1, 6)]


def test_by_default_one_agents_draws_do_not_shift_anothers() -> None:
    alone, together = (dice_by_name(RandomStreams(1), 1) for _ in range(2))
    together("b").random()

    assert alone("a").random() == together("a").random()
    assert {alone("a").randint(1, 3) for _ in range(50)} == {1, 2, 3}
