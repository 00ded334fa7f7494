"""A netlist's wiring, done once: what it asked of the chain and was answered, so that it need not be mined again.

Wiring is deterministic. Done again, it asks the same questions in the same order, and the answers are at hand; a
question that differs tells that the wiring has changed.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, cast, final

from tokenspice.studies.resume.chain_codec import receipt_of, receipt_parts, receipt_types
from tokenspice.studies.resume.codec import Encoded
from tokenspice.web3engine.account import Account
from tokenspice.web3engine.backends.base import ChainBackend
from tokenspice.web3engine.contract import Call
from tokenspice.web3engine.errors import ChainError
from tokenspice.web3engine.receipt import Mined, Receipt

__all__ = ["Recorder", "Repeater"]


@final
class Recorder:
    """Stands before a chain while a netlist wires its state, and keeps each question and its answer.

    Attributes:
        answers: pairs of both.
        unrepeatable: a question whose answer cannot be kept; empty if there was none.
    """

    def __init__(self, backend: ChainBackend) -> None:
        self._backend = backend
        self._receipts = receipt_types()
        self.answers: list[tuple[str, Encoded]] = []
        self.unrepeatable = ""

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # so that the chain sees what this backend can do
        return type(self._backend)

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._backend, name)
        if not callable(asked):
            return self._keep(name, asked)

        def ask(*args: Any, **options: Any) -> Any:
            question = words(name, (*args, *options.values()))
            try:
                return self._keep(question, asked(*args, **options))
            except BaseException:
                self.unrepeatable = question  # a netlist may go on after it
                raise

        return ask

    def _keep(self, question: str, answer: Any) -> Any:
        try:
            self.answers.append((question, None if question == "snapshot()" else self._plain(answer)))
        except TypeError:
            self.unrepeatable = question
        return answer

    def _plain(self, answer: Any) -> Encoded:
        match answer:
            case None | bool() | str() | bytes():
                return answer
            case int():
                return ["int", f"{answer:x}"]
            case list() | tuple():
                return [type(answer).__name__, *map(self._plain, answer)]
            case range():
                return ["range", answer.start, answer.stop]
            case Mined():
                return ["mined", self._plain(answer.receipts), answer.n_waiting]
        if isinstance(answer, self._receipts):
            return ["receipt", self._plain(receipt_parts(cast(Receipt, answer)))]
        raise TypeError(answer)


@final
class Repeater:
    """Stands in for a chain while a netlist wires its state once more, and answers as that chain had answered.

    Args:
        backend: of the same kind, in the state after the wiring.
        answers: the recorder's.

    Raises:
        ChainError: when asked, that the wiring is another one.
    """

    def __init__(self, backend: ChainBackend, answers: Sequence[tuple[str, Encoded]]) -> None:
        self._backend = backend
        self._answers = iter(answers)

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # so that the chain sees what this backend can do
        return type(self._backend)

    def __getattr__(self, name: str) -> Any:
        if callable(getattr(self._backend, name)):
            return lambda *args, **options: self._answer(words(name, (*args, *options.values())))
        return self._answer(name)

    def end(self) -> None:
        """Check that the wiring has asked everything."""
        for question, _ in self._answers:
            raise ChainError(
                f"the netlist is not wired as it was: {question} was asked of the chain, and is not any more."
            )

    def _answer(self, question: str) -> Any:
        expected, answer = next(self._answers, ("nothing more", None))
        if question != expected:
            raise ChainError(
                f"the netlist is not wired as it was: it asks {question} of the chain, where it asked {expected}."
            )
        return read(answer)


def words(name: str, args: tuple[Any, ...]) -> str:
    """Write a question to the chain as text that differs where the question does."""
    if name == "restore":  # of a snapshot, which has no name of its own
        return "restore()"
    return f"{name}({', '.join(map(word, args))})"


def word(arg: Any) -> str:
    match arg:
        case Account():
            return arg.name
        case Call():
            code = hashlib.sha256(arg.code).hexdigest()[:16] if arg.code else arg.to
            return f"{arg.label} {arg.function.signature} {code} {arg.args!r} {arg.value}"
        case list() | tuple():
            return f"({', '.join(map(word, arg))})"
        case int() | float() | str() | bytes() | None:
            return repr(arg)
    return type(arg).__name__


def read(plain: Encoded) -> Any:
    """Read an answer that a recorder kept."""
    match plain:
        case ["int", digits]:
            return int(digits, 16)
        case ["list", *items]:
            return list(map(read, items))
        case ["tuple", *items]:
            return tuple(map(read, items))
        case ["range", start, stop]:
            return range(start, stop)
        case ["mined", receipts, n_waiting]:
            done = read(receipts)
            return Mined(lambda: done, n_waiting)
        case ["receipt", parts]:
            return receipt_of(read(parts))
    return plain
