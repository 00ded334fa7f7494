"""Text from outside, made fit for a message; and names that are nearly right."""

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

__all__ = ["near", "not_among", "one_line", "printable"]

MOST_NAMES = 20  # that a message lists


def printable(text: str) -> str:
    """Write a text with escapes for what cannot be printed, so that it commands no terminal."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def one_line(text: str) -> str:
    """Write a text on one line, its blanks and line ends as single blanks, its other odd characters as escapes."""
    return printable(" ".join(text.split()))


def near(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three names that `name` may be a slip of, the nearest first; capitals do not count."""
    by_lower = {one.lower(): one for one in known}
    found = get_close_matches(name.lower(), by_lower, 3, 0.7)
    scores = [SequenceMatcher(None, one, name.lower()).ratio() for one in found]
    return [by_lower[one] for one, score in zip(found, scores, strict=True) if score > scores[0] - 0.1]


def not_among(name: str, known: Iterable[str], have: str = "There are") -> str:
    """Say what was meant by a name that does not exist; where nothing is near it, what there is, after `have`."""
    known = list(known)
    if found := near(name, known):
        return f"Did you mean {' or '.join(found)}?"
    more = f" and {len(known) - MOST_NAMES} more" if len(known) > MOST_NAMES else ""
    return f"{have}: {', '.join(known[:MOST_NAMES]) or 'none'}{more}."
