"""Whatever the core is given, it refuses in words or does it; it never fails inside."""

import random
from typing import Any

import pytest

from tests.web3engine.core.helpers import OWNER, address, new_evm
from tokenspice.web3engine import _core

OTHER = address(7)
NUMBERS = [
    0,
    1,
    21_000,
    2**31,
    2**32 - 1,
    2**63 - 1,
    2**63,
    2**64 - 1,
    2**64,
    2**128 - 1,
    2**128,
    2**256 - 1,
    2**256,
    -1,
]
ODD: list[Any] = [
    None,
    True,
    1.5,
    "text",
    "0x00",
    b"",
    b"\x01" * 19,
    b"\x01" * 32,
    [],
    (),
    {},
    [b""],
    [(1, 2)],
    object(),
]
TERMS = ["value", "gas", "gas_price", "max_fee", "priority_fee", "nonce", "access_list", "type", "blob_hashes",
         "max_blob_fee", "authorizations"]  # fmt: skip
LISTS: dict[str, list[Any]] = {
    "access_list": [[(OTHER, [0, 2**256 - 1])], [(OTHER, [2**256])]],
    "blob_hashes": [[b"\x01" + bytes(31)], [bytes(32)] * 20],
    "authorizations": [[(2**256 - 1, OTHER, 2**64 - 1, 255, 2**256 - 1, 2**256 - 1)], [(1, OTHER, 0, 256, 1, 1)]],
}
GIVE_NOTHING = {"hardfork", "snapshot", "dump_state", "state_root", "clear_queue", "addresses"}


class Fuzzer:
    """Draws arguments, mostly of the kind that is asked for."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def number(self) -> Any:
        return self.draw.choice(NUMBERS if self.draw.random() < 0.9 else ODD)

    def address(self) -> Any:
        return self.draw.choice([OWNER, OWNER, OTHER, OTHER, None, *ODD])

    def code(self) -> bytes:
        """Straight-line code: pushes of edge cases, and any operation but a jump."""
        pushes = b"".join(b"\x7f" + (self.draw.choice(NUMBERS) % 2**256).to_bytes(32, "big") for _ in range(7))
        return pushes + bytes([self.draw.choice([op for op in range(256) if op not in (0x56, 0x57)])])

    def data(self) -> Any:
        return self.code() if self.draw.random() < 0.8 else self.draw.choice(ODD)

    def terms(self) -> dict[str, Any]:
        names = self.draw.sample(TERMS, self.draw.randrange(4))
        return {name: self.draw.choice(LISTS[name]) if name in LISTS else self.number() for name in names}

    def message(self) -> tuple[Any, Any, Any]:
        return self.address(), self.address(), self.data()

    def row(self) -> tuple[Any, ...]:
        return (*self.message(), *(self.number() for _ in range(self.draw.randrange(5))))

    def call_of(self, name: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Arguments for the method `name`."""
        n, who = self.number, self.address
        kinds: dict[str, tuple[Any, ...]] = {
            "set_code": (who(), self.data()),
            "set_storage": (who(), n(), n()),
            "storage": (who(), n()),
            "proof": (who(), [n()]),
            "mine": (n(), self.draw.choice([0, 1, 2, -1, 2**64, "1"])),
            "mine_queue": (n(), self.draw.choice(["arrival", "shuffle", "priority", "none", 5])),
            "mine_calls": (n(), [(*self.message(), self.terms()) for _ in range(2)]),
            "submit_many": ([self.row() for _ in range(2)],),
            "trace_transaction": (n(), n()),
            "set_keep": (self.draw.choice(["none", "last", "all", "some", 5]),),
        }
        if name in ("transact", "submit", "call", "trace_call", "access_list"):
            return self.message(), self.terms()
        if name in ("transact_function", "submit_function", "call_function"):
            function = _core.Function(
                '{"type":"function","name":"f","inputs":[],"outputs":[],"stateMutability":"view"}'
            )
            return (who(), who(), function, self.draw.choice([(), [], (1,), 5]), n(), n()), {}
        if name in kinds:
            return kinds[name], {}
        one = who() if name in ("balance", "nonce", "code", "set_coinbase", "delete_account") else self.number()
        return ((who(), n()) if name in ("set_balance", "set_nonce") else (one,)), {}


METHODS = sorted(
    name for name in vars(_core.Evm) if not name.startswith("_") and callable(getattr(_core.Evm, name))
    and name not in GIVE_NOTHING | {"fork", "from_snapshot", "restore", "submit_functions"}
)  # fmt: skip


def refused(work: Any, *args: Any, **terms: Any) -> Any:
    """What the work gives; None if it was refused as it should be."""
    try:
        return work(*args, **terms)
    except TypeError:
        return None
    except _core.EvmError as error:
        assert error.kind != "internal", (work, args, terms, error)
        return None


@pytest.mark.parametrize("seed", range(12))
def test_random_arguments_are_taken_or_refused_in_words(seed: int) -> None:
    fuzzer = Fuzzer(seed)
    for _ in range(12):
        limits = {
            "block_gas_limit": fuzzer.draw.choice([30_000_000, 2**64 - 1]),
            "base_fee": fuzzer.draw.choice([0, 0, 9]),
        }
        evm = new_evm(hardfork=fuzzer.draw.choice(_core.HARDFORKS[2:]), keep="all", **limits)
        evm.set_balance(OWNER, 2**256 - 1)
        evm.set_code(OTHER, fuzzer.code())
        for _ in range(60):
            name = fuzzer.draw.choice(METHODS)
            args, terms = fuzzer.call_of(name)
            refused(getattr(evm, name), *args, **terms)


def test_random_beginnings_are_taken_or_refused_in_words() -> None:
    fuzzer = Fuzzer(99)
    for _ in range(300):
        options = {name: fuzzer.number() for name in ("chain_id", "block_gas_limit", "base_fee", "seed")}
        evm = refused(_core.Evm, hardfork="london", genesis_time=fuzzer.number(), **options)
        if evm:
            refused(evm.transact, OWNER, OTHER, b"")
            refused(evm.mine, 2**64 - 1)


@pytest.mark.parametrize(
    "name", ["value", "gas", "gas_price", "max_fee", "priority_fee", "nonce", "max_blob_fee", "type"]
)
@pytest.mark.parametrize("method", ["transact", "call", "submit"])
def test_a_number_that_does_not_fit_is_refused_by_the_name_of_its_argument(evm: Any, method: str, name: str) -> None:
    for number in (2**256, -1, 1.5, "1"):
        with pytest.raises(_core.EvmError, match=f"^{name}") as caught:
            getattr(evm, method)(OWNER, OTHER, b"", **{name: number})
        assert caught.value.kind == "usage"


def test_an_unknown_term_is_refused_by_its_name(evm: Any) -> None:
    with pytest.raises(TypeError, match='"gasprice"; it takes value, gas, gas_price'):
        evm.transact(OWNER, OTHER, b"", gasprice=5)


def test_at_the_last_number_of_a_block_nothing_more_is_mined() -> None:
    class Reader:
        def account(self, address: bytes, /) -> tuple[int, int, bytes]:
            return 10**18, 0, b""

        def storage(self, address: bytes, slot: int, /) -> int:
            return 0

        def block_hash(self, number: int, /) -> bytes:
            return bytes(32)

    evm = _core.Evm.fork(
        Reader(), hardfork="london", chain_id=1, number=2**64 - 1, hash=bytes(32), parent_hash=bytes(32), timestamp=0,
        coinbase=bytes(20), gas_limit=30_000_000, base_fee=0, prevrandao=bytes(32),
    )  # fmt: skip
    works: list[Any] = [lambda: evm.transact(OWNER, OTHER, b""), lambda: evm.mine(0), lambda: evm.mine_queue(0),
                        lambda: evm.call(OWNER, OTHER, b"", pending=True)]  # fmt: skip
    for work in works:
        with pytest.raises(_core.EvmError, match="block 18446744073709551615 is the last"):
            work()
