"""Arrows are compared within one token."""

import re

import pytest

from tokenspice.engine.errors import RunError
from tokenspice.studies.show.drawing import as_dot
from tokenspice.studies.show.labels import signs
from tokenspice.studies.show.schematic import Edge, Node, Payment, Schematic, Sum
from tokenspice.studies.show.tokens import compared


def paid(tail: str, head: str, **amounts: int) -> Edge:
    return Edge(tail, head, paid=tuple(Payment(Sum(symbol, amount), 1) for symbol, amount in amounts.items()))


AGENTS = tuple(Node(name, name, "agent", "Agent") for name in "abc")
POOL = Node("pool", "pool", "contract", "Pool")
EDGES = (paid("a", "b", OCEAN=1000), paid("b", "c", OCEAN=500, shares=9), paid("c", "pool", shares=9))
SCHEMATIC = Schematic("x", "", (*AGENTS, POOL), EDGES)


def widths(schematic: Schematic) -> list[float]:
    return [float(width) for width in re.findall(r'penwidth="?([\d.]+)', as_dot(schematic))]


def test_all_payments_are_drawn_and_compared_by_the_token_that_most_arrows_carry() -> None:
    found = compared(Schematic("x", "", AGENTS + (POOL,), (*EDGES, paid("a", "c", OCEAN=0))))

    assert found.token == "OCEAN" and len(found.edges) == 4
    assert sorted(widths(found)) == [1.0, 1.0, 2.0, 3.0]
    meanings = [meaning for *_, meaning in signs(found)]
    assert "paid, in all (and in how many payments); the thicker, the more OCEAN" in meanings


def test_of_one_token_no_others_payments_are_drawn() -> None:
    found = compared(SCHEMATIC, "shares")

    assert [edge.tail for edge in found.edges] == ["b", "c"]
    assert {payment.total.symbol for edge in found.edges for payment in edge.paid} == {"shares"}
    assert widths(found) == [3.0, 3.0]


def test_a_contract_that_nothing_leads_to_any_more_is_left_out() -> None:
    assert [node.key for node in compared(SCHEMATIC, "OCEAN").nodes] == ["a", "b", "c"]


def test_a_token_that_nobody_paid_is_answered_with_those_that_were() -> None:
    with pytest.raises(RunError, match="nothing was paid in DAI. Write OCEAN, shares"):
        compared(SCHEMATIC, "DAI")
    with pytest.raises(RunError, match="Add --run N"):
        compared(Schematic("x", "", AGENTS, ()), "DAI")
