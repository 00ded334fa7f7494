"""Raw answers on disk, each in a file that is named by the hash of its question: JSON, never a pickle, no secrets."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, final

from tokenspice.engine.errors import RunError
from tokenspice.files import read_file, replace_file
from tokenspice.web3engine.safe_json import parse_json

__all__ = ["Mode", "RawAnswers"]

Mode = Literal["offline", "live", "refresh"]
"""offline: what is on disk, or an error; live: what is on disk, else the source is asked; refresh: the source is asked."""

MOST_BYTES = 64 << 20


@final
class RawAnswers:
    """Keeps what a source has answered.

    Args:
        folder: of the files; it is made when the first answer comes.
        mode: whether to ask.

    Attributes:
        used: hashes of the answers that were given out, in order.
    """

    def __init__(self, folder: Path, mode: Mode = "live") -> None:
        self.folder = folder
        self.mode = mode
        self.used: list[str] = []

    @property
    def sha256(self) -> str:
        """Of all answers that were given out."""
        return hashlib.sha256("".join(self.used).encode()).hexdigest()

    def get(self, question: dict[str, Any], ask: Callable[[], Any]) -> Any:
        """Return the answer to a question.

        Args:
            question: without a secret; it is written beside its answer.
            ask: asks the source, and raises if the answer is not whole: such an answer is not kept.

        Raises:
            RunError: offline, and the answer is not on disk; or a file is not what was written.
        """
        text = canonical(question)
        path = self.folder / f"{digest(text)}.json"
        if self.mode != "refresh" and path.exists():
            return self._note(kept(path, text))
        if self.mode == "offline":
            raise RunError(
                f"{self.folder} does not hold what was asked for, and nothing is asked for offline. Run once without "
                "--offline, or use a bundled record."
            )
        answer = ask()
        self._write(path, {"question": question, "answer": answer, "sha256": digest(canonical(answer))})
        return self._note(answer)

    def _note(self, answer: Any) -> Any:
        self.used.append(digest(canonical(answer)))
        return answer

    def _write(self, path: Path, record: dict[str, Any]) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            replace_file(path, (json.dumps(record) + "\n").encode())
        except OSError as error:
            raise RunError(f"{path} cannot be written: {error.strerror}.") from error


def kept(path: Path, question: str) -> Any:
    try:
        record = parse_json(read_file(path, MOST_BYTES))
        if canonical(record["question"]) != question or digest(canonical(record["answer"])) != record["sha256"]:
            raise ValueError("it was changed")
        return record["answer"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} is no answer that was kept here ({error}). Remove it.") from None


def canonical(content: Any) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
