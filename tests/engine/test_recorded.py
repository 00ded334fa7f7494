"""Names of recorded tables and their columns are checked before anything is written."""

from collections.abc import Mapping

import pytest

from tokenspice.engine.errors import WorldError
from tokenspice.engine.recorded import RecordedTable, checked_recorded_tables


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"Trades": RecordedTable({}, list)}, 'records a table "Trades"'),
        ({"data": RecordedTable({}, list)}, 'records a table "data"'),
        ({"../x": RecordedTable({}, list)}, "small letters"),
        ({"trades": RecordedTable({"tick": "int"}, list)}, 'has a column "tick"'),
        ({"trades": RecordedTable({"price": "number"}, list)}, 'of kind "number"'),  # type: ignore[dict-item]
    ],
)
def test_a_table_that_could_not_be_written_is_refused(tables: Mapping[str, RecordedTable], message: str) -> None:
    with pytest.raises(WorldError, match=message):
        checked_recorded_tables(tables)
