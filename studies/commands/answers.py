"""What a verb answers: lines for people, or, with --json, one JSON object and nothing else on standard output.

The object is the same for every verb: {"verb": "run", "ok": true, "result": {...}, "lines": [...]}, or, of a failure,
{"verb": "run", "ok": false, "error": {"word": "...", "message": "..."}, "lines": [...]}. `lines` is what the verb prints
without --json; `result` what it says in numbers and names, where it says more than lines.
"""

import functools
import inspect
import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from typing import Annotated, Any

import typer

__all__ = ["Answer", "answer", "give_json", "json_answer"]

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object, and nothing else on standard output.")]
NAME = "as_json"


class Answer:
    """What the verb of this process has to say besides what it prints."""

    result: dict[str, Any] = {}
    error: dict[str, str] = {}


def answer(facts: Mapping[str, Any], *lines: str) -> None:
    """Say something: `facts` to programs, as JSON has them, and `lines` to people."""
    Answer.result |= facts
    for line in lines:
        print(line)


def give_json(app: typer.Typer) -> None:
    """Give every verb of a command line the option --json."""
    for command in app.registered_commands:
        if command.callback and "--json" not in str(inspect.signature(command.callback)):
            command.callback = with_json(command.callback)
    for group in app.registered_groups:
        if group.typer_instance:
            give_json(group.typer_instance)


def with_json(verb: Callable[..., None]) -> Callable[..., None]:
    """Return a verb that takes --json too. What it means, `json_answer` does, before any option is read."""

    @functools.wraps(verb)
    def call(**values: Any) -> None:
        values.pop(NAME)
        verb(**values)

    old = inspect.signature(verb)
    option = inspect.Parameter(NAME, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=JsonOption)
    call.__signature__ = old.replace(parameters=[*old.parameters.values(), option])  # type: ignore[attr-defined]
    call.__annotations__ = {**verb.__annotations__, NAME: JsonOption}
    return call


@contextmanager
def json_answer(verb: str) -> Iterator[None]:
    """Print what happens inside the block as one JSON object, when it ends."""
    printed = io.StringIO()
    try:
        with redirect_stdout(printed):
            yield
    finally:
        what = {"error": Answer.error} if Answer.error else {"result": Answer.result}
        said = {"verb": verb, "ok": not Answer.error} | what | {"lines": printed.getvalue().splitlines()}
        print(json.dumps(said, indent=2, default=str), file=sys.__stdout__)
