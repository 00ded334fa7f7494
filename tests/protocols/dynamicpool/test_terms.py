"""A rule's terms, and their export: what does not belong together is refused."""

import pytest

from tokenspice.engine import WorldError
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.protocols.dynamicpool import ONE, RuleKind, RuleTerms, from_export
from tokenspice.protocols.dynamicpool.rule_numbers import NEEDED


@pytest.mark.parametrize(
    ("kind", "left_away", "added", "reason"),
    [
        ("DifferenceMomentum", "average_lambda", {}, "DifferenceMomentum lacks average_lambda"),
        ("DifferenceMomentum", "", {"width": ["1"]}, "DifferenceMomentum with width"),
        ("TripleThreat", "trend_lambda", {}, "TripleThreat lacks trend_lambda"),
        ("TripleThreat", "", {"mixing": ["1"]}, "TripleThreat with mixing"),
        ("Momentum", "", {"trend_lambda": ["1"]}, "Momentum with trend_lambda"),
        ("Momentum", "", {"lambada": ["1"]}, "Momentum with lambada"),
    ],
)
def test_an_export_with_too_little_or_too_much_is_refused(
    kind: str, left_away: str, added: dict[str, list[str]], reason: str
) -> None:
    parameters = {name: ["1"] for name in NEEDED[kind] if name != left_away} | added

    with pytest.raises(StrategyConfigError, match=reason):
        from_export({"tokens": ["BTC"], "rule": kind, "parameters": parameters})


def test_a_rule_without_such_a_gradient_is_not_told_what_it_is_relative_to() -> None:
    kinds: tuple[RuleKind, ...] = ("TripleThreat", "DifferenceMomentum", "MinVariance")
    for kind in kinds:
        with pytest.raises(WorldError, match=f"{kind} with raw_price"):
            RuleTerms(kind, (ONE,), raw_price=True)
