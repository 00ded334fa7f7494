"""Who goes first in a block, as laws that hold for whatever is submitted. Queues exist on revm alone."""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenspice.engine.units import HOUR
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.mempool import Pending
from tokenspice.web3engine.network import is_built
from tokenspice.web3engine.receipt import Receipt
from tokenspice.web3engine.rules import Ordering

pytestmark = pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Import what wallets import late: it raises the recursion limit, which hypothesis would blame on the test."""
    import eth_account  # noqa: F401


SUBMITTED = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=12)  # sender, tip


def executed(
    artifacts: Artifacts, ordering: Ordering, submitted: list[tuple[int, int]], seed: int = 0
) -> list[Pending]:
    """Submit transactions in this order, and return them in the order in which the block has them."""
    from tokenspice.web3engine.backends.revm import RevmBackend

    receipts: list[Receipt] = []
    chain = Chain(RevmBackend(seed), artifacts, seed, lambda each: receipts.append(each.receipt))
    probe = chain.deploy("Probe", 0)
    chain.ordering = ordering
    assert chain.mempool.ordering == ordering
    pending = [chain.wallet(f"w{sender}").submit(probe.store(tip), tip) for sender, tip in submitted]
    assert chain.mempool.queue == pending
    receipts.clear()
    chain.advance(HOUR)
    assert chain.mempool.queue == []
    return [next(one for one in pending if one.receipt is receipt) for receipt in receipts]


def by_sender(transactions: list[Pending]) -> dict[str, list[int]]:
    tips = defaultdict(list)
    for one in transactions:
        tips[one.sender].append(one.tip)
    return tips


@given(submitted=SUBMITTED)
@settings(max_examples=40, deadline=None)
def test_by_arrival_the_order_of_submission_is_kept(artifacts: Artifacts, submitted: list[tuple[int, int]]) -> None:
    order = executed(artifacts, "arrival", submitted)

    assert [one.tip for one in order] == [tip for _, tip in submitted]


@given(submitted=SUBMITTED)
@settings(max_examples=40, deadline=None)
def test_by_priority_nobody_waits_who_offers_more(artifacts: Artifacts, submitted: list[tuple[int, int]]) -> None:
    order = executed(artifacts, "priority", submitted)

    waiting = by_sender(order)
    for one in order:
        assert one.tip == max(tips[0] for tips in waiting.values() if tips)
        waiting[one.sender].pop(0)


@given(submitted=SUBMITTED, ordering=st.sampled_from(["arrival", "shuffle", "priority"]), seed=st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_in_any_order_all_are_there_and_a_senders_own_keep_theirs(
    artifacts: Artifacts, submitted: list[tuple[int, int]], ordering: Ordering, seed: int
) -> None:
    order = executed(artifacts, ordering, submitted, seed)

    sent = defaultdict(list)
    for sender, tip in submitted:
        sent[sender].append(tip)
    assert sorted(by_sender(order).values()) == sorted(sent.values())
    assert [one.tip for one in executed(artifacts, ordering, submitted, seed)] == [one.tip for one in order]


def test_a_tip_of_ten_goes_before_none_and_ones_own_second_after_ones_first(artifacts: Artifacts) -> None:
    order = executed(artifacts, "priority", [(1, 0), (0, 10), (0, 0)])

    assert order[0].tip == 10 and len(order) == 3


def test_by_a_shuffle_the_lone_one_is_as_likely_before_between_and_after_two(artifacts: Artifacts) -> None:
    places = [0, 0, 0]
    for seed in range(150):
        order = executed(artifacts, "shuffle", [(0, 1), (0, 2), (1, 3)], seed)
        places[[one.tip for one in order].index(3)] += 1

    # 50 each, give or take four standard deviations.
    assert all(abs(count - 50) < 4 * (150 * 2 / 9) ** 0.5 for count in places)
