"""A subgraph is read whole or not at all; what was answered is kept, and what is secret is not."""

from pathlib import Path

import pytest

from tests.studies.twin.servers import Answer, Subgraph, serving
from tokenspice.engine.errors import ConfigError, RunError
from tokenspice.studies.twin.history import DATA
from tokenspice.studies.twin.http_json import Endpoint
from tokenspice.studies.twin.ingestion import KEY, Source, ingest
from tokenspice.studies.twin.preparation import prepare

NOW = Subgraph.start + 3600 * 1500
KEY_VALUE = "verysecretkey0123"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenspice.studies.twin.http_json.FIRST_PAUSE", 0.0)
    monkeypatch.setattr("tokenspice.studies.twin.http_json.time.sleep", lambda seconds: None)
    monkeypatch.delenv(KEY, raising=False)


def source(url: str, folder: Path, **changes: object) -> Source:
    return Source(**{"data": f"subgraph:{url}", "days": 80.0, "kept": folder} | changes)  # type: ignore[arg-type]


def test_more_hours_than_a_page_holds_all_come(tmp_path: Path) -> None:
    with serving(graph := Subgraph(1300)) as url:
        found = ingest(source(url, tmp_path), NOW)

    history = prepare(found)
    assert len(history.time) == 1300 and history.gaps == []
    assert history.coin_reserve[0] == 5_000_000.5 and history.eth_price[-1] == pytest.approx(3001.299)
    assert (history.oracle_price != history.oracle_price).all(), "the medianizer's 0 is no price"
    assert len([body for body in graph.asked if "hourlyStats" in body["query"]]) == 2


def test_what_was_answered_is_not_asked_again(tmp_path: Path) -> None:
    with serving(graph := Subgraph(60)) as url:
        first = ingest(source(url, tmp_path), NOW)
        n = len(graph.asked)
        again = ingest(source(url, tmp_path), NOW)
        assert again == first and len(graph.asked) == n
        ingest(source(url, tmp_path, mode="refresh"), NOW)
        assert len(graph.asked) == 2 * n
    offline = ingest(source(url, tmp_path, mode="offline"))
    assert offline.snapshots == first.snapshots and ingest(source(url, tmp_path, use_last=True)) == offline


def test_offline_with_nothing_kept_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"holds no recording\. Run once without --offline"):
        ingest(source("http://127.0.0.1:1", tmp_path, mode="offline"))


def test_an_endpoint_that_is_busy_is_asked_again(tmp_path: Path) -> None:
    with serving(Subgraph(60, (429, {}), (503, {}))) as url:
        assert len(ingest(source(url, tmp_path), NOW).snapshots) == 60


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ((200, {"errors": [{"message": "block not found"}], "data": None}), "GraphQL error: 'block not found'"),
        ((200, {"errors": [{"message": "partly"}], "data": {"hourlyStats": []}}), "GraphQL error: 'partly'"),
        ((200, {"data": {"hourlyStats": None}}), "left out hourlyStats"),
        ((200, {"data": {"hourlyStats": [{"id": "b"}, {"id": "a"}]}}), "not in the order of their ids"),
        ((200, {"data": {"hourlyStats": [{"id": "b"}]}}), "gave blockNumber = 'None'"),
        ((200, b"<html>hello</html>"), "answered no JSON, but '<html>hello</html>'"),
        ((200, []), "no GraphQL"),
        ((403, {}), "refused the key"),
        ((404, {}), r"answered HTTP 404, asked 1 times"),
    ],
)
def test_an_answer_that_is_not_whole_is_an_error_and_is_not_kept(tmp_path: Path, fault: Answer, told: str) -> None:
    with serving(Subgraph(60, fault)) as url:
        with pytest.raises(RunError, match=told):
            ingest(source(url, tmp_path), NOW)
        assert not (tmp_path / "recording.json").exists()
        assert len(ingest(source(url, tmp_path, mode="refresh"), NOW).snapshots) == 60


def test_a_state_that_is_left_out_is_no_missing_row(tmp_path: Path) -> None:
    graph = Subgraph(60)
    with serving(lambda body, headers: without_one_state(graph(body, headers))) as url:
        with pytest.raises(RunError, match=r"left out state12000000, of 80 asked for"):
            ingest(source(url, tmp_path, days=2.0), Subgraph.start + 2 * 86_400)


def without_one_state(answer: Answer) -> Answer:
    status, content = answer
    if "state12000000" in content["data"]:
        content["data"]["state12000000"] = None
    return status, content


def test_a_dead_endpoint_is_said_after_a_few_attempts(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"http://127.0.0.1:1 did not answer \(ConnectionError\), asked 5 times"):
        ingest(source("http://127.0.0.1:1/x", tmp_path), NOW)


def test_a_key_that_is_not_set_is_asked_for_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"{KEY} is not set"):
        ingest(source("http://127.0.0.1:1/{key}/x", tmp_path), NOW)
    with pytest.raises(ConfigError, match="RAI_URL is not set"):
        ingest(source("env:RAI_URL", tmp_path), NOW)


def test_days_without_a_snapshot_are_said_and_not_kept(tmp_path: Path) -> None:
    with serving(Subgraph(60)) as url:
        with pytest.raises(RunError, match=r"has nothing in those 2 days"):
            ingest(source(url, tmp_path, days=2.0), NOW)
    assert not (tmp_path / "recording.json").exists()


def test_the_key_is_in_no_file_and_no_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, KEY_VALUE)
    echo = (200, {"errors": [{"message": f"no subgraph at /{KEY_VALUE}"}]})
    with serving(graph := Subgraph(60)) as url:
        ingest(source(f"{url}/{{key}}/id", tmp_path), NOW)
        graph.faults = [echo]
        with pytest.raises(RunError) as told:
            ingest(source(f"{url}/{{key}}/id", tmp_path, mode="refresh"), NOW)

    assert graph.headers[0]["Authorization"] == f"Bearer {KEY_VALUE}"
    assert KEY_VALUE not in str(told.value) and KEY_VALUE not in repr(Endpoint(url, KEY_VALUE))
    assert all(KEY_VALUE not in path.read_text() for path in tmp_path.iterdir())


def test_a_kept_answer_that_was_changed_is_refused(tmp_path: Path) -> None:
    with serving(Subgraph(60)) as url:
        ingest(source(url, tmp_path), NOW)
        for path in tmp_path.glob("*.json"):
            path.write_text(path.read_text().replace("1.00001", "1.5"))
        with pytest.raises(RunError, match="is no answer that was kept here"):
            ingest(source(url, tmp_path), NOW)


def test_a_bare_url_is_told_how_to_be_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Write subgraph:URL or logs:URL"):
        ingest(Source(data="http://127.0.0.1:1"))


def test_the_bundled_data_stay_below_three_megabytes() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 3_000_000
