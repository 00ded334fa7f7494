"""`tsp explain`: what the word of an error means."""

from dataclasses import asdict
from typing import Annotated

import typer

from tokenspice.studies.commands.answers import answer
from tokenspice.studies.commands.completions import complete_words
from tokenspice.studies.commands.options import VerboseOption, errors_in_one_line

__all__ = ["explain"]


def explain(
    word: Annotated[
        str,
        typer.Argument(metavar="WORD", help="Of an error, as -v and --json show it.", autocompletion=complete_words),
    ],
    verbose: VerboseOption = False,
) -> None:
    """Explain an error: what has happened, an example, and what to do."""
    with errors_in_one_line(verbose):
        from difflib import get_close_matches

        from tokenspice.engine.errors import ConfigError
        from tokenspice.studies.explain.words import WORDS, explanation

        known = {one.word: one for one in WORDS}
        if word not in known:
            near = get_close_matches(word, known, 1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise ConfigError(f"no error has the word {word}.{meant} There are: {', '.join(known)}.")
        answer(asdict(known[word]), *explanation(known[word]))
