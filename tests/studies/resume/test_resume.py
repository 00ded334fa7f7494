"""A run that is killed, interrupted or fails goes on to the same bytes, or says why it cannot."""

import hashlib
import json
import pickle
import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.studies.terminal import start_tsp, tsp, wait_for
from tokenspice.engine.errors import AgentError, RunError
from tokenspice.engine.observer import TickListener
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.streams import derive
from tokenspice.engine.units import HOUR
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.record.run_folder import RunFolder
from tokenspice.studies.resume.checkpoint import Checkpoints, load_checkpoint
from tokenspice.studies.resume.resume import read_unfinished, resume_run
from tokenspice.studies.run.run import RunOptions, run_once
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built

GRANT = PROJECT / "netlists" / "simplegrant" / "netlist.py"
POOL = PROJECT / "netlists" / "simplepool" / "netlist.py"
BUSY = PROJECT / "tests" / "studies" / "busy" / "netlist.py"
N_KILLS = 4  # of each netlist
SETTINGS = {
    GRANT: ("max_ticks=6000", "log_interval=3600"),
    POOL: ("max_ticks=2500", "log_interval=3600"),
    BUSY: ("max_ticks=150",),
}

pytestmark = pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")


class Stop(Exception):
    """Ends a run in the middle, as a failure would."""


def stop_at(tick: int, error: type[BaseException] = KeyboardInterrupt) -> Callable[[SimStateBase], None]:
    def watch(state: SimStateBase) -> None:
        if state.tick == tick:
            raise error

    return watch


def interrupted(netlist: Netlist, out: Path, config: Config, tick: int, every: int = 5 * HOUR) -> Path:
    """Run until a tick, and leave the folder as an interruption does."""
    with pytest.raises(KeyboardInterrupt):
        run_once(
            netlist, netlist.strategy(), out, config, RunOptions(checkpoint_every=every), [TickListener(stop_at(tick))]
        )
    return out


@pytest.fixture(scope="module")
def busy() -> Netlist:
    return load_netlist(BUSY)


@pytest.fixture(scope="module")
def undisturbed(busy: Netlist, config: Config, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The data.csv of the netlist `busy`, run without checkpoints."""
    folder = run_once(busy, busy.strategy(), tmp_path_factory.mktemp("undisturbed") / "run", config)
    return (folder.path / "data.csv").read_bytes()


@pytest.mark.parametrize("path", [GRANT, POOL, BUSY], ids=["simplegrant", "simplepool", "busy"])
def test_killed_at_any_instant_it_goes_on_to_the_same_bytes(path: Path, tmp_path: Path) -> None:
    settings = [word for setting in SETTINGS[path] for word in ("--set", setting)]
    command = ("run", path, tmp_path / "once", "-q", "--checkpoint-every", "1d", *settings)
    assert tsp(*command).returncode == 0
    size = (tmp_path / "once" / "data.csv").stat().st_size
    draws = random.Random(7)

    resumed_from = []
    for number in range(N_KILLS):
        out = tmp_path / str(number)
        process = start_tsp("run", path, out, "-q", "--checkpoint-every", "1d", *settings)
        begins = size * number // N_KILLS + draws.randrange(size // N_KILLS // 2)
        wait_for(lambda data=out / "data.csv", begins=begins: has_bytes(data, begins), seconds=60)  # type: ignore[misc]
        process.kill()
        process.communicate()
        if record(out)["outcome"] == "running":
            done = tsp("run", "--resume", out, "-q")
            assert done.returncode == 0, done.stderr
            resumed_from.append(record(out)["resumed_from_tick"])
        assert (out / "data.csv").read_bytes() == (tmp_path / "once" / "data.csv").read_bytes()
        assert record(out)["outcome"] == "finished"
        assert sorted(file.name for file in out.iterdir()) == ["data.csv", "run.json"]

    assert any(resumed_from)


def has_bytes(path: Path, size: int) -> bool:
    return path.exists() and path.stat().st_size >= size


def record(out: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads((out / "run.json").read_text())
    return content


@pytest.mark.parametrize("tick", [1, 5, 6, 13, 14, 37, 58, 60])
def test_from_wherever_it_goes_on_to_the_same_bytes(
    busy: Netlist, config: Config, undisturbed: bytes, tmp_path: Path, tick: int
) -> None:
    out = interrupted(busy, tmp_path / "o", config, tick)

    folder = resume_run(read_unfinished(out), config)

    assert (out / "data.csv").read_bytes() == undisturbed
    assert folder.facts["resumed_from_tick"] == tick // 5 * 5
    assert record(out)["outcome"] == "finished" and record(out)["last_tick"] == 60


def test_interrupted_again_and_again_it_gets_there(
    busy: Netlist, config: Config, undisturbed: bytes, tmp_path: Path
) -> None:
    out = interrupted(busy, tmp_path / "o", config, 8, every=HOUR)
    for tick in (9, 23, 24, 41):
        with pytest.raises(KeyboardInterrupt):
            resume_run(read_unfinished(out), config, [TickListener(stop_at(tick))])

    resume_run(read_unfinished(out), config)

    assert (out / "data.csv").read_bytes() == undisturbed


def test_wallets_that_sign_and_their_queued_transactions_go_on_too(
    busy: Netlist, config: Config, tmp_path: Path
) -> None:
    signing = replace(config, signs=True)
    once = run_once(busy, busy.strategy(), tmp_path / "once", signing)

    out = interrupted(busy, tmp_path / "o", signing, 33)
    resume_run(read_unfinished(out), config)

    assert (out / "data.csv").read_bytes() == (once.path / "data.csv").read_bytes()


def test_checkpoints_change_nothing(busy: Netlist, config: Config, undisturbed: bytes, tmp_path: Path) -> None:
    folder = run_once(busy, busy.strategy(), tmp_path / "o", config, RunOptions(checkpoint_every=HOUR))

    assert (folder.path / "data.csv").read_bytes() == undisturbed


def test_a_checkpoint_that_is_loaded_and_saved_again_is_the_same_bytes(
    busy: Netlist, config: Config, tmp_path: Path
) -> None:
    out = interrupted(busy, tmp_path / "o", config, 33)
    before = (out / "checkpoint").read_bytes()
    run = read_unfinished(out)
    found = load_checkpoint(out / "checkpoint", run.netlist, run.ss, run.config(config))

    with RunFolder(out, {}, goes_on=True) as folder:
        folder.tables.go_on(found.positions)
        Checkpoints(folder, HOUR, found.memory, found.start, found.chain).write(found.tick)

    assert (out / "checkpoint").read_bytes() == before


def test_ctrl_c_and_a_failure_leave_a_run_that_goes_on(
    busy: Netlist, config: Config, undisturbed: bytes, tmp_path: Path
) -> None:
    with pytest.raises(Stop):
        run_once(
            busy,
            busy.strategy(),
            tmp_path / "o",
            config,
            RunOptions(checkpoint_every=HOUR),
            [TickListener(stop_at(31, Stop))],
        )
    assert record(tmp_path / "o")["outcome"] == "failed"

    resume_run(read_unfinished(tmp_path / "o"), config)

    assert (tmp_path / "o" / "data.csv").read_bytes() == undisturbed


def test_without_a_checkpoint_it_begins_again(
    busy: Netlist, config: Config, undisturbed: bytes, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_once(busy, busy.strategy(), tmp_path / "o", config, observers=[TickListener(stop_at(20))])

    folder = resume_run(read_unfinished(tmp_path / "o"), config)

    assert folder.facts["resumed_from_tick"] == 0
    assert (tmp_path / "o" / "data.csv").read_bytes() == undisturbed


def test_sigterm_on_the_command_line_can_be_gone_on_from(tmp_path: Path) -> None:
    long = ("run", GRANT, tmp_path / "o", "-q", "--checkpoint-every", "100ticks", "--set", "max_ticks=20000")
    process = start_tsp(*long)
    wait_for((tmp_path / "o" / "data.csv").exists, seconds=60)
    process.send_signal(signal.SIGTERM)
    process.communicate()
    outcome = record(tmp_path / "o")["outcome"]

    done = tsp("run", GRANT, tmp_path / "o", "--resume", "--set", "max_ticks=20000")

    assert (outcome, done.returncode) == ("interrupted", 0), done.stderr
    assert re.search(r"20000 ticks, seed 0, resumed at tick \d+:", done.stdout)


def test_resume_begins_a_run_that_is_not_there_yet(tmp_path: Path) -> None:
    for out in ("new", "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        done = tsp("run", "simplegrant", tmp_path / out, "--resume", "--checkpoint-every", "1d")
        assert done.returncode == 0, done.stderr


def refused(out: Path, *words: str) -> None:
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    answer = tsp("run", "--resume", out)
    assert answer.returncode == 1 and re.fullmatch(r"tsp: .+\n", answer.stderr), answer
    for word in words:
        assert word in answer.stderr, answer.stderr
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before


@pytest.fixture
def left(tmp_path: Path, config: Config) -> Path:
    """What an interrupted run of a copy of simplepool has left."""
    shutil.copytree(POOL.parent, tmp_path / "pool", ignore=shutil.ignore_patterns("__pycache__"))
    netlist = load_netlist(tmp_path / "pool" / "netlist.py")
    return interrupted(netlist, tmp_path / "o", config, 200, every=24 * HOUR)


def test_a_run_that_is_finished_is_said_to_be_so_and_left_alone(config: Config, tmp_path: Path) -> None:
    netlist = load_netlist(GRANT)
    run_once(netlist, netlist.strategy(), tmp_path / "o", config)
    before = {file.name: file.read_bytes() for file in (tmp_path / "o").iterdir()}

    answer = tsp("run", "--resume", tmp_path / "o")

    assert (answer.returncode, answer.stderr) == (0, "")
    assert "is finished" in answer.stdout
    assert {file.name: file.read_bytes() for file in (tmp_path / "o").iterdir()} == before


def test_a_netlist_that_was_edited_is_named(left: Path) -> None:
    source = left.parent / "pool" / "netlist.py"
    source.write_text(source.read_text() + "\n# one more line\n")

    refused(left, str(source), "has changed since this run began")


def test_an_agents_file_that_was_edited_is_named(left: Path) -> None:
    # The file itself stays as it is, because others run from it: what was known of it is changed.
    def change(content: bytes) -> bytes:
        name = b"agents/publishers.py"
        at = content.index(name) + len(name) + 2
        return content[:at] + (b"0" if content[at : at + 1] != b"0" else b"1") + content[at + 1 :]

    reseal(left / "checkpoint", change)

    refused(left, str(PROJECT / "agents" / "publishers.py"), "has changed since")


def reseal(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change what is in a sealed file, and give it the hash that fits."""
    head, rest = path.read_bytes().split(b"\n", 1)
    body = change(rest[32:])
    path.write_bytes(head + b"\n" + hashlib.sha256(body).digest() + body)


def test_a_contract_that_was_compiled_otherwise_is_named(left: Path) -> None:
    def change(content: bytes) -> bytes:
        at = content.index(b"oceanv3/BPool") + len(b"oceanv3/BPool") + 2
        return content[:at] + (b"0" if content[at : at + 1] != b"0" else b"1") + content[at + 1 :]

    reseal(left / "checkpoint", change)

    refused(left, "the contract oceanv3/BPool", "has changed since it was deployed")


def test_data_that_was_edited_is_not_written_to(left: Path) -> None:
    data = left / "data.csv"
    text = data.read_text().replace("10000.0", "10000.5", 1)
    data.write_text(text)

    answer = tsp("run", "--resume", left)

    assert answer.returncode == 1 and "is not what this run had written" in answer.stderr
    assert data.read_text() == text


def test_every_flipped_bit_is_found(left: Path, config: Config) -> None:
    path, draws = left / "checkpoint", random.Random(1)
    run, whole = read_unfinished(left), path.read_bytes()
    for _ in range(100):
        flipped = bytearray(whole)
        flipped[draws.randrange(len(flipped))] ^= 1 << draws.randrange(8)
        path.write_bytes(flipped)
        with pytest.raises(RunError, match="is damaged|is no file of the kind"):
            load_checkpoint(path, run.netlist, run.ss, run.config(config))
    path.write_bytes(whole[:-1])
    refused(left, "is damaged")


def test_a_planted_pickle_is_not_read(left: Path, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
            return (Path.touch, (str(tmp_path / "sprung"),))  # type: ignore[return-value]

    (left / "checkpoint").write_bytes(pickle.dumps(Trap()))

    refused(left, "is no file of the kind")
    reseal_as_checkpoint(left / "checkpoint", pickle.dumps(Trap()))
    assert tsp("run", "--resume", left).returncode == 1
    assert not (tmp_path / "sprung").exists()


def reseal_as_checkpoint(path: Path, body: bytes) -> None:
    path.write_bytes(b"tokenspice checkpoint 1\n" + bytes(32) + body)
    reseal(path, lambda body: body)


def test_no_key_is_written(left: Path) -> None:
    content = (left / "checkpoint").read_bytes()

    assert b"pub1" in content
    for name in ("pub1", "wallet/pub1", "faucet", "wallet/faucet"):
        key = derive(0, name)
        assert key not in content and key.hex().encode() not in content
        assert key[::-1] not in content and str(int.from_bytes(key, "big")).encode() not in content
        assert f"{int.from_bytes(key, 'big'):x}".encode() not in content


def test_a_run_at_work_is_left_alone(tmp_path: Path) -> None:
    process = start_tsp("run", GRANT, tmp_path / "o", "-q", "--set", "max_ticks=10000000")
    wait_for((tmp_path / "o" / "data.csv").exists, seconds=60)

    answer = tsp("run", "--resume", tmp_path / "o")
    process.kill()
    process.communicate()

    assert answer.returncode == 1 and "a run is at work in" in answer.stderr


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--network", "anvil"), ("anvil cannot be saved", "--network revm")),
        (("--checkpoint-every", "10"), ("10d or 500ticks",)),
        (("--checkpoint-every", "0d"), ("10d or 500ticks",)),
    ],
)
def test_what_does_not_go_with_checkpoints_is_refused(
    tmp_path: Path, args: tuple[str, ...], words: tuple[str, ...]
) -> None:
    answer = tsp(
        "run", POOL, tmp_path / "o", *(() if "--checkpoint-every" in args else ("--checkpoint-every", "1d")), *args
    )

    assert answer.returncode == 1 and len(answer.stderr.splitlines()) == 1
    assert all(word in answer.stderr for word in words)
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--seed", 1), "has seed = 0, not 1"),
        (("--set", "pub_init_OCEAN=5"), "has pub_init_OCEAN = 10000, not 5"),
        (("--network", "anvil"), "is on revm, and goes on there"),
    ],
)
def test_what_contradicts_the_run_is_refused(left: Path, args: tuple[object, ...], words: str) -> None:
    answer = tsp("run", "--resume", left, *args)

    assert answer.returncode == 1 and words in answer.stderr
    assert tsp("run", GRANT, left, "--resume").returncode == 1


def planted(left: Path, where: Path, mark: Path, **changes: object) -> None:
    """Let run.json name another Python file, which leaves a mark when it is imported."""
    where.parent.mkdir(parents=True, exist_ok=True)
    where.write_text(f"import pathlib; pathlib.Path({str(mark)!r}).touch()\n")
    (left / "run.json").write_text(json.dumps(record(left) | {"netlist": str(where)} | changes))


@pytest.mark.parametrize("place", ["o/evil.py", "elsewhere/netlist.py"])
def test_a_file_that_a_folder_names_is_not_imported_on_its_word(left: Path, tmp_path: Path, place: str) -> None:
    where, mark = tmp_path / place, tmp_path / "sprung"
    planted(left, where, mark)

    refused(left, str(where))
    named = tsp("run", tmp_path / "pool" / "netlist.py", left, "--resume")

    assert named.returncode == 1 and "is one of" in named.stderr
    assert not mark.exists()


@pytest.mark.parametrize(
    "changes",
    [{"options": {}}, {"strategy": 5}, {"sources": []}, {"netlist": 7}, {"options": {"network": []}}, {"sources": {}}],
)
def test_a_record_that_was_tampered_with_gives_one_line(left: Path, changes: dict[str, object]) -> None:
    (left / "run.json").write_text(json.dumps(record(left) | changes))

    refused(left, "run.json")


@pytest.mark.parametrize("every", [-3600, 0, True])
def test_a_planted_interval_between_checkpoints_is_refused(left: Path, every: int) -> None:
    planted = record(left)
    planted["options"] = dict(planted["options"]) | {"checkpoint_every": every}  # type: ignore[call-overload]
    (left / "run.json").write_text(json.dumps(planted))

    with pytest.raises(RunError, match=f"checkpoint_every is {every}, where a whole number of seconds from 1 on"):
        read_unfinished(left)


def test_a_record_that_nests_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("[" * 1_000_000)

    with pytest.raises(RunError, match="is no record of a run"):
        read_unfinished(tmp_path)


def test_what_is_no_run_is_said_to_be_none(tmp_path: Path) -> None:
    answer = tsp("run", "--resume", tmp_path)
    (tmp_path / "run.json").write_text("[]")

    assert answer.returncode == 1 and "Write the folder that tsp run made" in answer.stderr
    refused(tmp_path, "is no record of a run")
    assert tsp("run", "simplegrant").returncode == 2


def test_what_cannot_be_kept_ends_a_run_with_checkpoints_before_its_first_tick(tmp_path: Path) -> None:
    text = GRANT.read_text().replace(
        "super().__init__(ss)", "super().__init__(ss)\n        self.ticks = (n for n in range(9))"
    )
    (tmp_path / "mine.py").write_text(text)

    answer = tsp("run", tmp_path / "mine.py", tmp_path / "a", "--checkpoint-every", "1d")

    assert tsp("run", tmp_path / "mine.py", tmp_path / "b").returncode == 0
    assert answer.returncode == 1 and "ticks is a generator, which a checkpoint cannot hold" in answer.stderr
    assert not (tmp_path / "a").exists()


def test_a_failing_agent_fails_again_at_the_same_tick(tmp_path: Path, config: Config) -> None:
    text = GRANT.read_text().replace("ocean_price=lambda: 1.0", "ocean_price=lambda: 1 // (200 > self.tick)")
    (tmp_path / "mine.py").write_text(text)
    netlist = load_netlist(tmp_path / "mine.py")
    for _ in range(2):
        with pytest.raises(AgentError, match="tick 200, agent taker1"):
            if (tmp_path / "o").exists():
                resume_run(read_unfinished(tmp_path / "o"), config)
            run_once(netlist, netlist.strategy(), tmp_path / "o", config, RunOptions(checkpoint_every=24 * HOUR))

    assert record(tmp_path / "o")["resumed_from_tick"] == 192


def test_another_process_goes_on_without_deploying(left: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from tokenspice.web3engine.config import find_project, read_config\n"
        "from tokenspice.studies.resume.resume import read_unfinished, resume_run\n"
        "from tokenspice.web3engine.backends.revm import RevmBackend\n"
        "def send(self, wallet, call):\n"
        "    assert call.to, 'a contract was deployed'\n"
        "    return sent(self, wallet, call)\n"
        "sent, RevmBackend.send = RevmBackend.send, send\n"
        "resume_run(read_unfinished(Path(sys.argv[1])), read_config(find_project()))\n"
    )

    done = subprocess.run([sys.executable, "-c", program, str(left)], cwd=PROJECT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert record(left)["outcome"] == "finished"


def test_a_killed_run_keeps_its_transactions_and_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    words = ("--transactions", "--checkpoint-every", "5ticks", "--set", "max_ticks=60")
    assert tsp("run", BUSY, tmp_path / "whole", *words).returncode == 0
    process = start_tsp("run", BUSY, tmp_path / "killed", *words)
    log = tmp_path / "killed" / "data.csv"
    wait_for(lambda: log.exists() and log.read_bytes().count(b"\n") > 20, 60)
    process.kill()
    process.communicate()
    assert sum(pq.read_table(part).num_rows for part in (tmp_path / "killed" / "transactions").glob("*.parquet"))

    assert tsp("run", "--resume", tmp_path / "killed").returncode == 0

    whole, resumed = (
        {path.name: path.read_bytes() for path in sorted((tmp_path / name / "transactions").iterdir())}
        for name in ("whole", "killed")
    )
    assert (
        resumed == whole
        and (tmp_path / "killed" / "data.csv").read_bytes() == (tmp_path / "whole" / "data.csv").read_bytes()
    )
