"""`tsp setup`: pinned packages from a registry, which here is a server on this machine."""

import base64
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from tests.conftest import PROJECT
from tests.studies.terminal import tsp
from tokenspice.engine.errors import SetupError
from tokenspice.studies.setup.lock_file import LockFile, Pinned
from tokenspice.studies.setup.packages import package_sets, registry_url, set_up
from tokenspice.web3engine.npm import SETS, install_command, node_folders
from tokenspice.web3engine.protocol import read_protocol


def archive(package: str, name: str = "", **files: str) -> bytes:
    """A package as a registry keeps it; `name` is one more file in it, by the name that it has in the archive."""
    content = io.BytesIO()
    manifest = {"package.json": json.dumps({"name": package, "version": "1.0.0"})}
    inside = {f"package/{path}": text for path, text in (manifest | files).items()} | ({name: ""} if name else {})
    with tarfile.open(fileobj=content, mode="w:gz") as packed:
        for path, text in inside.items():
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(text.encode()), 0o755 if "/bin/" in path else 0o644
            packed.addfile(member, io.BytesIO(text.encode()))
    return content.getvalue()


class Registry(BaseHTTPRequestHandler):
    """Serves archives, and counts who asked."""

    archives: ClassVar[dict[str, bytes]] = {}
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200 if self.path in self.archives else 404)
        self.end_headers()
        self.wfile.write(self.archives.get(self.path, b""))

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def registry() -> Iterator[str]:
    Registry.archives, Registry.asked = {}, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def pinned(name: str, content: bytes, **more: object) -> dict[str, object]:
    """Publish an archive, and return what a lock file says of it."""
    Registry.archives[f"/{name}/-/{name.rpartition('/')[2]}-1.0.0.tgz"] = content
    integrity = f"sha512-{base64.b64encode(hashlib.sha512(content).digest()).decode()}"
    return {"version": "1.0.0", "integrity": integrity, "license": "MIT", "name": name, **more}


@pytest.fixture
def home(tmp_path: Path, registry: str) -> Path:
    """A folder whose lock file pins what ganache needs: one package inside it, one beside it, none for other systems."""
    ganache = archive("ganache", **{"bin/run": "#!", "src/a.js": "1"})
    packages = {
        "node_modules/ganache": pinned("ganache", ganache, dependencies={"keccak": "1", "@a/b": "1", "c": "1"}),
        "node_modules/ganache/node_modules/keccak": pinned("keccak", archive("keccak")),
        "node_modules/@a/b": pinned("@a/b", archive("@a/b"), os=["linux", "darwin", "win32"]),
        "node_modules/c": pinned("c", archive("c"), os=["plan9"]),
        "node_modules/keccak": {"resolved": "contracts/nothing", "link": True},
    }
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": packages}))
    return tmp_path


def test_a_package_comes_with_all_that_it_needs(home: Path, registry: str) -> None:
    to, told = home / "data", list[Pinned]()

    set_up(package_sets(["ganache"], home, to), registry, told.append, to)

    assert [one.name for one in told] == ["@a/b", "ganache", "keccak"]
    assert (to / "node_modules/ganache/node_modules/keccak/package.json").exists()
    assert (to / "node_modules/ganache/bin/run").stat().st_mode & 0o111
    assert not (to / "node_modules/ganache/src/a.js").stat().st_mode & 0o111


def test_what_is_there_is_not_asked_for_again(home: Path, registry: str) -> None:
    to = home / "data"
    set_up(package_sets(["ganache"], home, to), registry, lambda _: None, to)
    asked = len(Registry.asked)

    (again,) = package_sets(["ganache"], home, to)
    set_up([again], registry, lambda _: None, to)

    assert again.missing == () and len(Registry.asked) == asked == 3


def test_an_archive_that_is_another_than_the_pinned_one_is_refused(home: Path, registry: str) -> None:
    to = home / "data"
    Registry.archives["/ganache/-/ganache-1.0.0.tgz"] = archive("ganache", **{"evil.js": ""})

    with pytest.raises(SetupError, match="is not what package-lock.json pins: its SHA-512 differs"):
        set_up(package_sets(["ganache"], home, to), registry, lambda _: None, to)

    assert not (to / "node_modules/ganache").exists() and not list(to.glob(".new-*"))


def test_what_a_registry_does_not_have_is_said(home: Path, registry: str) -> None:
    del Registry.archives["/keccak/-/keccak-1.0.0.tgz"]
    to = home / "data"

    with pytest.raises(SetupError, match="keccak 1.0.0 cannot be fetched from http://127.0.0.1"):
        set_up(package_sets(["ganache"], home, to), registry, lambda _: None, to)

    assert len(package_sets(["ganache"], home, to)[0].missing) == 1


@pytest.mark.parametrize("name", ["package/../../out", "package"])
def test_an_archive_that_leaves_its_folder_is_refused(home: Path, registry: str, name: str) -> None:
    lock = json.loads((home / "package-lock.json").read_text())
    lock["packages"]["node_modules/ganache"] |= pinned("ganache", archive("ganache", name=name))
    (home / "package-lock.json").write_text(json.dumps(lock))

    with pytest.raises(SetupError, match="which no package does"):
        set_up(package_sets(["ganache"], home, home / "data"), registry, lambda _: None, home / "data")

    assert not (home / "out").exists() and not (home / "data" / "out").exists()


def test_a_name_that_is_none_is_answered_by_those_that_are() -> None:
    with pytest.raises(SetupError, match="nothing called avae to set up. There are: aavev3, anvil"):
        package_sets(["avae"])


def test_the_sets_are_the_packages_that_protocols_name() -> None:
    for folder in (PROJECT / "contracts").glob("*/protocol.toml"):
        tables = read_protocol(folder.parent).settings.get("npm", [])
        named = tuple(table["package"] for table in (tables if isinstance(tables, list) else [tables]))
        assert not named or SETS[folder.parent.name] == named


@pytest.mark.parametrize("on", [("linux", "x64"), ("linux", "arm64"), ("darwin", "arm64"), ("win32", "x64")])
def test_every_package_of_every_platform_is_pinned(on: tuple[str, str]) -> None:
    lock = LockFile(PROJECT / "package-lock.json", on)

    needed = [one for packages in SETS.values() for package in packages for one in lock.needed(package)]

    assert all(one.integrity.startswith("sha512-") for one in needed)
    assert any(one.name.startswith("@foundry-rs/anvil-") for one in needed)


def test_npms_own_settings_name_the_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("npm_config_registry", raising=False)
    npm = shutil.which("npm")
    assert npm
    own = subprocess.run([npm, "config", "get", "registry"], capture_output=True, text=True, check=True).stdout.strip()
    assert registry_url() == own

    (tmp_path / ".npmrc").write_text("fund=false\nregistry = http://127.0.0.1:4873/\n")
    assert registry_url() == "http://127.0.0.1:4873/"

    monkeypatch.setenv("npm_config_registry", "http://localhost:1/")
    assert registry_url() == "http://localhost:1/"


def test_where_nobody_names_a_registry_the_setting_to_write_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(SetupError, match="Write registry=URL in ~/.npmrc"):
        registry_url()


def test_a_missing_package_is_answered_by_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENSPICE_DATA", str(tmp_path / "data"))

    assert install_command(tmp_path, "@uniswap/v3-core") == "Type `tsp setup uniswapv3`"
    assert list(node_folders(tmp_path))[-1] == tmp_path / "data" / "node_modules"


def test_the_command_lists_what_there_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TOKENSPICE_DATA", str(tmp_path))

    listed = tsp("setup", "--json")

    assert {one["name"] for one in json.loads(listed.stdout)["result"]["sets"]} == set(SETS)
    assert "aavev3" in json.loads(listed.stdout)["lines"][0] and not list(tmp_path.iterdir())
