"""What the tests of batches share: a netlist that misbehaves on request, and workers that stay warm."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import DATA
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.web3engine.config import Config

FAULTY = DATA / "faulty" / "netlist.py"
TABLES = ("batch.json", "rows.parquet", "runs.parquet")


@pytest.fixture(scope="session")
def faulty() -> Netlist:
    return load_netlist(FAULTY)


@pytest.fixture(scope="package")
def workers(config: Config) -> Iterator[Workers]:
    """Two processes, for all tests that do not count them."""
    with Workers(2, config=config) as both:
        yield both


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of all that must not depend on how a batch was run."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in TABLES}
