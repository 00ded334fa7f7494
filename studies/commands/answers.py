"""What a verb answers: lines for people, or, with --json, one JSON object and nothing else on standard output.

The object is the same for every verb: {"verb": "run", "ok": true, "result": {...}, "lines": [...]}, or, of a failure,
{"verb": "run", "ok": false, "error": {"word": "...", "message": "..."}, "lines": [...]}. `lines` is what the verb prints
without --json; `result` what it says in numbers and names, where it says more than lines.
"""

import functools
import inspect
import io
import json
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
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
        if command.callback and not {NAME, "json", "json_"} & set(inspect.signature(command.callback).parameters):
            command.callback = with_json(command.callback)
    for group in app.registered_groups:
        if group.typer_instance:
            give_json(group.typer_instance)


def with_json(verb: Callable[..., None]) -> Callable[..., None]:
    """Return a verb that takes --json too. What it means, `json_answer` does, before any option is read."""

    @functools.wraps(verb)
    def call(**values: Any) -> None:
        values.pop(NAME, None)
        verb(**values)

    old = inspect.signature(verb)
    option = inspect.Parameter(NAME, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=JsonOption)
    call.__signature__ = old.replace(parameters=[*old.parameters.values(), option])  # type: ignore[attr-defined]
    call.__annotations__ = {**verb.__annotations__, NAME: JsonOption}
    return call


def json_answer(verb: str, act: Callable[[], int]) -> int:
    """Do what a verb does, print it as one JSON object, and return the exit code."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        code = act()
    what = {"error": Answer.error} if Answer.error else {"result": Answer.result}
    said = {"verb": verb, "ok": code == 0} | what | {"lines": printed.getvalue().splitlines()}
    print(json.dumps(said, indent=2, default=str))
    return code
