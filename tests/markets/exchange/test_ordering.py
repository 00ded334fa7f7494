from collections.abc import Sequence

from tokenspice.markets.exchange.ordering import ArrivalOrdering, Haste, OrderingRule, ProtocolOrdering, Transaction


def sent(name: str, haste: Haste, age: int = 0) -> Transaction:
    return Transaction(name, {}, haste, age)


def names(transactions: Sequence[Transaction]) -> list[str]:
    return [transaction.name for transaction in transactions]


BLOCK = [
    sent("old taker", Haste.AGGRESSIVE, 1),
    sent("taker", Haste.AGGRESSIVE),
    sent("transfer", Haste.PLAIN),
    sent("maker", Haste.POST_ONLY),
    sent("cancel 1", Haste.CANCEL),
    sent("cancel 2", Haste.CANCEL),
]


def test_cancels_come_first_then_post_only_orders_and_takers_wait_a_block() -> None:
    found = names(ProtocolOrdering().arrange(BLOCK, 1))
    assert found == ["cancel 1", "cancel 2", "maker", "transfer", "old taker"]


def test_takers_can_be_let_through_at_once() -> None:
    found = names(ProtocolOrdering().arrange(BLOCK, 0))
    assert found[-2:] == ["old taker", "taker"]


def test_first_come_first_served_changes_nothing() -> None:
    assert ArrivalOrdering().arrange(BLOCK, 1) == BLOCK


def test_an_ordering_of_ones_own_is_ten_lines() -> None:
    class LastFirst(OrderingRule):
        def arrange(self, waiting: Sequence[Transaction], delay: int) -> list[Transaction]:
            return list(reversed(waiting))

    assert names(LastFirst().arrange(BLOCK, 1))[0] == "cancel 2"
