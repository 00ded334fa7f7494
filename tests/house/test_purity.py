"""Importing does nothing: no file, no socket, no process, no global setting, not a word."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import watch_imports
from tests.house.sources import PROJECT, importable


def effects_of_importing(folder: Path, *names: str) -> list[str]:
    """What the import of some modules does besides; whatever it prints makes this fail."""
    process = subprocess.run(
        [sys.executable, "-B", watch_imports.__file__, str(folder), *names], capture_output=True, text=True, cwd=folder
    )
    assert (process.returncode, process.stderr) == (0, ""), process.stderr
    found: list[str] = json.loads(process.stdout)
    return found


def test_importing_any_module_does_nothing() -> None:
    assert effects_of_importing(PROJECT, *(source.module for source in importable())) == []


@pytest.mark.parametrize(
    ("line", "effect"),
    [
        ("import socket; socket.socket().close()", "socket.__new__"),
        ("open('out.txt', 'w').close()", "open out.txt"),
        ("open(__file__).close()", "open "),
        ("class C:\n    open(__file__).close()", "open "),
        ("def f():\n    open(__file__).close()\nf()", "open "),
        ("import pathlib; pathlib.Path('made').mkdir()", "os.mkdir made"),
        ("import subprocess, sys; subprocess.run([sys.executable, '-c', ''])", "subprocess.Popen"),
        ("import os; os.system('true')", "os.system"),
        ("import threading; threading.Timer(0.1, int).start()", "changed the number of threads"),
        ("import os; os.environ['A'] = 'b'", "changed the environment"),
        ("import numpy; numpy.seterr(all='raise')", "changed numpy's error state"),
        ("import numpy; numpy.random.seed(0)", "changed numpy's random state"),
        ("import os; os.chdir('/')", "changed the working directory"),
        ("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)", "changed the handling of signals"),
    ],
)
def test_an_import_that_does_something_is_found(tmp_path: Path, line: str, effect: str) -> None:
    (tmp_path / "ours.py").write_text(line)

    found = effects_of_importing(tmp_path, "ours")

    assert any(effect in text for text in found), found


def test_an_import_that_prints_is_found(tmp_path: Path) -> None:
    (tmp_path / "ours.py").write_text("print('welcome')")

    with pytest.raises(json.JSONDecodeError):
        effects_of_importing(tmp_path, "ours")


def test_what_a_library_does_is_not_held_against_its_importer(tmp_path: Path) -> None:
    libraries, ours = tmp_path / "libraries", tmp_path / "ours"
    libraries.mkdir()
    ours.mkdir()
    (libraries / "busy.py").write_text("open(__file__).close()")
    (ours / "quiet.py").write_text(f"import sys; sys.path.append({str(libraries)!r})\nimport busy")

    assert effects_of_importing(ours, "quiet") == []
