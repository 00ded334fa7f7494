from tokenspice.markets.exchange.calendar import Calendar


def test_what_is_due_comes_by_time_and_then_in_the_order_in_which_it_was_added() -> None:
    calendar: Calendar[str] = Calendar(lambda item, time: True)
    for time, item in ((5, "late"), (3, "first"), (3, "second"), (9, "never")):
        calendar.add(time, item)
    assert calendar.due(2) == []
    assert calendar.due(5) == ["first", "second", "late"]
    assert calendar.next_time() == 9


def test_what_ended_otherwise_or_got_another_time_is_passed_over() -> None:
    ends = {"moved": 7, "gone": 0}
    calendar: Calendar[str] = Calendar(lambda item, time: ends[item] == time)
    calendar.add(3, "moved")
    calendar.add(3, "gone")
    calendar.add(7, "moved")
    assert calendar.due(3) == []
    assert calendar.due(7) == ["moved"]


def test_it_does_not_grow_by_what_is_gone() -> None:
    alive: set[int] = set()
    calendar: Calendar[int] = Calendar(lambda item, time: item in alive)
    for item in range(10_000):
        alive = {item}
        calendar.add(10**6, item)
    assert len(calendar) <= 64
