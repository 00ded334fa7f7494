"""A netlist's wiring, done once: what it asked of the chain and was answered, so that it need not be mined again.

Wiring is deterministic. Done again, it asks the same questions in the same order, and the answers are at hand; a
question that differs tells that the wiring has changed. What it asks through web3.py is kept in the same way.
"""

import hashlib
import json
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast, final

import numpy as np

from tokenspice.engine.units import Seconds
from tokenspice.studies.resume.chain_codec import receipt_of, receipt_parts, receipt_types
from tokenspice.studies.resume.codec import Encoded
from tokenspice.web3engine.account import Account
from tokenspice.web3engine.backends.base import ChainBackend, Copyable, Queueing, copyable, queueing
from tokenspice.web3engine.clients import Clients
from tokenspice.web3engine.contract import Call
from tokenspice.web3engine.errors import ChainError
from tokenspice.web3engine.receipt import Mined, Receipt, Sent
from tokenspice.web3engine.rules import Ordering

if TYPE_CHECKING:
    from web3.providers.base import BaseProvider, JSONBaseProvider

__all__ = ["RecordingBackend", "ReplayBackend"]

Answer = TypeVar("Answer")


class AskingBackend(ChainBackend, Queueing, Copyable):
    """A chain whose questions and answers pass through `_ask`. EXTEND with one."""

    def __init__(self, backend: ChainBackend) -> None:
        self._backend = backend
        self.network, self.version = backend.network, backend.version
        self._handed_out: list[Sent] = []  # of blocks that the present question of a client had the chain mine

    @abstractmethod
    def _ask(self, question: str, ask: Callable[[], Answer]) -> Answer:
        """Return what `ask` returns, or what it returned once."""

    @property
    def fork(self) -> dict[str, Any] | None:
        return self._backend.fork

    @property
    def now(self) -> Seconds:
        return self._ask("now", lambda: self._backend.now)

    def time_of(self, block: int) -> Seconds:
        # No question of the wiring's: whoever listens asks it, and without a listener nobody does.
        return self._backend.time_of(block)

    def provider(self, clients: Clients) -> "BaseProvider":
        from tokenspice.studies.resume.replay_provider import AskingProvider

        # What a client's question mined is part of its answer, so that it is reported wherever that comes from. What the
        # chain itself has handed out, it has reported too, unless it is not there.
        mined: list[Sent] = []
        heard = replace(clients, report=mined.append, listens=lambda: True)
        provider = cast("JSONBaseProvider", self._backend.provider(heard))

        def asked(method: str, params: object, ask: Callable[[], Any]) -> Any:
            def answered() -> list[Any]:
                mined.clear()
                self._handed_out.clear()
                return [ask(), mined.copy(), self._handed_out.copy()]

            answer, sent, handed_out = self._ask(json_question(method, params), answered)
            for each in sent + ([] if handed_out == self._handed_out else handed_out):
                clients.report(each)
            return answer

        return AskingProvider(provider, asked)

    def send(self, account: Account, call: Call) -> Receipt:
        return self._ask(question("send", account, call), lambda: self._backend.send(account, call))

    def read(self, sender: str, call: Call) -> Any:
        return self._ask(question("read", sender, call), lambda: self._backend.read(sender, call))

    def balance(self, address: str) -> int:
        return self._ask(question("balance", address), lambda: self._backend.balance(address))

    def set_balance(self, address: str, wei: int) -> None:
        self._ask(question("set_balance", address, wei), lambda: self._backend.set_balance(address, wei))

    def nonce(self, address: str) -> int:
        return self._ask(question("nonce", address), lambda: self._backend.nonce(address))

    def submit(self, account: Account, call: Call, tip: int) -> int:
        return self._ask(
            question("submit", account, call, tip), lambda: queueing(self._backend).submit(account, call, tip)
        )

    def submit_many(self, first: Call, rows: Sequence[tuple[Account, tuple[Any, ...]]]) -> range:
        asked = question("submit_many", first, rows)
        return self._ask(asked, lambda: queueing(self._backend).submit_many(first, rows))

    def set_base_fee(self, wei: int) -> None:
        self._ask(question("set_base_fee", wei), lambda: queueing(self._backend).set_base_fee(wei))

    def mine(self, seconds: Seconds, ordering: Ordering = "arrival") -> Mined:
        return self._ask(question("mine", seconds, ordering), lambda: self._backend.mine(seconds, ordering))

    def snapshot(self) -> object:
        return self._ask("snapshot()", self._backend.snapshot)

    def restore(self, snapshot: object) -> None:
        self._ask("restore()", lambda: self._backend.restore(snapshot))

    def copy(self) -> ChainBackend:
        return self._ask("copy()", lambda: copyable(self._backend).copy())

    def to_bytes(self) -> bytes:
        return self._ask("to_bytes()", lambda: copyable(self._backend).to_bytes())

    def close(self) -> None:
        self._backend.close()


@final
class RecordingBackend(AskingBackend):
    """Stands before a chain while a netlist wires its state, and keeps each question and its answer.

    Attributes:
        answers: pairs of both.
        unrepeatable: a question whose answer cannot be kept; empty if there was none.
    """

    def __init__(self, backend: ChainBackend) -> None:
        super().__init__(backend)
        self._receipts = receipt_types()
        self._is_wired = False
        self._question = ""  # the one that is being answered
        self._submitted: set[int] = set()  # tickets
        self._own: set[int] = set()  # of them, those of which wallets know what they are
        self.answers: list[tuple[str, Encoded]] = []
        self.unrepeatable = ""

    def end(self) -> None:
        """Keep nothing from now on."""
        self._is_wired = True

    def _ask(self, question: str, ask: Callable[[], Answer]) -> Answer:
        if self._is_wired:
            return ask()
        if self._question:  # a client's, which needs this for its answer
            return self._part(ask())
        self._question = question
        try:
            answer = ask()
        except BaseException:
            self.unrepeatable = question  # a netlist may go on after it
            raise
        finally:
            self._question = ""
        try:
            self.answers.append((question, None if question == "snapshot()" else self._encoded(answer)))
        except TypeError:
            self.unrepeatable = question
        return answer

    def _part(self, answer: Answer) -> Answer:
        """Note what a client's question had the chain mine; what wallets had submitted would have to be handed out."""
        if isinstance(answer, Mined):
            self._handed_out += answer.sent.values()
            if not self._submitted.isdisjoint(ticket for ticket, _ in answer.receipts):
                self.unrepeatable = self._question
        return answer

    def submit(self, account: Account, call: Call, tip: int) -> int:
        ticket = super().submit(account, call, tip)
        self._submitted.add(ticket)
        self._own.add(ticket)
        return ticket

    def submit_many(self, first: Call, rows: Sequence[tuple[Account, tuple[Any, ...]]]) -> range:
        tickets = super().submit_many(first, rows)
        self._submitted.update(tickets)
        return tickets

    def _encoded(self, answer: Any) -> Encoded:
        match answer:
            case None | bool() | str() | bytes() | float():
                return answer
            case int():
                return ["int", f"{answer:x}"]
            case Sent():
                return ["sent", *map(self._encoded, answer)]
            case list() | tuple():
                return [type(answer).__name__, *map(self._encoded, answer)]
            case dict():
                return ["dict", *[[key, self._encoded(value)] for key, value in answer.items()]]
            case range():
                return ["range", answer.start, answer.stop]
            case Mined():
                # Of what wallets have submitted, they know what it was.
                sent = {ticket: each for ticket, each in answer.sent.items() if ticket not in self._own}
                return ["mined", self._encoded(answer.receipts), answer.n_waiting, self._encoded(list(sent.items()))]
        if isinstance(answer, self._receipts):
            return ["receipt", self._encoded(receipt_parts(cast(Receipt, answer)))]
        raise TypeError(answer)


@final
class ReplayBackend(AskingBackend):
    """Stands in for a chain while a netlist wires its state once more, and answers as that chain had answered.

    Args:
        backend: of the same kind, in the state after the wiring.
        answers: those of a RecordingBackend.

    Raises:
        ChainError: when asked, that the wiring is another one.
    """

    def __init__(self, backend: ChainBackend, answers: Sequence[tuple[str, Encoded]]) -> None:
        super().__init__(backend)
        self._answers = iter(answers)
        self._is_wired = False

    def end(self) -> None:
        """Check that the wiring has asked everything; what is asked from now on, the chain answers."""
        self._is_wired = True
        for asked, _ in self._answers:
            raise ChainError(
                f"the netlist is not wired as it was: {asked} was asked of the chain, and is not any more."
            )

    def _ask(self, question: str, ask: Callable[[], Answer]) -> Answer:
        if self._is_wired:
            return ask()
        expected, answer = next(self._answers, ("nothing more", None))
        if question != expected:
            raise ChainError(
                f"the netlist is not wired as it was: it asks {question} of the chain, where it asked {expected}."
            )
        return cast(Answer, decoded(answer))


def question(name: str, *args: object) -> str:
    """Write a question to the chain as text that differs where the question does.

    Raises:
        TypeError: an argument is of a type that no call takes.
    """
    return f"{name}({', '.join(map(word, args))})"


def word(arg: Any) -> str:
    match arg:
        case Account():
            return arg.name
        case Call():
            code = hashlib.sha256(arg.code).hexdigest()[:16] if arg.code else arg.to
            return f"{arg.label} {arg.function.signature} {code} {word(arg.args)} {arg.value}"
        case np.ndarray() | np.generic():
            return f"{arg.dtype.str} {word(arg.tolist())}"
        case list() | tuple():
            return f"({', '.join(map(word, arg))})"
        case dict():
            return f"{{{', '.join(f'{word(key)}: {word(value)}' for key, value in arg.items())}}}"
        case bytearray() | memoryview():
            return word(bytes(arg))
        case int() | float() | str() | bytes() | None:
            return repr(arg)
    if isinstance(address := getattr(arg, "address", None), str):
        return address  # a wallet or a contract
    raise TypeError(f"the chain was given a {type(arg).__name__}. Write numbers, text, bytes, or lists of these.")


def json_question(method: str, params: object) -> str:
    return f"web3.py's {method} {json.dumps(params, default=word)}"


def decoded(encoded: Encoded) -> Any:
    """Read an answer that a RecordingBackend kept."""
    match encoded:
        case ["int", digits]:
            return int(digits, 16)
        case ["list", *items]:
            return list(map(decoded, items))
        case ["tuple", *items]:
            return tuple(map(decoded, items))
        case ["dict", *pairs]:
            return {key: decoded(value) for key, value in pairs}
        case ["range", start, stop]:
            return range(start, stop)
        case ["mined", receipts, n_waiting, others]:
            done, sent = decoded(receipts), dict(decoded(others))
            return Mined(lambda: done, n_waiting, lambda: sent)
        case ["sent", *parts]:
            return Sent(*map(decoded, parts))
        case ["receipt", parts]:
            return receipt_of(decoded(parts))
    return encoded
