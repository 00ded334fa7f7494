"""The wheel, installed where there is nothing else: one name, no Node.js, our own contracts, drawings as in a checkout.

The source distribution is built first, and the wheel from it, so both are shown to be whole. The tests' own environment
lends the libraries, since nothing is fetched here; what is tried is in a folder that holds the wheel alone.
"""

import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.conftest import PROJECT
from tests.studies.terminal import tsp

BIN = "Scripts" if os.name == "nt" else "bin"
# Netlists that need nothing but what is in the wheel, and those on contracts that others publish.
OURS = (
    *("simplegrant", "frontrun", "erc20_payments", "dynamic_pool", "pool_network", "scheduler", "quadratic_funding"),
    *("opsci_naive", "minter_ecosystem", "peer_review", "wsloop", "source_cred"),
)
OTHERS = {
    "simplepool": "oceanv3",
    "oceanv4": "oceanv4",
    "uniswap_arbitrage": "uniswapv3",
    "aave_liquidation": "uniswapv3",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that all workers of this test run share; while one makes what is missing in it, the others wait."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "packaged"
    folder.mkdir(exist_ok=True)
    yield folder


@pytest.fixture(scope="module")
def sdist(made: Path) -> Path:
    """A source distribution of what git has here."""
    if not (PROJECT / ".git").exists():
        pytest.skip("this is no git checkout")
    with FileLock(made / "lock"):
        if not (made / "sdist").exists():
            build("--sdist", "--outdir", str(made / "sdist-new"), str(PROJECT))
            (made / "sdist-new").rename(made / "sdist")
    return next((made / "sdist").glob("*.tar.gz"))


@pytest.fixture(scope="module")
def source(made: Path, sdist: Path) -> Path:
    """What is in the source distribution."""
    with FileLock(made / "lock"):
        if not (made / "source").exists():
            with tarfile.open(sdist) as archive:
                archive.extractall(made / "source-new", filter="data")
            (made / "source-new").rename(made / "source")
    (folder,) = (made / "source").iterdir()
    return folder


@pytest.fixture(scope="module")
def wheel(made: Path, source: Path) -> Path:
    """A wheel from the source distribution.

    Cargo tells crates apart by their paths, and would compile the cores again where the archive was unpacked. It is sent to
    the checkout, which has the same sources of the cores.
    """
    assert sources_of_cores(source) == sources_of_cores(PROJECT)
    with FileLock(made / "lock"):
        if not (made / "wheel").exists():
            cargo = {"CARGO": str(cargo_of_the_checkout(made))} if os.name == "posix" and shutil.which("cargo") else {}
            out = made / "wheel-new"
            build("--wheel", "--outdir", str(out), str(source), TOKENSPICE_REQUIRE_CORE="1", **cargo)
            out.rename(made / "wheel")
    return next((made / "wheel").glob("*.whl"))


def sources_of_cores(source: Path) -> dict[str, bytes]:
    packages = source / "src" / "tokenspice"
    return {
        path.relative_to(packages).as_posix(): path.read_bytes()
        for core in (packages / "web3engine" / "core", packages / "markets" / "pools" / "core")
        for path in core.rglob("*")
        if path.suffix in (".rs", ".toml", ".lock") and "target" not in path.relative_to(core).parts
    }


def cargo_of_the_checkout(folder: Path) -> Path:
    script = folder / "cargo"
    script.write_text(f"""#!/bin/sh
unset CARGO
cd {shlex.quote(str(PROJECT))} && exec {shlex.quote(str(shutil.which("cargo")))} "$@"
""")
    script.chmod(0o755)
    return script


@pytest.fixture(scope="module")
def python(made: Path, wheel: Path) -> Path:
    """An environment with the wheel, and the libraries of this one."""
    folder = made / "installed"
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    with FileLock(made / "lock"):
        if not (packages / "libraries.pth").exists():
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(packages)
            subprocess.run([folder / BIN / "python", "-m", "compileall", "-q", packages / "tokenspice"], check=False)
            (packages / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return folder / BIN / "python"


def build(*args: str, **more: str) -> None:
    # Where bootstrap.py has what the cores need compiled already.
    environment = {"CARGO_TARGET_DIR": str(PROJECT / "build" / "cargo")} | os.environ | more
    command = [sys.executable, "-m", "build", "--no-isolation", *args]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=PROJECT)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("empty")


def installed(python: Path, folder: Path, *args: object) -> "subprocess.CompletedProcess[str]":
    """Run `tsp` as installed, in a folder, with no program on PATH."""
    own = {"PATH": str(folder / "nothing"), "TOKENSPICE_DATA": str(folder / "data")}
    environment = os.environ | own | {"TOKENSPICE_CACHE": str(folder / "cache")}
    environment.pop("PYTHONPATH", None)
    command = [str(python), "-c", "from tokenspice.studies.cli import main; main()", *map(str, args)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


def test_it_takes_one_name(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (top_level,) = [name for name in names if name.endswith("top_level.txt")]
        assert archive.read(top_level).decode().split() == ["tokenspice"]

    assert {name.partition("/")[0] for name in names} == {"tokenspice", top_level.partition("/")[0]}
    assert not [name for name in names if name.startswith("tokenspice/tests") or "node_modules" in name]


def test_it_has_its_cores_for_every_python_since_3_11(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        compiled = [name for name in archive.namelist() if "/_core." in name and not name.endswith(".pyi")]

    assert "-cp311-abi3-" in wheel.name and len(compiled) == 2
    if importlib.util.find_spec("abi3audit"):
        audited = subprocess.run([sys.executable, "-m", "abi3audit", "--strict", wheel], capture_output=True, text=True)
        assert audited.returncode == 0, audited.stdout + audited.stderr


def test_an_index_would_take_both(sdist: Path, wheel: Path) -> None:
    checked = subprocess.run([sys.executable, "-m", "twine", "check", "--strict", sdist, wheel], capture_output=True)

    assert checked.returncode == 0, checked.stdout


def test_another_package_called_agents_stays_what_it_is(python: Path, empty: Path) -> None:
    (empty / "beside" / "agents").mkdir(parents=True)
    (empty / "beside" / "agents" / "__init__.py").write_text("theirs = True\n")
    code = "import agents, tokenspice.agents as ours; print(agents.theirs, ours.__name__)"
    environment = os.environ | {"PYTHONPATH": str(empty / "beside")}

    said = subprocess.run([python, "-c", code], cwd=empty, env=environment, capture_output=True, text=True)

    assert said.stdout.split() == ["True", "tokenspice.agents"], said.stderr


@pytest.mark.parametrize("name", OURS)
def test_a_netlist_that_needs_nothing_else_runs(name: str, python: Path, empty: Path) -> None:
    ran = installed(python, empty, "run", name, f"runs/{name}", "--set", "max_ticks=10", "-q")

    assert (ran.returncode, ran.stderr) == (0, "")
    here = tsp("run", name, empty / "checkout" / name, "--set", "max_ticks=10", "-q")
    assert here.returncode == 0
    assert (empty / "runs" / name / "data.csv").read_bytes() == (empty / "checkout" / name / "data.csv").read_bytes()


@pytest.mark.parametrize(("name", "lacking"), OTHERS.items())
def test_a_netlist_on_contracts_of_others_names_the_command(name: str, lacking: str, python: Path, empty: Path) -> None:
    refused = installed(python, empty, "run", name, f"runs/{name}", "--json")

    assert refused.returncode == 1
    error = json.loads(refused.stdout)["error"]
    assert error["word"] == "not-installed" and f"`tsp setup {lacking}`" in error["message"]


@pytest.mark.parametrize("name", ["simplegrant", "frontrun", "opsci_naive"])
def test_a_drawing_is_that_of_the_checkout(name: str, python: Path, empty: Path) -> None:
    assert installed(python, empty, "show", name, f"{name}.svg", "--run", 5).returncode == 0
    assert tsp("show", name, empty / f"{name}-here.svg", "--run", 5).returncode == 0

    assert (empty / f"{name}.svg").read_text() == (empty / f"{name}-here.svg").read_text()


def test_plots_and_batches_are_made(python: Path, empty: Path) -> None:
    many = installed(python, empty, "batch", "simplegrant", "runs/many", "--seeds", 2, "--workers", 2)
    drawn = installed(python, empty, "plot", "simplegrant", "runs/many", "plots")

    assert (many.returncode, drawn.returncode) == (0, 0), many.stderr + drawn.stderr
    assert list((empty / "plots").glob("*.png"))


def test_a_netlist_of_the_old_names_still_loads(python: Path, empty: Path) -> None:
    source = (PROJECT / "netlists" / "simplegrant" / "netlist.py").read_text()
    old = source.replace("from tokenspice.agents", "from agents.grants").replace(
        "from tokenspice.engine", "from engine"
    )
    (empty / "old.py").write_text(old)

    ran = installed(python, empty, "run", "old.py", "runs/old", "--set", "max_ticks=10", "-q")

    assert (ran.returncode, ran.stderr) == (0, "") and "from agents.grants import" in old


def test_what_is_made_goes_to_no_installed_folder(python: Path, empty: Path) -> None:
    (empty / "Mine.sol").write_text("contract Mine {}")
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(python.parent.parent)})) / "tokenspice"
    before = {path for path in packages.rglob("*") if "__pycache__" not in path.parts}

    assert installed(python, empty, "doctor").returncode == 0
    assert installed(python, empty, "compile").returncode == 0
    assert {path for path in packages.rglob("*") if "__pycache__" not in path.parts} == before


def test_a_wheel_without_its_cores_can_be_refused(sdist: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    environment = os.environ | {"TOKENSPICE_REQUIRE_CORE": "1", "PATH": without_cargo(os.environ["PATH"])}
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(tmp_path), str(unpacked)]

    refused = subprocess.run(command, capture_output=True, text=True, env=environment)

    assert (
        refused.returncode != 0
        and "cores of web3engine, markets/pools were not built" in refused.stdout + refused.stderr
    )
    assert not list(tmp_path.glob("*.whl"))


def without_cargo(path: str) -> str:
    return os.pathsep.join(part for part in path.split(os.pathsep) if not shutil.which("cargo", path=part))
