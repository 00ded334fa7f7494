"""A batch as a file: the words of `tsp batch`, in TOML."""

from pathlib import Path
from typing import Any

from tokenspice.engine.errors import ConfigError
from tokenspice.engine.text import not_among
from tokenspice.files import read_file
from tokenspice.web3engine.safe_toml import parse_toml

__all__ = ["as_seeds", "read_study"]

MOST_BYTES = 16 << 20  # of a file

WORDS: dict[str, tuple[type, ...]] = {
    "netlist": (str,),
    "seeds": (int, str, list),
    "seed": (int,),
    "design": (str,),
    "samples": (int,),
    "distinct_seeds": (bool,),
    "sweep": (dict,),
    "set": (dict,),
    "warm": (bool,),
    "network": (str,),
    "fork": (str,),
    "fork_cache": (str,),
    "workers": (int,),
    "executor": (str,),
    "timeout": (int, float),
}


def read_study(path: Path) -> dict[str, Any]:
    """Read a file such as

        netlist = "simplegrant"
        seeds = 100
        [sweep]
        granter_init_OCEAN = "1:2:5"
        granter_n_actions = [1, 2, 4]
        [set]
        max_ticks = 480

    A netlist is a name, or a path from the file's own folder; fork_cache is such a path too.

    Raises:
        ConfigError: it is no TOML, holds an unknown word, or a word of the wrong type.
    """
    try:
        study = parse_toml(read_file(path, MOST_BYTES))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from error
    for word, value in study.items():
        if word not in WORDS:
            raise ConfigError(f'{path}: there is no word "{word}". {not_among(word, WORDS)}')
        if type(value) not in WORDS[word]:
            kinds = " or ".join(kind.__name__ for kind in WORDS[word])
            raise ConfigError(f"{path}: {word} = {value!r}: write {kinds}.")
    if "netlist" not in study:
        raise ConfigError(f'{path} names no netlist. Write netlist = "…".')
    if (path.parent / study["netlist"]).exists():
        study["netlist"] = str(path.parent / study["netlist"])
    if "fork_cache" in study:
        study["fork_cache"] = str(path.parent / study["fork_cache"])
    # TOML takes a dot in a name for a table in a table.
    return study | {word: flat(study[word]) for word in ("sweep", "set") if word in study}


def flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Turn tables in tables into dotted names."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return found


def as_seeds(value: int | str | list[int]) -> int | list[int]:
    """Read a number of seeds ("100"), or the seeds themselves ("3,5,8").

    Raises:
        ConfigError: it is neither.
    """
    try:
        if isinstance(value, str):
            return [int(text) for text in value.split(",") if text.strip()] if "," in value else int(value)
        return value if isinstance(value, int) else [int(seed) for seed in value]
    except (TypeError, ValueError):
        raise ConfigError(f"seeds = {value}: write how many, or a list such as 3,5,8.") from None
