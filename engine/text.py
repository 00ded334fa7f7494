"""Text from outside, made fit for a message."""

__all__ = ["one_line", "printable"]


def printable(text: str) -> str:
    """Write a text with escapes for what cannot be printed, so that it commands no terminal."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def one_line(text: str) -> str:
    """Write a text on one line, its blanks and line ends as single blanks, its other odd characters as escapes."""
    return printable(" ".join(text.split()))
