"""The command line: what each verb does, and what each wrong word is answered."""

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.studies.terminal import tsp

NETLIST = PROJECT / "netlists" / "simplegrant" / "netlist.py"
POOL = PROJECT / "netlists" / "simplepool" / "netlist.py"


def refused(answer: "subprocess.CompletedProcess[str]", *words: str) -> None:
    """One line that says what to do, exit code 1, no traceback."""
    assert answer.returncode == 1, answer
    assert re.fullmatch(r"tsp: .+\n", answer.stderr), answer.stderr
    for word in words:
        assert word in answer.stderr


def write_netlist(folder: Path, **changes: str) -> Path:
    """Write simplegrant, with some of its text replaced, as a netlist of the user's."""
    text = NETLIST.read_text()
    for old, new in changes.items():
        text = re.sub(old, new, text)
    path = folder / "mine.py"
    path.write_text(text)
    return path


def test_run_and_plot_a_netlist_by_name_by_folder_and_by_file(tmp_path: Path) -> None:
    for number, name in enumerate(("simplegrant", NETLIST.parent, NETLIST)):
        answer = tsp("run", name, tmp_path / str(number))
        assert answer.returncode == 0, answer.stderr

    drawn = tsp("plot", NETLIST, tmp_path / "0", tmp_path / "png")

    assert drawn.returncode == 0, drawn.stderr
    assert sorted(path.suffix for path in (tmp_path / "png").iterdir()) == [".png", ".png"]
    assert len({(tmp_path / str(number) / "data.csv").read_bytes() for number in range(3)}) == 1


def test_a_netlist_outside_the_checkout_runs_from_anywhere(tmp_path: Path) -> None:
    answer = tsp("run", write_netlist(tmp_path), tmp_path / "out", cwd=tmp_path)

    assert answer.returncode == 0, answer.stderr


def test_set_changes_parameters_and_run_json_records_them(tmp_path: Path) -> None:
    answer = tsp(
        "run", NETLIST, tmp_path / "o", "--seed", 7, "--set", "granter_init_OCEAN=2.5", "--set", "max_ticks=48"
    )

    assert answer.returncode == 0, answer.stderr
    record = json.loads((tmp_path / "o" / "run.json").read_text())
    assert record["strategy"]["granter_init_OCEAN"] == "2.5"
    assert (record["seed"], record["last_tick"], record["outcome"]) == (7, 48, "finished")
    assert (tmp_path / "o" / "data.csv").read_text().splitlines()[1].endswith(",2.5,0.0")


def test_help_lists_every_verb() -> None:
    answer = tsp("--help")

    assert answer.returncode == 0
    for verb in ("run", "batch", "plot", "show", "wire", "compile", "ganache", "showstats", "fork"):
        assert verb in answer.stdout
        assert tsp(verb, "--help").returncode == 0


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; sys.argv = ['tsp', '--help']\nfrom tokenspice.studies.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    check = "print([name for name in ('numpy', 'web3', 'matplotlib', 'pygraphviz', 'eth_account', 'rich') if name in sys.modules])"

    answer = subprocess.run([sys.executable, "-c", code + check], cwd=PROJECT, capture_output=True, text=True)

    assert answer.stdout.strip().endswith("[]")


def test_quiet_prints_nothing_and_verbose_prints_each_row(tmp_path: Path) -> None:
    quiet, verbose = tsp("run", NETLIST, tmp_path / "q", "-q"), tsp("run", NETLIST, tmp_path / "v", "-v")

    assert quiet.stdout == quiet.stderr == ""
    assert verbose.stdout.count("granter_OCEAN=") == 11


def test_a_profile_is_written_and_shown(tmp_path: Path) -> None:
    assert tsp("run", NETLIST, tmp_path / "o", "--profile").returncode == 0

    for order in ("cumulative", "internal", "internal_callers"):
        shown = tsp("showstats", tmp_path / "o" / "stats", 5, order)
        assert shown.returncode == 0 and "takeStep" in tsp("showstats", tmp_path / "o" / "stats", 50, order).stdout


def test_compile_lists_the_contracts() -> None:
    answer = tsp("compile")

    assert answer.returncode == 0
    assert "token/Token" in answer.stdout and "oceanv3/BPool" in answer.stdout


@pytest.mark.parametrize(
    "args",
    [("run", NETLIST), ("fly",), ("run", NETLIST, "o", "--set", "novalue"), ("showstats", "f", 0, "cumulative"), ()],
)
def test_wrong_usage_exits_with_2(args: tuple[object, ...], tmp_path: Path) -> None:
    assert tsp(*args, cwd=tmp_path).returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_a_netlist_that_is_not_there_is_answered_with_where_to_look(tmp_path: Path) -> None:
    refused(tsp("run", "nosuch", tmp_path / "o"), "nosuch: no such netlist", "tsp list")
    refused(tsp("run", "simplegrnt", tmp_path / "o"), "Did you mean simplegrant?")
    assert not (tmp_path / "o").exists()


def test_a_syntax_error_is_shown_with_file_and_line(tmp_path: Path) -> None:
    refused(
        tsp("run", write_netlist(tmp_path, **{"class SimState": "class class"}), tmp_path / "o"),
        "mine.py:",
        "class class",
    )


def test_a_netlist_that_lacks_something_is_told_what(tmp_path: Path) -> None:
    broken = write_netlist(tmp_path, **{"def netlist_createLogData": "def others"})

    refused(tsp("run", broken, tmp_path / "o"), "defines no netlist_createLogData", "netlist_charts")


def test_an_unknown_parameter_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    answer = tsp("run", NETLIST, tmp_path / "o", "--set", "granter_OCEAN=1")

    refused(answer, 'no parameter "granter_OCEAN"', "granter_init_OCEAN")


def test_a_value_of_the_wrong_type_is_told_the_right_one(tmp_path: Path) -> None:
    refused(tsp("run", NETLIST, tmp_path / "o", "--set", "granter_n_actions=2.5"), "granter_n_actions", "whole number")
    assert not (tmp_path / "o").exists()


def test_a_folder_that_exists_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "data.csv").write_text("mine")

    refused(tsp("run", NETLIST, tmp_path / "o"), "exists")
    refused(tsp("plot", NETLIST, tmp_path / "o", tmp_path / "o"), "no rows")
    assert (tmp_path / "o" / "data.csv").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    refused(tsp("run", NETLIST, tmp_path / "file" / "o"), "cannot be made")


def test_an_unknown_network_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    refused(tsp("run", POOL, tmp_path / "o", "--network", "gnache"), '"gnache"', "anvil, ganache")
    assert not (tmp_path / "o").exists()


def test_a_url_where_nothing_listens_is_said_to_be_so_without_its_secret(tmp_path: Path) -> None:
    answer = tsp("run", POOL, tmp_path / "o", "--network", "http://127.0.0.1:1/v3/secretkey")

    refused(answer, "http://127.0.0.1:1", "does not answer")
    assert "secretkey" not in answer.stderr


def test_without_node_ganache_says_that_it_needs_it(tmp_path: Path) -> None:
    refused(tsp("run", POOL, tmp_path / "o", "--network", "ganache", path="/nowhere"), "Node.js")
    assert not (tmp_path / "o").exists()


def test_a_pure_python_netlist_needs_neither_node_nor_chain(tmp_path: Path) -> None:
    answer = tsp("run", NETLIST, tmp_path / "o", "--network", "nosuch", path="/nowhere")

    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("verb", ["run", "ganache"])
def test_a_port_that_is_taken_is_said_to_be_so(tmp_path: Path, verb: str) -> None:
    for name in ("node_modules", "contracts", "netlists"):
        (tmp_path / name).symlink_to(PROJECT / name)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        settings = f"[general]\nGANACHE_URL = http://127.0.0.1:{port}\n[chain]\nPORT = {port}\n[paths]\nBUILD = {PROJECT}/build\n"
        (tmp_path / "tokenspice.ini").write_text(settings)
        args = ("run", POOL, "o", "--network", "anvil") if verb == "run" else ("ganache",)

        refused(tsp(*args, cwd=tmp_path), f"port {port}", "another")


def test_a_setting_that_does_not_exist_is_answered_with_those_that_do(tmp_path: Path) -> None:
    (tmp_path / "tokenspice.ini").write_text("[general]\nNETWROK = anvil\n")

    refused(tsp("run", POOL, "o", cwd=tmp_path), "NETWROK", "[general] NETWORK")


def test_a_reverting_transaction_ends_the_run_and_names_agent_tick_and_reason(tmp_path: Path) -> None:
    answer = tsp("run", POOL, tmp_path / "o", "--set", "publisher.DT_stake=0.0000000000005", "--set", "max_ticks=200")

    refused(answer, "tick 167, agent pub1: pool0.setup reverted:", "ERR_")
    record = json.loads((tmp_path / "o" / "run.json").read_text())
    assert record["outcome"] == "failed" and record["last_tick"] == 167 and "pool0.setup" in record["error"]
    assert len((tmp_path / "o" / "data.csv").read_text().splitlines()) == 1 + 7


def test_an_agents_own_exception_names_its_file_and_line(tmp_path: Path) -> None:
    broken = write_netlist(tmp_path, **{r"ocean_price=lambda: 1.0": "ocean_price=lambda: 1 / 0"})

    refused(tsp("run", broken, tmp_path / "o"), "tick 0, agent taker1: ZeroDivisionError", "mine.py:")


def test_verbose_adds_the_traceback(tmp_path: Path) -> None:
    answer = tsp("run", "nosuch", tmp_path / "o", "-v")

    assert answer.returncode == 1 and "Traceback" in answer.stderr


def test_a_chart_of_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "simplegrant").mkdir()
    other = tmp_path / "simplegrant" / "netlist.py"
    other.write_text(NETLIST.read_text())
    assert tsp("run", other, tmp_path / "o").returncode == 0
    other.write_text(NETLIST.read_text().replace('granter_OCEAN=""', 'nobodys_OCEAN=""'))

    refused(tsp("plot", other, tmp_path / "o", tmp_path / "png"), "nobodys_OCEAN", "granter_OCEAN")
    assert not (tmp_path / "png").exists()


def test_a_run_of_another_netlist_is_not_drawn(tmp_path: Path) -> None:
    assert tsp("run", NETLIST, tmp_path / "o", "--set", "max_ticks=2").returncode == 0

    refused(tsp("plot", POOL, tmp_path / "o", tmp_path / "png"), "a run of simplegrant", "not of simplepool")
    assert not (tmp_path / "png").exists()


def test_a_file_that_is_no_profile_is_refused(tmp_path: Path) -> None:
    (tmp_path / "stats").write_text("not a profile")

    refused(tsp("showstats", tmp_path / "stats", 5, "cumulative"), "no profile")


def test_research_projects_have_a_table_and_plots_of_their_own(tmp_path: Path) -> None:
    name = "community_growth_public_funding_ps"
    ran = tsp(
        "run", name, tmp_path / "run", "--set", "max_ticks=48", "--set", "ledger=off_chain", "--network", "nowhere"
    )
    drawn = tsp("plot", name, tmp_path / "run", tmp_path / "png")

    assert (ran.returncode, drawn.returncode) == (0, 0), (ran.stderr, drawn.stderr)
    assert (tmp_path / "run" / "rpdata.csv").read_text().startswith("Tick,Second,Min,Hour,Day,Month,Year,total_rp,")
    assert (tmp_path / "png" / "rp" / "Research_projects_LINEAR.png").exists()
    assert str(tmp_path / "png" / "rp" / "Research_projects_LINEAR.png") in drawn.stdout
