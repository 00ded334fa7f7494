"""The transaction record: every transaction is a row, in files that are whole at any moment and the same bytes again."""

from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tokenspice.engine.errors import RunError
from tokenspice.engine.observer import Outcome
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import HOUR, tokens
from tokenspice.studies.record import transactions
from tokenspice.studies.record.part_files import PartPosition
from tokenspice.studies.record.transactions import TransactionFiles
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import ChainBackend
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.contract import ether
from tokenspice.web3engine.errors import Rejected, Reverted
from tokenspice.web3engine.network import is_built, open_backend
from tokenspice.web3engine.rules import ZERO_ADDRESS

pytestmark = pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")


class Recorded:
    """A chain whose transactions are recorded, as a run's are."""

    def __init__(self, artifacts: Artifacts, folder: Path, backend: ChainBackend | None = None) -> None:
        from tokenspice.web3engine.backends.revm import RevmBackend

        self.files = TransactionFiles(folder)
        self.chain = Chain(backend or RevmBackend(), artifacts.unused(), on_transaction=self.files.transaction)
        self.state = SimStateBase(SimStrategyBase(max_ticks=9), self.chain)

    def rows(self) -> list[dict[str, Any]]:
        """End the record, and read it."""
        self.files.end(Outcome("finished"))
        parts = sorted((self.files._parts.folder).glob("*.parquet"))
        return [row for part in parts for row in pq.read_table(part).to_pylist(maps_as_pydicts="strict")]


@pytest.fixture
def recorded(artifacts: Artifacts, tmp_path: Path) -> Recorded:
    return Recorded(artifacts, tmp_path)


def test_every_transaction_is_a_row_that_says_who_what_and_why(recorded: Recorded) -> None:
    chain, a = recorded.chain, recorded.chain.wallet("a")
    probe = chain.deploy("Probe", 7)
    recorded.files.begin(recorded)
    a.send(probe.store(5))
    with pytest.raises(Reverted):
        a.send(probe.failWithString())
    with pytest.raises(Rejected):
        a.send(ether(probe, 10**30))
    a.submit(probe.store(6), tip=3)
    chain.mempool.submit_many(probe.store, [(a, (8,))])
    chain.advance(HOUR)

    rows = recorded.rows()

    assert [(row["agent"], row["contract"], row["function"], row["status"]) for row in rows] == [
        ("faucet", "Probe", "constructor(uint256)", "ok"),
        ("a", "Probe", "store(uint256)", "ok"),
        ("a", "Probe", "failWithString()", "reverted"),
        ("a", "Probe", "receive()", "refused"),
        ("a", "Probe", "store(uint256)", "ok"),
        ("a", "Probe", "store(uint256)", "ok"),
    ]
    assert [list(row["args"].values()) for row in rows] == [["7"], ["5"], [], [], ["6"], ["8"]]
    assert rows[0]["created"] == probe.address and rows[0]["to"] is None
    assert "because" in rows[2]["reason"] and "must hold" in rows[3]["reason"] and rows[1]["reason"] is None
    assert (rows[4]["tip"], rows[4]["fee"], rows[4]["base_fee"]) == (3, 3 * rows[4]["gas"], 0)
    assert [(row["block"] == rows[4]["block"], row["index"]) for row in rows[4:]] == [(True, 0), (True, 1)]
    assert rows[5]["time"] == rows[1]["time"] + HOUR and (rows[3]["index"], rows[3]["hash"]) == (None, None)
    (event,) = rows[1]["events"]
    assert (event["contract"], event["name"], event["args"]["value"]) == ("Probe", "Stored", "5")


def test_amounts_of_tokens_are_exact_and_null_where_they_do_not_fit(recorded: Recorded) -> None:
    chain, a = recorded.chain, recorded.chain.wallet("a")
    token = chain.deploy_token("OCEAN", tokens(10)).contract
    recorded.files.begin(recorded)
    chain.faucet.send(token.transfer(a, tokens(3) + 1))
    a.send(token.approve(chain.faucet, 2**256 - 1))

    transfer, approval = recorded.rows()[1:]

    assert transfer["amount"] == Decimal(tokens(3) + 1)
    assert list(transfer["args"].values()) == [a.address, str(tokens(3) + 1)]
    assert approval["amount"] is None and str(2**256 - 1) in approval["args"].values()
    assert transfer["events"][0]["contract"] == "OCEAN" and transfer["events"][0]["name"] == "Transfer"


def test_what_web3_sends_is_decoded_by_the_contract_that_it_goes_to(recorded: Recorded) -> None:
    chain, a = recorded.chain, recorded.chain.wallet("a")
    probe = chain.deploy("Probe", 7, label="probe0")
    recorded.files.begin(recorded)
    w3: Any = chain.w3
    data = probe.store(9).data
    w3.eth.send_transaction({"from": a.address, "to": probe.address, "data": data})
    w3.eth.send_transaction({"from": a.address, "to": ZERO_ADDRESS, "data": "0x11223344"})
    w3.eth.send_transaction({"from": a.address, "data": chain.artifacts.find("Probe").bytecode + bytes(32)})

    known, unknown, deployment = recorded.rows()[-3:]

    assert (known["agent"], known["contract"], known["function"]) == ("a", "probe0", "store(uint256)")
    assert list(known["args"].values()) == ["9"]
    assert (unknown["function"], unknown["args"]) == ("0x11223344", {"data": "0x11223344"})
    assert deployment["function"] == "constructor(uint256)" and list(deployment["args"].values()) == ["0"]
    assert deployment["created"] and deployment["contract"] == deployment["created"]


def test_arguments_are_those_that_were_sent_whatever_became_of_the_list(recorded: Recorded) -> None:
    chain, a = recorded.chain, recorded.chain.wallet("a")
    probe = chain.deploy("Probe", 7)
    recorded.files.begin(recorded)
    points = [(1, [2, 2**7])]
    a.submit(probe.echo(points))
    points.append((3, []))
    chain.advance(HOUR)

    assert list(recorded.rows()[-1]["args"].values()) == ['[{"x": "1", "tags": ["2", "128"]}]']


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "ROWS_PER_PART", 4)
    monkeypatch.setattr(transactions, "ROWS_AT_ONCE", 3)


def send(recorded: Recorded, numbers: range) -> None:
    """A tick for each number, with as many transactions."""
    probe, a = recorded.chain.contracts[next(iter(recorded.chain.contracts))], recorded.chain.wallet("a")
    for number in numbers:
        for _ in range(number):
            a.send(probe.store(number))
        recorded.files.tick(recorded.state)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "transactions").iterdir())}


@pytest.mark.usefixtures("small_parts")
def test_a_record_gone_on_with_has_the_bytes_of_one_that_was_not_interrupted(
    artifacts: Artifacts, tmp_path: Path
) -> None:
    for name in ("whole", "resumed"):
        (tmp_path / name).mkdir()
        recorded = Recorded(artifacts, tmp_path / name)
        recorded.chain.deploy("Probe", 7)
        recorded.files.begin(recorded)
        send(recorded, range(4))
        if name == "resumed":
            position = recorded.files.position()
            snapshot = recorded.chain.snapshot()
            send(recorded, range(5))  # and then it is killed
            recorded.chain.restore(snapshot)
            recorded.files = TransactionFiles(tmp_path / name)
            recorded.files.go_on(position)
            recorded.chain.on_transaction = recorded.files.transaction
            recorded.files.begin(recorded)
        send(recorded, range(4, 6))
        recorded.files.end(Outcome("finished"))

    assert files_of(tmp_path / "resumed") == files_of(tmp_path / "whole")
    assert list(files_of(tmp_path / "whole")) == [f"part-{number:05}.parquet" for number in range(4)]


@pytest.mark.usefixtures("small_parts")
def test_a_record_that_was_changed_is_not_gone_on_with(recorded: Recorded, tmp_path: Path) -> None:
    recorded.chain.deploy("Probe", 7)
    recorded.files.begin(recorded)
    send(recorded, range(4))
    position = recorded.files.position()
    before = files_of(tmp_path)
    wrong = PartPosition(position.n_rows - 1, position.parts)

    with pytest.raises(RunError, match="is not what this run had written"):
        TransactionFiles(tmp_path).go_on(wrong)
    assert files_of(tmp_path) == before


def test_rows_of_a_part_that_is_not_full_are_on_the_disk_after_a_few_seconds(
    artifacts: Artifacts, tmp_path: Path
) -> None:
    now = [0.0]
    recorded = Recorded(artifacts, tmp_path)
    recorded.files = TransactionFiles(tmp_path, lambda: now[0])
    recorded.chain.on_transaction = recorded.files.transaction
    recorded.chain.deploy("Probe", 7)
    recorded.files.begin(recorded)
    part = tmp_path / "transactions" / "part-00000.parquet"
    assert pq.read_table(part).num_rows == 1

    send(recorded, range(3))
    assert pq.read_table(part).num_rows == 1  # a kill now would lose these
    now[0] = 6
    send(recorded, range(1))
    assert pq.read_table(part).num_rows == 4


@pytest.mark.parametrize("network", ["anvil", "ganache"])
def test_a_node_gives_the_rows_that_the_in_process_chain_gives(
    artifacts: Artifacts, config: Config, tmp_path: Path, network: str
) -> None:
    rows = {}
    for name in ("revm", network):
        (tmp_path / name).mkdir()
        recorded = Recorded(artifacts, tmp_path / name, open_backend(replace(config, network=name, signs=True)))
        with closing(recorded.chain):
            probe, a = recorded.chain.deploy("Probe", 7), recorded.chain.wallet("a")
            recorded.files.begin(recorded)
            a.send(probe.store(5))
            with pytest.raises(Reverted):
                a.send(probe.failWithError(3))
            rows[name] = recorded.rows()

    ours, theirs = (
        [{key: value for key, value in row.items() if key not in ("fee", "base_fee")} for row in rows[name]]
        for name in ("revm", network)
    )
    assert theirs == ours and theirs[2]["reason"].startswith("TooMuch(")


def test_duckdb_reads_the_record_in_one_line(recorded: Recorded, tmp_path: Path) -> None:
    import duckdb

    chain, a = recorded.chain, recorded.chain.wallet("a")
    probe = chain.deploy("Probe", 7)
    recorded.files.begin(recorded)
    with pytest.raises(Reverted):
        a.send(probe.failWithString())
    recorded.files.end(Outcome("finished"))

    question = f"select agent, \"function\", reason, count(*) from '{tmp_path}/transactions/*.parquet' where status <> 'ok' group by all"
    answer = duckdb.sql(question)
    assert answer and answer.fetchall() == [("a", "failWithString()", '"because"', 1)]
