"""How arguments are read, whatever the backend: what is taken and as what, and what is refused with which hint."""

from collections import namedtuple
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any

import numpy as np
import pytest
from eth_utils.address import to_checksum_address

from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Contract
from tokenspice.web3engine.errors import AbiError

WHO = to_checksum_address("0x" + "ab" * 20)
MIXED = "0x" + WHO[2:].swapcase()  # capitals that are no checksum


class Side(IntEnum):
    """A number with a name."""

    BUY = 1


class Color(Enum):
    """A name that stands for a number, and is none."""

    RED = 1


@dataclass(frozen=True)
class Order:
    """The contract's struct, with its fields in another order."""

    amount: int
    maker: str


@dataclass(frozen=True)
class Other:
    """Another struct."""

    maker: str
    price: int


Turned = namedtuple("Turned", "amount maker")
Foreign = namedtuple("Foreign", "x y")
HighLow = namedtuple("HighLow", "high low")

# A function of Echo.sol, what it is given, and what it returns.
TAKEN: list[tuple[str, Any, Any]] = [
    ("number", 5, 5),
    ("number", 2**256 - 1, 2**256 - 1),
    ("number", np.int64(5), 5),
    ("number", np.uint64(2**64 - 1), 2**64 - 1),
    ("number", np.array(5), 5),
    ("number", Side.BUY, 1),
    ("small", np.uint8(255), 255),
    ("signed", -(2**255), -(2**255)),
    ("signed", np.int32(-5), -5),
    ("flag", True, True),
    ("flag", np.bool_(False), False),
    ("who", WHO, WHO),
    ("who", WHO.lower(), WHO),
    ("who", "0x" + WHO[2:].upper(), WHO),
    ("who", bytes.fromhex(WHO[2:]), WHO),
    ("who", bytearray.fromhex(WHO[2:]), WHO),
    ("who", Contract("there", WHO, None), WHO),  # type: ignore[arg-type]
    ("word32", b"\1" * 32, b"\1" * 32),
    ("word32", "0x" + "01" * 32, b"\1" * 32),
    ("word32", bytearray(32), bytes(32)),
    ("word32", memoryview(bytes(32)), bytes(32)),
    ("word32", np.frombuffer(bytes(32), dtype="u1"), bytes(32)),
    ("word4", "0x01020304", b"\1\2\3\4"),
    ("blob", b"ab", b"ab"),
    ("blob", b"", b""),
    ("blob", "0x6162", b"ab"),
    ("blob", "0x", b""),
    ("blob", bytearray(b"ab"), b"ab"),
    ("text", "\U0001f680", "\U0001f680"),
    ("text", np.str_("a"), "a"),
    ("list", [1, 2], [1, 2]),
    ("list", (1, 2), [1, 2]),
    ("list", [], []),
    ("list", range(3), [0, 1, 2]),
    ("list", np.array([1, 2]), [1, 2]),
    ("list", [np.int64(1), Side.BUY], [1, 1]),
    ("pair", (1, 2), [1, 2]),
    ("grid", [[1], [], (2, 3)], [[1], [], [2, 3]]),
    ("grid", np.ones((2, 2), dtype=np.uint8), [[1, 1], [1, 1]]),
    ("order", (WHO, 3), (WHO, 3)),
    ("order", [WHO, 3], (WHO, 3)),
    ("order", {"amount": 3, "maker": WHO}, (WHO, 3)),
    ("order", {"amount": np.int64(3), "maker": Contract("there", WHO, None)}, (WHO, 3)),  # type: ignore[arg-type]
    ("order", Order(3, WHO), (WHO, 3)),
    ("order", Turned(3, WHO), (WHO, 3)),
    ("order", Foreign(WHO, 3), (WHO, 3)),
    ("span", HighLow(high=9, low=1), (1, 9)),
    ("span", (1, 9), (1, 9)),
    ("orders", [Order(3, WHO), (WHO, 4), {"maker": WHO, "amount": 5}], [(WHO, 3), (WHO, 4), (WHO, 5)]),
]

# A function of Echo.sol, what it is given, and what its refusal says.
REFUSED: list[tuple[str, Any, str]] = [
    ("number", -1, "is -1, which is no uint256. Write an int from 0 to 2**256-1"),
    ("number", 2**256, "from 0 to 2**256-1"),
    ("number", True, "Write int(flag)"),
    ("number", np.bool_(True), "which is no uint256"),
    ("number", 5.0, 'such as tokens("1.5")'),
    ("number", np.float64(5), 'such as tokens("1.5")'),
    ("number", Decimal(5), 'such as tokens("1.5")'),
    ("number", "5", "Write int('5')"),
    ("number", "0x5", "Write int('0x5', 16)"),
    ("number", b"\5", "Write an int"),
    ("number", None, "is None, which is no uint256"),
    ("number", Color.RED, "Write an int"),
    ("small", 256, "Write an int from 0 to 255"),
    ("signed", 2**255, "to 2**255-1"),
    ("flag", 1, "Write True or False"),
    ("flag", "true", "Write True or False"),
    ("who", WHO[2:], "Write a 0x… address of 40 digits, a wallet or a contract"),
    ("who", MIXED, "capitals are no checksum"),
    ("who", "0x12", "0x… address of 40 digits"),
    ("who", int(WHO, 16), "0x… address of 40 digits"),
    ("who", bytes(19), "0x… address of 40 digits"),
    ("word32", b"abc", "exactly 32 bytes, such as content.ljust(32"),
    ("word32", b"a" * 33, "exactly 32 bytes"),
    ("word32", "0x01", "exactly 32 bytes"),
    ("word32", "01" * 32, 'begins with "0x"'),
    ("word32", "abc", 'begins with "0x"'),
    ("word32", 5, "Write bytes"),
    ("blob", "6162", 'begins with "0x"'),
    ("blob", "0x616", 'begins with "0x"'),
    ("blob", "0x61 62", 'begins with "0x"'),
    ("blob", [], "Write bytes"),
    ("blob", np.array([1, 2]), "Write bytes"),
    ("text", b"ab", "Write text.decode()"),
    ("text", "\ud800", "without lone surrogates"),
    ("list", {1, 2}, "Write a list"),
    ("list", iter([1, 2]), "Write a list"),
    ("list", "12", "Write a list"),
    ("list", b"12", "Write a list"),
    ("list", [1, -1], "x[1] is -1"),
    ("list", np.array([1.0]), "x[0] is 1.0"),
    ("pair", [1], "a list of 2, not of 1"),
    ("grid", [[1], [256]], "x[1][0] is 256"),
    ("order", {"maker": WHO}, "Write the fields maker, amount (see amount)"),
    ("order", {"maker": WHO, "amount": 3, "x": 1}, "(see x)"),
    ("order", Other(WHO, 3), "(see amount, price)"),
    ("order", (WHO, 3, 4), "a tuple, or a dict of maker, amount"),
    ("order", (WHO, -3), "x.amount is -3"),
    ("orders", [(WHO, 3), (MIXED, 4)], "x[1].maker is"),
]


class ArgumentSuite:
    """Inherit it and provide `chain`."""

    @pytest.fixture
    def echo(self, chain: Chain) -> Contract:
        return chain.deploy("Echo", (WHO, 1), bytes(32))

    def test_every_value_that_is_taken_is_read_alike(self, chain: Chain, echo: Contract) -> None:
        for function, value, read in TAKEN:
            assert chain.read(echo[function](value)) == read, (function, value)

    def test_every_value_that_is_refused_is_named_with_what_to_write(self, chain: Chain, echo: Contract) -> None:
        for function, value, words in REFUSED:
            with pytest.raises(AbiError, match=rf"^Echo\.{function}\(.*: the argument x") as caught:
                chain.read(echo[function](value))
            assert words in str(caught.value)

    @pytest.mark.parametrize("function", ["oddFlag", "oddSmall", "oddSigned", "oddWho", "oddWord"])
    def test_an_answer_out_of_its_types_range_is_an_error_and_never_another_value(
        self, chain: Chain, echo: Contract, function: str
    ) -> None:
        with pytest.raises(AbiError, match=rf"^Echo.{function}\(\) returned 0x0.*which is no \("):
            chain.read(echo[function]())

    def test_what_is_sent_and_deployed_is_read_in_the_same_way(self, chain: Chain, echo: Contract) -> None:
        orders = [(value, read) for function, value, read in TAKEN if function == "order"]
        for value, read in orders:
            chain.wallet("ada").send(echo.keep(value))
            assert chain.read(echo.first()) == read
        built = chain.deploy("Echo", orders[-2][0], "0x" + "01" * 32)
        assert (chain.read(built.first()), chain.read(built.word())) == ((WHO, 3), b"\1" * 32)

    def test_what_is_refused_is_so_when_it_is_sent_or_deployed_and_nothing_happens(
        self, chain: Chain, echo: Contract
    ) -> None:
        ada = chain.wallet("ada")

        with pytest.raises(AbiError, match=r"^Echo.keep\(.*x.maker is"):
            ada.send(echo.keep((MIXED, 3)))
        with pytest.raises(AbiError, match=r"^deploying Echo: constructor\(.*word_ is b'abc'"):
            chain.deploy("Echo", (WHO, 3), b"abc", sender=ada)

        assert chain.backend.nonce(ada.address) == 0

    def test_ether_is_whole_wei(self, chain: Chain, echo: Contract) -> None:
        ada = chain.wallet("ada")

        five: Any = np.int64(5)
        ada.send(echo.keep((WHO, 1), value=five))

        assert chain.backend.balance(echo.address) == 5
        refused: list[Any] = [-1, 1e18, 2**256, True, "5"]
        for wei in refused:
            with pytest.raises(AbiError, match="Echo.keep: the value in wei is"):
                ada.send(echo.keep((WHO, 1), value=wei))

    def test_a_constructor_can_be_given_ether(self, chain: Chain) -> None:
        echo = chain.deploy("Echo", (WHO, 1), bytes(32), value=10**18)

        assert chain.backend.balance(echo.address) == 10**18

    def test_a_fallback_takes_bytes_and_answers_with_bytes(self, chain: Chain, echo: Contract) -> None:
        ada = chain.wallet("ada")

        assert ada.read(echo["fallback"](b"\1\2")) == b"\7\1\2"
        ada.send(echo["fallback"](b"\1\2", value=5))
        ada.send(echo["receive"](value=6))

        assert chain.backend.balance(echo.address) == 11
