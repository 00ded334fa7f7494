"""`ts.session`: a run that is stepped by hand."""

import pytest

import tokenspice as ts
from tests.studies.python.test_cells import PARTS
from tokenspice.engine import RunError


def test_a_session_stops_where_it_is_told_and_shows_what_is_there() -> None:
    with ts.session("simplepool", network="revm", pub_init_OCEAN=20_000) as s:
        s.run_until(day=1)

        assert s.tick == 24 and s.agents["pub1"].wallet.balance("OCEAN") > 0
        assert s.chain.w3.eth.block_number > 0
        assert repr(s) == "Session(simplepool, seed 0, tick 24 of 480, day 1)"
        assert "object at 0x" not in repr(s.agents) + repr(s.transactions) + repr(s.state)


def test_a_session_of_cells_goes_back_to_the_same_rows() -> None:
    with ts.session(PARTS, purse_USD=60) as s:
        s.step(6)
        rows = list(s.rows)
        s.rewind(2)
        s.step(4)

        assert s.rows == rows
        with pytest.raises(RunError, match="starts no chain"):
            s.chain  # noqa: B018
