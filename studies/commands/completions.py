"""What Tab offers: netlists, folders of runs, names of parameters, words of errors. It imports nothing heavy."""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["complete_netlists", "complete_runs", "complete_sets", "complete_settings", "complete_words"]

KEPT = "parameters"  # a folder of the cache: names by the hash of the code that they come from
CODE = ("agents", "engine", "netlists", "protocols", "markets")
TIMEOUT_S = 10
ASK = """
import json, sys
from dataclasses import fields
from pathlib import Path
from tokenspice.engine.sim_strategy import parameter_values
from tokenspice.studies.netlist.netlist_file import load_netlist

print(json.dumps(sorted(parameter_values(load_netlist(Path(sys.argv[1])).strategy({})))))
"""


def complete_netlists(incomplete: str) -> list[str]:
    """Return the names of netlists, and the Python files here."""
    names = {path.parent.name for library in libraries() for path in library.glob("*/netlist.py")}
    return sorted(name for name in names if name.startswith(incomplete)) + paths(incomplete, ".py")


def complete_runs(incomplete: str) -> list[str]:
    """Return folders that runs and batches made, and folders on the way to them."""
    return [path for path in paths(incomplete, "") if is_on_the_way(Path(path))]


def complete_settings(incomplete: str) -> list[str]:
    """Return the parameters of the netlist that the command line names, each with its equals sign."""
    from tokenspice.files import HOME

    # The parser has read nothing yet: the line ends with an option that lacks its value.
    line = os.environ.get("_TYPER_COMPLETE_ARGS") or os.environ.get("COMP_WORDS", "")
    for word in line.split()[2:]:
        if file := netlist_file(word):
            return [f"{name}=" for name in parameters(file, HOME) if name.startswith(incomplete)]
    return []


def complete_sets(incomplete: str) -> list[str]:
    """Return what `tsp setup` knows by name."""
    from tokenspice.web3engine.npm import SETS

    return [name for name in (*SETS, "all") if name.startswith(incomplete)]


def complete_words(incomplete: str) -> list[str]:
    """Return the words of errors."""
    from tokenspice.studies.explain.words import WORDS

    return [one.word for one in WORDS if one.word.startswith(incomplete)]


def netlist_file(name: str) -> Path | None:
    """Return the file of a netlist, as `find_netlist` finds it, without importing what that needs."""
    places = (Path(name), Path(name) / "netlist.py", *(library / name / "netlist.py" for library in libraries()))
    return next((path.resolve() for path in places if name and path.is_file()), None)


def libraries() -> Iterator[Path]:
    from tokenspice.files import HOME

    # As `find_project` looks, which comes with all of the chain.
    here = Path.cwd()
    project = next((folder for folder in (here, *here.parents) if (folder / "tokenspice.ini").is_file()), HOME)
    yield from dict.fromkeys((project / "netlists", HOME / "netlists"))


def paths(incomplete: str, ending: str) -> list[str]:
    """Return the folders and the files of an ending that a word may go on to."""
    folder, beginning = os.path.split(incomplete)
    found = []
    with suppress(OSError), os.scandir(folder or ".") as entries:
        for entry in entries:
            if entry.name.startswith(beginning) and not entry.name.startswith("."):
                path = os.path.join(folder, entry.name)
                if entry.is_dir():
                    found.append(f"{path}/")
                elif ending and entry.name.endswith(ending):
                    found.append(path)
    return sorted(found)


def is_on_the_way(folder: Path) -> bool:
    """Tell whether a folder is a run's, or holds folders."""
    with suppress(OSError), os.scandir(folder) as entries:
        return any(entry.name in ("run.json", "batch.json") or entry.is_dir() for entry in entries)
    return False


def parameters(file: Path, home: Path) -> list[str]:
    """Return the names of a netlist's parameters, kept by the hash of all code that they may come from."""
    import subprocess

    from tokenspice.user_data import cache_folder

    kept = cache_folder() / KEPT / f"{code_key(file, home)}.json"
    with suppress(OSError, ValueError):
        return list(json.loads(kept.read_text()))
    with suppress(OSError, ValueError, subprocess.SubprocessError):
        command = [sys.executable, "-c", ASK, str(file)]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        environment.pop("_TSP_COMPLETE", None)
        asked = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, env=environment)
        names = [str(name) for name in json.loads(asked.stdout)]
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(names))
        return names
    return []


def code_key(file: Path, home: Path) -> str:
    """Return a hash of the files that a netlist's parameters may be written in: names, sizes and times."""
    digest = hashlib.sha256(str(file).encode() + file.read_bytes())
    for folder in (file.parent, *(home / name for name in CODE)):
        for path in sorted(folder.rglob("*.py")):
            about = path.stat()
            digest.update(f"{path} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:32]
