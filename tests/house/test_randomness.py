"""All dice come from `state.rng(name)`: there is no `random`, no global generator of NumPy's, no seed from nowhere."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.sources import Source, imports, modules, scripts

FROM_NUMPY = {"default_rng", "Generator", "SeedSequence", "BitGenerator", "PCG64", "get_state"}
AMBIENT = {"random", "secrets", "os.urandom", "uuid.uuid1", "uuid.uuid4"}

# DARC-SPICE's trajectories were drawn from Python's generator. A class of its own, with a seed, can follow them; the
# module's functions, which share one generator, stay out.
# Whoever warns of guests that draw from the module's generator looks at its state, and draws nothing.
MAY_IMPORT = {
    "agents/science/dice.py": {"random.Random"},
    "studies/run/ambient_randomness.py": {"random.getstate"},
}
# A predecessor's paths are those of NumPy's legacy generator: an object of its own, with a seed, can follow them.
MAY_USE = {"studies/twin/gamma_fit.py": {"np.random.RandomState"}}
# What an agent may hold, a checkpoint has to write, whatever it is. Nothing is drawn there.
WRITES_DICE = ("studies/resume/numpy_content.py",)


def dice(source: Source) -> list[str]:
    """The places where a file draws from something that no seed of ours rules."""
    return [f"{source.name}:{line}: {what}" for line, what in (*_imported(source), *_used(source))]


def _imported(source: Source) -> Iterator[tuple[int, str]]:
    for line, name in imports(source):
        module, _, last = name.rpartition(".")
        from_numpy = module == "numpy.random" and last not in FROM_NUMPY
        if name in MAY_IMPORT.get(source.name, ()):
            continue
        if name in AMBIENT or name.partition(".")[0] in AMBIENT or from_numpy:
            yield line, f"import {name}"


def _used(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        text = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
        if text in MAY_USE.get(source.name, ()):
            continue
        if text in AMBIENT:
            yield node.lineno, text  # type: ignore[attr-defined]
        module, _, name = text.rpartition(".")
        if module in ("np.random", "numpy.random") and name not in FROM_NUMPY:
            yield node.lineno, text  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and not (node.args or node.keywords):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in ("default_rng", "SeedSequence", "PCG64", "Random"):
                yield node.lineno, f"{called}() without a seed"


def test_no_dice_but_the_states() -> None:
    assert [
        found for source in (*modules(), *scripts()) if source.name not in WRITES_DICE for found in dice(source)
    ] == []


@pytest.mark.parametrize(
    "line",
    [
        "import random",
        "import random as dice",
        "from random import choice",
        "import secrets",
        "import os\nkey = os.urandom(32)",
        "from os import urandom",
        "import uuid\nname = uuid.uuid4()",
        "import numpy as np\nnp.random.seed(0)",
        "import numpy\nx = numpy.random.rand()",
        "def f(a):\n    return np.random.choice(a)",
        "from numpy.random import randint",
        "rng = np.random.default_rng()",
        "from numpy.random import default_rng\nrng = default_rng()",
        "seeds = np.random.SeedSequence()",
    ],
)
def test_ambient_dice_are_found(line: str) -> None:
    assert len(dice(Source("agents/a.py", line))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "rng = np.random.default_rng(np.random.SeedSequence(5))",
        "def f(rng: np.random.Generator) -> float:\n    return rng.random()",
        "price = state.rng('a').normal()",
        "from numpy.random import Generator, SeedSequence",
        "import numpy as np\nfrom tokenspice.engine.streams import RandomStreams",
    ],
)
def test_streams_with_a_seed_are_let_through(line: str) -> None:
    assert dice(Source("agents/a.py", line)) == []


@pytest.mark.parametrize(
    ("name", "line", "n_found"),
    [
        ("agents/science/dice.py", "from random import Random\nshared = Random(5)", 0),
        ("agents/science/dice.py", "from random import Random\nshared = Random()", 1),
        ("agents/science/dice.py", "from random import choice", 1),
        ("netlists/science/log.py", "from random import Random", 1),
    ],
)
def test_pythons_generator_comes_in_by_one_door_and_with_a_seed(name: str, line: str, n_found: int) -> None:
    assert len(dice(Source(name, line))) == n_found
