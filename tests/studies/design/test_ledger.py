"""The ledger keeps what was written whole, drops a torn end, and refuses a changed bit wherever it is."""

from pathlib import Path

import pytest

from tokenspice.engine.errors import RunError
from tokenspice.studies.design.ledger import Entry, Ledger, read_ledger

FACTS = b"f" * 32
ENTRIES = {bytes([n]) * 32: Entry({"end": n + 0.1}, None if n else "it broke") for n in range(4)}


def written(path: Path) -> bytes:
    ledger = Ledger(path, FACTS)
    for key, entry in ENTRIES.items():
        ledger.add(key, entry)
    ledger.close()
    return path.read_bytes()


def test_what_is_added_is_there_again(tmp_path: Path) -> None:
    written(tmp_path / "ledger")

    facts, entries = read_ledger(tmp_path / "ledger")

    assert facts == FACTS
    assert {key: (entry.metrics, entry.failure) for key, entry in entries.items()} == {
        key: (entry.metrics, entry.failure) for key, entry in ENTRIES.items()
    }


def test_a_torn_end_is_dropped_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    content = written(path)
    for length in range(len(content)):
        path.write_bytes(content[:length])

        ledger = Ledger(path, FACTS)
        known = len(ledger)
        for key, entry in ENTRIES.items():
            if key not in ledger:
                ledger.add(key, entry)
        ledger.close()

        assert path.read_bytes() == content, f"{length} bytes were left, {known} entries"


def test_a_flipped_bit_is_refused_wherever_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    content = written(path)
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])

        with pytest.raises(RunError):
            Ledger(path, FACTS)


def test_a_ledger_of_other_facts_is_refused(tmp_path: Path) -> None:
    written(tmp_path / "ledger")

    with pytest.raises(RunError, match="another study"):
        Ledger(tmp_path / "ledger", b"g" * 32)


def test_order_is_forgotten_when_it_is_arranged(tmp_path: Path) -> None:
    keys = list(ENTRIES)
    for name, order in (("a", keys), ("b", keys[::-1])):
        ledger = Ledger(tmp_path / name, FACTS)
        for key in order:
            ledger.add(key, ENTRIES[key])
        ledger.arrange(keys)

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
