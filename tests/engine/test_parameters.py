"""What a strategy's fields promise is data: it is listed, read from text, and checked whenever a strategy is made."""

from dataclasses import dataclass, make_dataclass
from typing import Annotated, Any, Literal

import numpy as np
import pytest

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.parameters import (
    Above,
    AtLeast,
    Between,
    Corners,
    Doc,
    Parameter,
    ParametersBase,
    Probability,
    Share,
    parameters,
)
from tokenspice.engine.sim_strategy import SimStrategyBase, with_values
from tokenspice.engine.units import DAY, Amount, Seconds, Unit, tokens


class Even:
    """Every value between 0 and 1 is as likely."""

    def quantile(self, share: float) -> float:
        return share


EVEN = Even()


@dataclass(frozen=True)
class Seller(ParametersBase):
    part_sold: Annotated[Amount, Between(0, tokens(1)), Unit(""), Doc("of its stock, each time")] = tokens("0.5")


@dataclass(frozen=True)
class Loose:
    """Extends nothing, and is checked with the strategy that holds it."""

    bid: Annotated[float, Between(0, 10)] = 1.0


@dataclass(frozen=True)
class Strategy(SimStrategyBase):
    max_ticks: int = 7
    funds_OCEAN: Annotated[Amount, AtLeast(0), Doc("what it begins with")] = tokens(3)
    price_USD_per_OCEAN: Annotated[float, Above(0)] = 2.0
    pause: Annotated[Seconds, AtLeast(1)] = DAY
    refuses: Annotated[Probability, Corners(0.0, 0.5), EVEN] = 0.1
    kept: Share = 0.25
    growth: Annotated[float, Between(None, 0.5)] = 0.0
    colour: Literal["red", "green"] = "red"
    is_open: bool = True
    PRICE_OF_ASSETS: Annotated[Amount, Unit("OCEAN")] = tokens(1)
    seller: Seller = Seller()
    loose: Loose = Loose()


FOUND = {parameter.name: parameter for parameter in parameters(Strategy)}


def test_every_parameter_is_listed_with_what_was_declared_of_it() -> None:
    assert list(FOUND)[:5] == ["time_step", "max_ticks", "log_interval", "seed", "funds_OCEAN"]
    assert FOUND["funds_OCEAN"] == Parameter(
        "funds_OCEAN", Amount, "OCEAN", minimum=0, default=tokens(3), doc="what it begins with"
    )
    assert FOUND["refuses"] == Parameter(
        "refuses", float, minimum=0, maximum=1, default=0.1, corners=(0.0, 0.5), distribution=EVEN
    )
    assert FOUND["seller.part_sold"].maximum == tokens(1)
    assert (FOUND["is_open"].type, FOUND["colour"].choices) == (bool, "red, green")


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("price_USD_per_OCEAN", "USD per OCEAN"),
        ("pause", "seconds"),
        ("max_ticks", "ticks"),
        ("PRICE_OF_ASSETS", "OCEAN"),
        ("seller.part_sold", ""),
        ("kept", ""),
    ],
)
def test_a_unit_is_declared_or_stands_in_the_name(name: str, unit: str) -> None:
    assert FOUND[name].unit == unit


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("funds_OCEAN", "0 or more"),
        ("price_USD_per_OCEAN", "more than 0"),
        ("seller.part_sold", "from 0 to 1"),
        ("growth", "at most 0.5"),
        ("colour", ""),
    ],
)
def test_a_range_is_told_in_words(name: str, words: str) -> None:
    assert FOUND[name].range == words


def test_a_field_with_another_default_keeps_what_the_base_class_declared_of_it() -> None:
    assert (FOUND["max_ticks"].default, FOUND["max_ticks"].minimum, FOUND["max_ticks"].unit) == (7, 0, "ticks")
    with pytest.raises(StrategyError, match="max_ticks = -1 ticks: write a whole number of ticks, 0 or more"):
        Strategy(max_ticks=-1)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"funds_OCEAN": -1},
            "funds_OCEAN = -0.000000000000000001 OCEAN: write an amount in OCEAN, such as 12.5, 0 or",
        ),
        ({"funds_OCEAN": 1.5}, "funds_OCEAN = 1.5: write an amount in OCEAN"),
        ({"price_USD_per_OCEAN": 0}, "price_USD_per_OCEAN = 0 USD per OCEAN: write a finite number, more than 0"),
        ({"price_USD_per_OCEAN": float("nan")}, "price_USD_per_OCEAN = nan: write a finite number"),
        ({"pause": True}, "pause = True: write a whole number of seconds, 1 or more"),
        ({"refuses": "0.5"}, "refuses = '0.5': write a finite number, from 0 to 1"),
        ({"growth": 0.6}, "growth = 0.6: write a finite number, at most 0.5"),
        ({"colour": "blue"}, "colour = 'blue': write one of red, green"),
        ({"is_open": 1}, "is_open = 1: write true or false"),
        ({"loose": Loose(11.0)}, "loose.bid = 11: write a finite number, from 0 to 10"),
    ],
)
def test_a_value_that_breaks_a_promise_is_refused_with_what_to_write(values: dict[str, Any], message: str) -> None:
    with pytest.raises(StrategyError) as caught:
        Strategy(**values)

    assert str(caught.value).startswith(message)


def test_from_text_a_nested_parameter_is_refused_by_its_whole_name() -> None:
    with pytest.raises(StrategyError, match="^seller.part_sold = 2: write an amount in tokens, .* from 0 to 1"):
        with_values(Strategy(), {"seller.part_sold": "2"})


def test_a_nested_strategy_checks_itself_too() -> None:
    with pytest.raises(StrategyError, match="part_sold = 2"):
        Seller(tokens(2))


def test_numpys_numbers_become_pythons_so_that_no_product_overflows() -> None:
    ss = Strategy(
        max_ticks=np.int64(5),  # type: ignore[arg-type]
        funds_OCEAN=np.int64(9),  # type: ignore[arg-type]
        refuses=np.float32(0.5),  # type: ignore[arg-type]
        is_open=np.bool_(False),  # type: ignore[arg-type]
    )

    assert [type(value) for value in (ss.max_ticks, ss.funds_OCEAN, ss.refuses, ss.is_open)] == [int, int, float, bool]
    assert ss.funds_OCEAN * 10**30 == 9 * 10**30


def test_an_amount_declared_as_an_int_is_refused_with_what_to_write() -> None:
    @dataclass(frozen=True)
    class Salary(SimStrategyBase):
        salary_USD: int = 5

    @dataclass(frozen=True)
    class Wage(SimStrategyBase):
        wage: int = tokens("0.5")

    for strategy, name in ((Salary, "salary_USD"), (Wage, "wage")):
        with pytest.raises(StrategyError, match=rf"{name}: int would take .* Write {name}: Amount = tokens\(…\), or"):
            strategy()


def test_an_int_that_says_its_unit_is_no_amount() -> None:
    @dataclass(frozen=True)
    class Strategy(SimStrategyBase):
        bond: Annotated[int, Unit("wei")] = 10**18
        n_ID: Annotated[int, Unit("IDs")] = 3
        NUMBER_OF_WORKERS: int = 4

    assert with_values(Strategy(), {"bond": "7", "n_ID": "8"}) == Strategy(bond=7, n_ID=8)


@pytest.mark.parametrize(
    ("hint", "default", "message"),
    [
        (Amount, 1000, r"a: Amount with default 1000, which is in base units, 0.000000000000001 of .* tokens\(1000\)"),
        (Annotated[Amount, Between(1, tokens(50))], tokens(2), r"a: Amount with minimum 1, .* Write tokens\(1\)"),
        (Annotated[Amount, Above(0, 50)], tokens(2), r"a: Amount with maximum 50, .* Write tokens\(50\)"),
        (Annotated[int, AtLeast], 1, r"a: AtLeast says nothing by itself. Write AtLeast\(…\)"),
        (Annotated[int, Doc], 1, r"a: Doc says nothing by itself"),
    ],
)
def test_a_slip_in_a_declaration_is_refused(hint: Any, default: int, message: str) -> None:
    strategy: Any = make_dataclass("Strategy", [("a", hint, default)], bases=(SimStrategyBase,), frozen=True)

    with pytest.raises(StrategyError, match=message):
        strategy()
