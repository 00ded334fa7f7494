"""What votes decide."""

import pytest

from tests.markets.exchange.cases import cases
from tokenspice.markets.exchange.governance.votes import Outcome, Tally, Thresholds, Votes, decided
from tokenspice.markets.exchange.numbers import factor

GIVEN = cases()["GOV-1"]["given"]
NEEDED = Thresholds(factor(GIVEN["required_participation"]), factor(GIVEN["required_majority"]))


@pytest.mark.parametrize(
    ("event", "expected"), list(zip(cases()["GOV-1"]["events"], cases()["GOV-1"]["expect"], strict=True))
)
def test_gov_1_the_last_vote_of_each_counts_by_its_weight(
    event: dict[str, list[tuple[str, int, str]]], expected: str
) -> None:
    votes = Votes()
    for party, _, choice in event["votes"]:
        votes.vote(party, choice == "yes")
    weights = {party: weight for party, weight, _ in event["votes"]}
    outcome = votes.tally(weights, GIVEN["supply"]).outcome(NEEDED)

    assert ("passed" if outcome is Outcome.PASSED else "rejected") == expected


def test_a_vote_at_the_threshold_passes() -> None:
    half = Thresholds(factor("0.1"), factor("0.5"))

    assert Tally(50, 50, 1000).outcome(half) is Outcome.PASSED
    assert Tally(49, 50, 990).outcome(half) is Outcome.TOO_LITTLE
    assert Tally(99, 0, 1000).outcome(half) is Outcome.TOO_FEW


def test_without_a_vote_nothing_passes() -> None:
    assert Tally(0, 0, 0).outcome(Thresholds(0, 0)) is Outcome.TOO_FEW


@pytest.mark.parametrize(
    ("tokens", "providers", "outcome"),
    [
        (Outcome.PASSED, Outcome.TOO_LITTLE, Outcome.PASSED),
        (Outcome.TOO_LITTLE, Outcome.PASSED, Outcome.TOO_LITTLE),
        (Outcome.TOO_FEW, Outcome.PASSED, Outcome.PASSED),
        (Outcome.TOO_FEW, Outcome.TOO_FEW, Outcome.TOO_FEW),
        (Outcome.TOO_FEW, None, Outcome.TOO_FEW),
    ],
)
def test_providers_decide_where_too_few_token_holders_voted(
    tokens: Outcome, providers: Outcome | None, outcome: Outcome
) -> None:
    assert decided(tokens, providers) is outcome
