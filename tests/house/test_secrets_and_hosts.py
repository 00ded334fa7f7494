"""Nothing that is kept in git looks like a private key, and the code speaks to this machine alone."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.sources import PROJECT, Source, modules, scripts

KEY = re.compile(r"(?<![0-9A-Za-z])(0x)?[0-9a-fA-F]{64}(?![0-9A-Za-z])")
HOST = re.compile(r"(?:https?|wss?)://([^\s/\"'`()<>,;]+)")
LISTENS_TO_ALL = re.compile(r"\b0\.0\.0\.0\b")
LOCAL = re.compile(r"(127\.0\.0\.1|localhost|\[::1\]|…|\{[\w.]+\})(:(\d+|\{[\w.]+\}))?\.?")


def may_hold_digests(name: str) -> bool:
    """Lock files name packages by SHA-256, compiled contracts their sources; tests' data may be anything measured."""
    return name.endswith((".lock", "package-lock.json", "/compiled.json")) or name.startswith("tests/data/")


def keys(name: str, text: str) -> list[str]:
    """The places of what might be a private key; the key itself is not shown."""
    if may_hold_digests(name):
        return []
    return [f"{name}:{number}" for number, line in enumerate(text.splitlines(), 1) if KEY.search(line)]


def strange_hosts(source: Source) -> list[str]:
    """The addresses in a file that are not this machine's, or that listen to all."""
    hosts = [found for found in HOST.findall(source.text) if not LOCAL.fullmatch(found)]
    return [f"{source.name}: {host}" for host in hosts + LISTENS_TO_ALL.findall(source.text)]


def tracked_files() -> list[Path]:
    if not (shutil.which("git") and (PROJECT / ".git").exists()):
        pytest.skip("this is no git checkout")
    command = ["git", "-C", str(PROJECT), "ls-files", "-z"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := PROJECT / name).is_file()]


def test_no_file_in_git_holds_a_private_key() -> None:
    found = [
        place
        for path in tracked_files()
        for place in keys(path.relative_to(PROJECT).as_posix(), path.read_text(encoding="utf-8", errors="replace"))
    ]

    assert found == []


def test_the_code_and_its_settings_name_no_host_but_this_machine() -> None:
    settings = Source("tokenspice.ini", (PROJECT / "tokenspice.ini").read_text())

    assert [host for source in (*modules(), *scripts(), settings) for host in strange_hosts(source)] == []


@pytest.mark.parametrize("text", ["KEY = {}", "TEST_PRIVATE_KEY1 = 0x{}", '"{}"', "a\nb: 0x{}\n", "({}, 1)"])
def test_a_private_key_is_found_and_not_shown(text: str) -> None:
    key = "5D" * 32

    found = keys("tokenspice.ini", text.format(key))

    assert len(found) == 1
    assert key not in found[0]


@pytest.mark.parametrize("text", ["0x" + "ab" * 20, "ab" * 31, "ab" * 33, "0x" + "60" * 500, "g" * 64, "x" + "ab" * 32])
def test_addresses_bytecode_and_other_numbers_are_let_through(text: str) -> None:
    assert keys("tokenspice.ini", text) == []


def test_digests_are_let_through_where_they_belong() -> None:
    for name in ("package-lock.json", "web3engine/core/Cargo.lock", "tests/data/golden/run.json"):
        assert keys(name, "ab" * 32) == []


@pytest.mark.parametrize(
    "text",
    [
        'URL = "https://mainnet.infura.io/v3/1234"',
        "http://10.0.0.7:8545",
        "wss://node.example/ws",
        'bind("0.0.0.0", 8545)',
        "http://127.0.0.1.example.com/",
    ],
)
def test_a_strange_host_is_found(text: str) -> None:
    assert len(strange_hosts(Source("web3engine/a.py", text))) == 1


@pytest.mark.parametrize(
    "text",
    ["http://127.0.0.1:8545", "http://127.0.0.1:{self.port}", "http://{HOST}:1", "(http://…)", "http://localhost/."],
)
def test_this_machine_is_let_through(text: str) -> None:
    assert strange_hosts(Source("web3engine/a.py", text)) == []


@pytest.mark.parametrize("text", ['text.startswith(("http://", "https://"))', "ws://"])
def test_a_scheme_without_a_host_is_let_through(text: str) -> None:
    assert strange_hosts(Source("web3engine/a.py", text)) == []
