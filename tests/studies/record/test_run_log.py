"""What was logged is read back as the same numbers, at any moment of the run."""

import math
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenspice.engine.errors import NetlistError, RunError
from tokenspice.engine.log import LogRow, time_columns
from tokenspice.engine.units import DAY, YEAR
from tokenspice.studies.record.run_log import LogPosition, RunLog, format_number, read_log

REALS = st.one_of(st.floats(allow_nan=False), st.integers(-(2**53), 2**53))


@contextmanager
def file_size_limit(n_bytes: int) -> Iterator[None]:
    """Let no file grow beyond `n_bytes`, as if the disk were full."""
    resource = pytest.importorskip("resource", reason="this system cannot limit the size of files")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)


def written(path: Path, *rows: LogRow) -> Path:
    log = RunLog(path)
    for row in rows:
        log.write(row)
    log.close()
    return path


@settings(deadline=None)
@given(st.lists(st.tuples(REALS, REALS), min_size=1, max_size=10))
def test_numbers_are_read_back_exactly(pairs: list[tuple[float, float]]) -> None:
    with TemporaryDirectory() as folder:
        path = written(Path(folder) / "data.csv", *({"a": a, "b": b} for a, b in pairs))

        header, values = read_log(path)

    assert header == ["a", "b"]
    assert values.tolist() == [[float(a), float(b)] for a, b in pairs]


@given(st.floats(allow_nan=False))
def test_a_float_is_written_so_that_it_reads_the_same_to_the_bit(value: float) -> None:
    again = float(format_number("a", value))

    assert math.copysign(1.0, again) == math.copysign(1.0, value)
    assert again == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (10**30, "1" + "0" * 30),
        (3.0, "3.0"),
        (0.1, "0.1"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "nan"),
        (np.float64("nan"), "nan"),
        (True, "1"),
        (np.int64(5), "5"),
        (np.float64(0.1), "0.1"),
        (np.bool_(False), "0"),
    ],
)
def test_ints_are_plain_and_floats_as_python_writes_them(value: Any, text: str) -> None:
    assert format_number("a", value) == text


@pytest.mark.parametrize("value", ["5", None, 1j, [1.0]])
def test_what_is_no_real_number_is_refused_with_its_column(tmp_path: Path, value: Any) -> None:
    with pytest.raises(NetlistError, match='for the column "price". A column holds a real number'):
        written(tmp_path / "data.csv", {"price": value})

    assert list(tmp_path.iterdir()) == []


def test_a_row_is_on_disk_before_the_next(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "data.csv")

    for number in range(3):
        log.write({"Tick": number, "a": number / 2})
        assert (tmp_path / "data.csv").read_text().splitlines()[-1] == f"{number},{number / 2}"

    log.close()


def test_a_row_with_a_new_column_widens_the_table_and_keeps_the_older_rows(tmp_path: Path) -> None:
    path = written(tmp_path / "data.csv", {"a": 1, "b": 0.1}, {"a": 2, "b": 0.2, "c": 5}, {"c": 6, "d": 7, "a": 3})

    assert path.read_text() == "a,b,c,d\n1,0.1,,\n2,0.2,5,\n3,,6,7\n"


def test_the_table_is_whole_after_every_row_while_columns_come_and_go(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "data.csv")

    for tick in range(8):
        log.write(LogRow(Tick=tick) | {f"c{number}": float(tick) for number in range(tick % 5)})
        header, values = read_log(tmp_path / "data.csv")

        assert values[:, header.index("Tick")].tolist() == list(range(tick + 1))
        assert [path.name for path in tmp_path.iterdir()] == ["data.csv"]

    log.close()


def test_a_cell_without_a_value_is_read_as_nan(tmp_path: Path) -> None:
    header, values = read_log(written(tmp_path / "data.csv", {"a": 1}, {"a": 2, "b": 3}))

    assert header == ["a", "b"]
    assert math.isnan(values[0, 1])
    assert values[1].tolist() == [2.0, 3.0]


def test_a_column_may_have_any_name(tmp_path: Path) -> None:
    name = 'price, "USD"\nper OCEAN'

    header, values = read_log(written(tmp_path / "data.csv", {name: 1.5}))

    assert header == [name]
    assert values.tolist() == [[1.5]]


def test_a_second_close_does_nothing(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "data.csv")
    log.write({"a": 1})

    log.close()
    log.close()

    assert (tmp_path / "data.csv").read_text() == "a\n1\n"


def test_a_log_that_cannot_be_written_is_an_error_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "data.csv"

    with pytest.raises(RunError) as caught:
        written(path, {"a": 1})

    assert str(caught.value) == f"{path} cannot be written: No such file or directory."


def test_spaces_around_names_and_values_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("Tick, Second\n0, 0.0\n1, 3600.0\n")

    header, values = read_log(path)

    assert header == ["Tick", "Second"]
    assert values.tolist() == [[0, 0], [1, 3600]]


def test_a_header_without_rows_is_said_to_have_none_yet(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a,b\n")

    with pytest.raises(RunError, match="has no rows yet"):
        read_log(path)


def test_a_missing_log_is_an_error_that_says_which_folder_to_give(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read: No such file or directory. Write the folder that tsp run made"):
        read_log(tmp_path / "data.csv")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,x\n",
        b"a,b\n1,2\n3\n",
        b"\xff\xfe\n1\n",
        b"a,b\n1,2,3\n",
        b"a" * 200_000,
    ],
    ids=["empty", "text", "ragged", "binary", "longer than the header", "a field without end"],
)
def test_a_file_that_is_no_table_of_numbers_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(content)

    with pytest.raises(RunError, match="is no table of numbers with a header"):
        read_log(path)


def test_time_is_shown_in_seven_units() -> None:
    assert time_columns(0, 0) == {"Tick": 0} | dict.fromkeys(["Second", "Min", "Hour", "Day", "Month", "Year"], 0.0)
    assert time_columns(3, 2 * YEAR)["Month"] == 730 / 30
    assert time_columns(1, DAY)["Year"] == 0.0027397260273972603
    assert isinstance(time_columns(3, DAY)["Tick"], int)


def test_a_disk_that_is_full_leaves_the_rows_before_it_whole(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "data.csv")
    log.write({"a": 1})

    # The third row fits by half.
    with file_size_limit(len("a\n1\n2\n3")), pytest.raises(RunError, match="data.csv cannot be written"):
        for number in range(2, 9):
            log.write({"a": number})
    log.close()

    assert (tmp_path / "data.csv").read_text() == "a\n1\n2\n"


def test_a_disk_that_is_full_while_the_table_widens_leaves_it_as_it_was(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "data.csv")
    log.write({"a": 1})

    with file_size_limit(6), pytest.raises(RunError, match="data.csv cannot be written"):
        log.write({"a": 2, "b": 3})
    log.close()

    assert [path.name for path in tmp_path.iterdir()] == ["data.csv"]
    assert (tmp_path / "data.csv").read_text() == "a\n1\n"


def test_what_was_written_after_a_position_is_taken_back(tmp_path: Path) -> None:
    rows: list[LogRow] = [{"a": 1}, {"a": 2}, {"a": 3, "b": 0.5}, {"a": 4, "b": 1.5}]
    whole = written(tmp_path / "whole.csv", *rows).read_bytes()
    for n_before in range(len(rows) + 1):
        log = RunLog(tmp_path / "data.csv")
        for row in rows[:n_before]:
            log.write(row)
        position = log.position
        for row in rows[n_before:]:
            log.write(row)
        log.close()

        again = RunLog(tmp_path / "data.csv")
        again.go_on(position)
        assert again.position == position
        for row in rows[n_before:]:
            again.write(row)
        again.close()

        assert (tmp_path / "data.csv").read_bytes() == whole
        (tmp_path / "data.csv").unlink()


@pytest.mark.parametrize("text", ["", "a\n1\n3\n", "b\n1\n2\n", "a\n1\n", "a\n1\n\x00", None])
def test_a_file_that_does_not_hold_what_was_written_is_left_alone(tmp_path: Path, text: str | None) -> None:
    path = written(tmp_path / "data.csv", {"a": 1}, {"a": 2})
    log = RunLog(tmp_path / "other.csv")
    log.write({"a": 1})
    log.write({"a": 2})
    path.unlink() if text is None else path.write_text(text)

    with pytest.raises(RunError, match="is not what this run had written|cannot be read and written"):
        RunLog(path).go_on(log.position)

    log.close()
    assert not path.exists() if text is None else path.read_text() == text


def test_a_row_that_was_half_written_is_taken_back(tmp_path: Path) -> None:
    log = RunLog(tmp_path / "data.csv")
    log.write({"a": 1})
    position: LogPosition = log.position
    log.close()
    with (tmp_path / "data.csv").open("a") as file:
        file.write("2")

    RunLog(tmp_path / "data.csv").go_on(position)

    assert (tmp_path / "data.csv").read_text() == "a\n1\n"
