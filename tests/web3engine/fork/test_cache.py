"""What was read of a live chain, as bytes and as JSON: whole, or refused."""

import json
import pickle
import random
from dataclasses import fields, replace
from pathlib import Path

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenspice.web3engine.checksummed_file import sealed
from tokenspice.web3engine.errors import ForkError
from tokenspice.web3engine.fork import cache
from tokenspice.web3engine.fork.as_json import from_json, to_json
from tokenspice.web3engine.fork.cache import FORMAT, MOST_BYTES, ForkCache, Origin, read_cache
from tokenspice.web3engine.fork.keys import Account

WORDS, NUMBERS = st.integers(0, 2**256 - 1), st.integers(0, 2**64 - 1)
HASHES, ADDRESSES = st.binary(min_size=32, max_size=32), st.binary(min_size=20, max_size=20)
ORIGINS = st.builds(
    Origin, NUMBERS, NUMBERS, HASHES, HASHES, NUMBERS, ADDRESSES, NUMBERS, NUMBERS, HASHES, st.sampled_from(["cancun"])
)
CACHES = st.builds(
    ForkCache,
    ORIGINS,
    st.dictionaries(ADDRESSES, st.builds(Account, WORDS, NUMBERS, st.binary(max_size=40)), max_size=5),
    st.dictionaries(st.tuples(ADDRESSES, WORDS), WORDS, max_size=8),
    st.dictionaries(NUMBERS, HASHES, max_size=3),
)

ORIGIN = Origin(1, 19, bytes(32), bytes(32), 1_700_000_000, bytes(20), 30_000_000, 7, bytes(32), "shanghai")
WHO = bytes(19) + b"\1"


def filled() -> ForkCache:
    slots = {(WHO, slot): slot**20 for slot in range(100)}
    return ForkCache(ORIGIN, {WHO: Account(2**200, 3, b"\x60\x00")}, slots, {18: bytes(32)})


@settings(deadline=None)
@given(one=CACHES)
def test_bytes_and_json_bring_back_the_same(one: ForkCache) -> None:
    assert ForkCache.from_bytes(one.to_bytes()) == one
    text = json.dumps(to_json(one))
    assert from_json(json.loads(text)) == one
    assert json.dumps(to_json(from_json(json.loads(text)))) == text


@given(one=CACHES, seed=st.integers(0, 99))
def test_bytes_do_not_depend_on_the_order_of_reading(one: ForkCache, seed: int) -> None:
    other = ForkCache(one.origin)
    for name in ("accounts", "slots", "block_hashes"):
        items = list(getattr(one, name).items())
        random.Random(seed).shuffle(items)
        setattr(other, name, dict(items))

    assert other.to_bytes() == one.to_bytes()


def test_a_file_is_written_in_one_move(tmp_path: Path) -> None:
    path = tmp_path / "fork"

    filled().write(path)

    assert read_cache(path) == filled() and [each.name for each in tmp_path.iterdir()] == ["fork"]


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_BYTES", 1000)

    with pytest.raises(ForkError, match="could not be read again"):
        filled().write(tmp_path / "fork")

    assert list(tmp_path.iterdir()) == []


def test_a_flipped_bit_is_found_wherever_it_is(tmp_path: Path) -> None:
    content, dice, path = filled().to_bytes(), random.Random(1), tmp_path / "fork"

    for _ in range(100):
        place, bit = dice.randrange(len(content)), dice.randrange(8)
        path.write_bytes(content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :])
        with pytest.raises(ForkError, match="is damaged|no file of the kind"):
            read_cache(path)


@pytest.mark.parametrize("size", [0, 1, len(FORMAT), len(FORMAT) + 31, len(FORMAT) + 32, 500, -1])
def test_a_file_that_was_cut_is_refused(tmp_path: Path, size: int) -> None:
    path = tmp_path / "fork"
    path.write_bytes(filled().to_bytes()[:size])

    with pytest.raises(ForkError, match="is damaged|no file of the kind"):
        read_cache(path)


class Planted:
    """A pickle that would write a file."""

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (Path("planted"),))


@pytest.mark.parametrize("shell", [bytes, lambda body: sealed(FORMAT, body)])
def test_a_planted_pickle_is_refused_and_never_run(
    tmp_path: Path, shell: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("fork").write_bytes(shell(pickle.dumps(Planted())))

    with pytest.raises(ForkError):
        read_cache(Path("fork"))

    assert not Path("planted").exists()


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {},
        [1, 2, 3, 4],
        [[], [], [], []],
        [[1, 19, "text", b"", 0, b"", 0, 0, b"", "shanghai"], [], [], []],
        [[1, 19, bytes(32), bytes(32), -1, bytes(20), 0, 0, bytes(32), "shanghai"], [], [], []],
        [[1, 19, bytes(32), bytes(32), 0, bytes(20), 0, 0, bytes(32), 5], [], [], []],
        [[1, 19, bytes(32), bytes(32), 0, bytes(20), 0, 0, bytes(32), "shanghai"], [[b"", b"", 0, b""]], [], []],
        [[1, 19, bytes(32), bytes(32), 0, bytes(20), 0, 0, bytes(32), "shanghai"], [[WHO, bytes(33), 0, b""]], [], []],
        [[1, 19, bytes(32), bytes(32), 0, bytes(20), 0, 0, bytes(32), "shanghai"], [[WHO, b"", True, b""]], [], []],
        [[1, 19, bytes(32), bytes(32), 0, bytes(20), 0, 0, bytes(32), "shanghai"], [[WHO, b"", 0]], [], []],
        [[1, 19, bytes(32), bytes(32), 0, bytes(20), 0, 0, bytes(32), "shanghai"], [], [[WHO, 1, 1]], []],
        [[1, 19, bytes(32), bytes(32), 0, bytes(20), 0, 0, bytes(32), "shanghai"], [], [], [[1, b""]]],
    ],
)
def test_a_file_that_is_whole_but_holds_something_else_is_refused(content: object) -> None:
    with pytest.raises(ForkError, match="something else than a fork"):
        ForkCache.from_bytes(sealed(FORMAT, msgpack.packb(content)))


@pytest.mark.parametrize("body", [b"\x91" * 100_000, b"\xdd\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\xc1", b""])
def test_deep_nesting_and_huge_sizes_are_refused(body: bytes) -> None:
    with pytest.raises(ForkError, match="something else than a fork"):
        ForkCache.from_bytes(sealed(FORMAT, body))


def test_a_file_larger_than_any_fork_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "fork").open("wb") as file:
        file.truncate(MOST_BYTES + 1)

    with pytest.raises(ForkError, match="larger than"):
        read_cache(tmp_path / "fork")


def test_a_file_that_is_not_there_is_answered_with_how_to_record_one(tmp_path: Path) -> None:
    with pytest.raises(ForkError, match="No such file.*--fork URL --fork-cache FILE"):
        read_cache(tmp_path / "nothing")


@pytest.mark.parametrize("name", [each.name for each in fields(Origin)])
def test_json_without_a_part_of_its_origin_is_refused(name: str) -> None:
    record = to_json(filled())
    del record["origin"][name]

    with pytest.raises(ForkError, match="no recorded fork"):
        from_json(record)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("format",), "tokenspice fork 0"),
        (("accounts",), []),
        (("accounts", "0x12"), {"balance": "0x0", "nonce": 0, "code": "0x"}),
        (("storage", "0x" + WHO.hex(), "-0x1"), "0x1"),
        (("storage", "0x" + WHO.hex(), "0x1"), "0x1" + "0" * 64),
        (("storage", "0x" + WHO.hex(), "0x1"), "12"),
        (("storage", "0x" + WHO.hex(), "0x1"), 12),
        (("block_hashes", "-1"), "0x" + "00" * 32),
        (("block_hashes", "1"), "0x00"),
        (("origin", "number"), 1.5),
        (("origin", "more"), 1),
    ],
)
def test_json_with_something_else_in_it_is_refused(place: tuple[str, ...], value: object) -> None:
    record = inner = to_json(filled())
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value

    with pytest.raises(ForkError, match="no recorded fork"):
        from_json(record)


@pytest.mark.parametrize("record", [None, [], 5, "text", {}])
def test_json_that_is_no_object_is_refused(record: object) -> None:
    with pytest.raises(ForkError, match="no recorded fork"):
        from_json(record)


def test_records_of_another_block_are_not_mixed() -> None:
    other = replace(filled(), origin=replace(ORIGIN, hash=b"\1" * 32))

    with pytest.raises(ForkError, match="the file is of block 19"):
        filled().add(other, "the file")
