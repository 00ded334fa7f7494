"""What was computed during training, line by line, so that a training that was stopped goes on to the same bytes.

Methods are deterministic but for what they compute about points. All of that is asked of a journal: what it holds is read,
what it does not hold is computed and written. To resume is to run again from the start, with everything known at hand; no
method has a state that would be saved. Lines are JSON; a last line that was torn is computed again.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import MarketError

__all__ = ["Journal", "digest"]


def digest(*parts: bytes | str) -> str:
    """A short name of what was given, the same on every machine."""
    found = hashlib.sha256()
    for part in parts:
        found.update(part.encode() if isinstance(part, str) else part)
    return found.hexdigest()[:16]


@final
class Journal:
    """The records of one training.

    Args:
        path: a file, whose folder is made if it is not there; None to keep nothing.
        header: what the training is; a journal of another one is refused.

    Raises:
        MarketError: the file is another training's, or cannot be written.
    """

    def __init__(self, path: Path | None, header: Mapping[str, Any]) -> None:
        self.known: list[dict[str, Any]] = []
        self.at = 0
        self.file = None
        if path is None:
            return
        own = json.dumps({"journal": header}, sort_keys=True)
        kept = b""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                raw = path.read_bytes()
                kept = raw[: raw.rfind(b"\n") + 1]
            lines = kept.decode().splitlines()
            if lines and lines[0] != own:
                raise MarketError(
                    f"{path} is of another training: the scenario, the settings, the prices or the versions differ. Name a new folder."
                )
            self.known = [json.loads(line) for line in lines[1:]]
            self.file = path.open("r+b" if path.exists() else "w+b")
        except (OSError, ValueError) as error:
            raise MarketError(f"{path} cannot be used: {error}.") from error
        self.file.truncate(len(kept))
        self.file.seek(len(kept))
        if not lines:
            self.write(own)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.file is not None:
            self.file.close()

    @property
    def is_reading(self) -> bool:
        """Whether the next record is known."""
        return self.at < len(self.known)

    def record(self, kind: str, x: Floats, compute: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """What `compute` says about points, from the journal if it is there.

        Args:
            kind: of the record.
            x: the points.
            compute: returns what JSON can hold; floats come back as they were.

        Raises:
            MarketError: the journal holds a record of other points here.
        """
        about = digest(np.ascontiguousarray(x).tobytes())
        if self.is_reading:
            found = self.known[self.at]
            self.at += 1
            if (found["kind"], found["about"]) != (kind, about):
                raise MarketError(
                    f"Record {self.at} of the journal is of other points: it was written on another machine, or with other versions of "
                    "NumPy, JAX or SciPy. Name a new folder."
                )
            return found["found"]  # type: ignore[no-any-return]
        line = json.dumps({"kind": kind, "about": about, "found": compute()})
        self.write(line)
        return json.loads(line)["found"]  # type: ignore[no-any-return]

    def write(self, line: str) -> None:
        """Append a line, on the disk before this returns."""
        if self.file is not None:
            self.file.write(line.encode() + b"\n")
            self.file.flush()
            os.fsync(self.file.fileno())
