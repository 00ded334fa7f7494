"""A study in text: of options such as `--design u=50:150`, and of a TOML file with the same words."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tokenspice.engine import metrics as measured
from tokenspice.engine import variables
from tokenspice.engine.errors import StudyError
from tokenspice.engine.metrics import COLUMN_METRICS, Metric
from tokenspice.engine.study import Falling, Goal, Rising, Spec, Study
from tokenspice.engine.variables import Choice, Discrete, Random, Range, Value, Variable
from tokenspice.files import read_file
from tokenspice.studies.batch.study_file import flat
from tokenspice.web3engine.safe_toml import parse_toml

__all__ = ["changed_study", "read_metric", "read_random", "read_spec", "read_study_file", "read_variable"]

WORDS = ("design", "random", "correlations", "environment", "metrics", "specs", "goals")
ROLES = ("design", "random", "environment")
LAWS = {
    "normal": variables.Normal,
    "lognormal": variables.LogNormal,
    "uniform": variables.Uniform,
    "triangular": variables.Triangular,
    "beta": variables.Beta,
    "empirical": variables.Empirical,
}
CALL = re.compile(r"\s*(\w+)\s*\((.*)\)\s*(.*?)\s*", re.S)
SPEC = re.compile(
    r"\s*(?:(mean|q[\d.]+)\s*\(\s*(\S+)\s*\)|(\S+))\s*(<=|>=)\s*(\S+)(?:\s+(?!(?:in|near)\b)(\S+))?"
    r"(?:\s+in\s+(\S+))?(?:\s+near\s+(rising|falling)\((.+)\))?\s*"
)
GOALS: dict[str, Goal] = {"min": "minimise", "max": "maximise", "minimise": "minimise", "maximise": "maximise"}
MOST_BYTES = 1 << 20


def read_variable(name: str, text: str) -> Variable:
    """Read "500:20000", "500:20000 log", "5000:8200 step 50", or "pool,outside".

    Raises:
        StudyError: it is none of these.
    """
    words = text.split()
    if not words or (len(words) > 1 and ":" not in words[0] and "," not in text):
        raise StudyError(f'{name} = "{text}": write low:high, low:high log, low:high step n, or values with commas.')
    if ":" not in words[0]:
        return Choice(*(plain(one) for one in text.split(",")))
    low, _, high = words[0].partition(":")
    match words[1:]:
        case []:
            return Range(low, high)
        case ["log"]:
            return Range(low, high, log=True)
        case ["step", step]:
            return Range(low, high, step=step)
        case ["log", "step", step]:
            return Range(low, high, log=True, step=step)
    raise StudyError(f'{name} = "{text}": after low:high there may be log, and step n.')


def read_random(name: str, text: str) -> Random:
    """Read "lognormal(0.7, 0.3)", "normal(0, 1, within=-2:2)", "discrete(pool: 3, outside: 1)", and their like.

    Raises:
        StudyError: it is none of these.
    """
    found = CALL.fullmatch(text)
    word, inside = (found[1].lower(), found[2]) if found and not found[3] else ("", "")
    if word == "discrete":
        pairs = [one.rpartition(":") for one in inside.split(",")]
        return Discrete({plain(value): number(name, weight) for value, _, weight in pairs})
    if word not in LAWS:
        raise StudyError(f'{name} = "{text}": write one of {", ".join([*LAWS, "discrete"])}, such as normal(0, 1).')
    numbers, named = arguments(inside)
    if "within" in named:
        low, _, high = named.pop("within").partition(":")
        named["within"] = (low, high)
    if word == "beta":
        numbers = [number(name, one) if place < 2 else one for place, one in enumerate(numbers)]
    try:
        made: Random = LAWS[word](*numbers, **named)
    except TypeError as error:
        raise StudyError(f'{name} = "{text}": {str(error).replace("__init__()", word)}.') from None
    return made


def read_metric(name: str, text: str) -> Metric:
    """Read "highest(bad_debt_USD)", "at(r, 30) tokens", "first_passage(n_pools, at_least=2)", and their like.

    Raises:
        StudyError: it is none of these.
    """
    found = CALL.fullmatch(text)
    if not found or found[1] not in COLUMN_METRICS:
        raise StudyError(f'{name} = "{text}": write one of {", ".join(COLUMN_METRICS)}, such as highest(column).')
    (column, *numbers), named = arguments(found[2])
    make: Callable[..., Metric] = getattr(measured, found[1])
    unit = {"unit": found[3]} if found[3] else {}
    try:
        return make(
            column, *(number(name, one) for one in numbers), **{k: number(name, v) for k, v in named.items()}, **unit
        )
    except TypeError as error:
        raise StudyError(f'{name} = "{text}": {error}.') from None


def read_spec(text: str) -> Spec:
    """Read "worst <= 1000 USD in 0.99", "q95(worst) <= 1000", "end >= 0 in 0.99 near falling(r)".

    Raises:
        StudyError: it is none of these.
    """
    found = SPEC.fullmatch(text)
    if not found:
        raise StudyError(f'the spec "{text}": write METRIC <= LIMIT UNIT in SHARE, such as worst <= 1000 USD in 0.99.')
    over, inside, alone, sign, limit, unit, share, direction, column = found.groups()
    nearness = None if direction is None else (Rising if direction == "rising" else Falling)(column.strip())
    side = "at_most" if sign == "<=" else "at_least"
    return Spec(
        inside or alone,
        **{side: number(text, limit)},
        unit=unit or "",
        in_share=0.99 if share is None else number(text, share),
        nearness=nearness,
        over=over or "share",
    )


def read_study_file(path: Path) -> dict[str, Any]:
    """Return the words of a study's TOML file, its tables flat: [design], [random], [metrics] …, and specs = […].

    Raises:
        StudyError: it cannot be read, or holds an unknown word.
    """
    try:
        study = parse_toml(read_file(path, MOST_BYTES))
    except (OSError, ValueError) as error:
        raise StudyError(f"{path} cannot be read: {error}.") from error
    for word in study:
        if word not in WORDS:
            raise StudyError(f'{path}: there is no word "{word}". There are: {", ".join(WORDS)}.')
    return {word: flat(value) if isinstance(value, dict) else value for word, value in study.items()}


def changed_study(study: Study, words: Mapping[str, Any]) -> Study:
    """Return a study with some of its words replaced: variables and metrics one by one, specs and goals altogether.

    Args:
        study: to begin with.
        words: of `read_study_file`, or options in the same form.

    Raises:
        StudyError: a word cannot be read, or the study does not hold together.
    """
    roles: dict[str, dict[str, Any]] = {role: dict(getattr(study, role)) for role in ROLES}
    for role in ROLES:
        for name, text in words.get(role, {}).items():
            for one in ROLES:
                roles[one].pop(name, None)
            roles[role][name] = read_random(name, str(text)) if role == "random" else variable_of(name, text)
    pairs = {pair: rank for pair, rank in study.correlations.items() if set(pair) <= roles["random"].keys()}
    for text, rank in words.get("correlations", {}).items():
        one, _, other = text.partition(",")
        pairs[one.strip(), other.strip()] = number(text, rank)
    metrics = {**study.metrics, **{name: read_metric(name, text) for name, text in words.get("metrics", {}).items()}}
    specs = [read_spec(text) for text in words["specs"]] if words.get("specs") else study.specs
    goals = {name: goal_of(name, text) for name, text in words["goals"].items()} if words.get("goals") else study.goals
    return replace(study, **roles, correlations=pairs, metrics=metrics, specs=specs, goals=goals)


def variable_of(name: str, value: Any) -> Variable:
    return Choice(*value) if isinstance(value, list) else read_variable(name, str(value))


def goal_of(name: str, text: str) -> Goal:
    if text not in GOALS:
        raise StudyError(f'the goal {name} = "{text}": write {name}=min or {name}=max.')
    return GOALS[text]


def arguments(text: str) -> tuple[list[Any], dict[str, Any]]:
    """Split "a, b, c=d" into [a, b] and {c: d}."""
    parts = [part.strip() for part in text.split(",") if part.strip()] or [""]
    named = dict(part.split("=", 1) for part in parts if "=" in part)
    return [part for part in parts if "=" not in part], {name.strip(): one.strip() for name, one in named.items()}


def plain(text: str) -> Value:
    """Read a value that has no type yet: a number where it is one."""
    word = text.strip()
    if word.lower() in ("true", "false"):
        return word.lower() == "true"
    for read in (int, float):
        try:
            value: Value = read(word)
            return value
        except ValueError:
            continue
    return word


def number(what: str, text: Any) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):
        raise StudyError(f'"{text}" in {what}: write a number.') from None
