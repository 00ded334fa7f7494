"""Parameters are read from text as their types say, and a wrong one is refused with what to write."""

from dataclasses import FrozenInstanceError, dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.sim_strategy import SimStrategyBase, parameter_values, with_values
from tokenspice.engine.units import DAY, HOUR, Amount, Seconds, tokens


@dataclass(frozen=True)
class SellerStrategy:
    """What one kind of agent has."""

    stock: Amount = tokens(1000)
    offered: Amount = tokens(20)

    def __post_init__(self) -> None:
        if self.offered > self.stock:
            raise StrategyError("a seller offers no more than its stock.")


@dataclass(frozen=True)
class Strategy(SimStrategyBase):
    """One field of every kind."""

    funds: Amount = tokens(1)
    n_agents: int = 2
    pause: Seconds = DAY
    growth: float = 0.5
    is_malicious: bool = False
    colour: Literal["red", "green"] = "red"
    digits: Literal[6, 18] = 18
    title: str = "plain"
    seller: SellerStrategy = SellerStrategy()
    unsettable: tuple[int, ...] = field(default=(1, 2))


AMOUNTS = st.integers(0, 2**256 - 1)


def test_the_defaults_are_hours_and_a_row_a_day() -> None:
    ss = SimStrategyBase()

    assert (ss.time_step, ss.max_ticks, ss.log_interval, ss.seed) == (HOUR, 1, DAY, 0)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("funds", "12.5", tokens("12.5")),
        ("funds", "1e6", tokens(10**6)),
        ("n_agents", "7", 7),
        ("pause", "60", 60),
        ("growth", "0.25", 0.25),
        ("growth", "-1e-3", -0.001),
        ("is_malicious", "true", True),
        ("is_malicious", "False", False),
        ("colour", "green", "green"),
        ("digits", "6", 6),
        ("title", "one = two", "one = two"),
        ("title", "", ""),
        ("seed", "42", 42),
    ],
)
def test_text_is_read_as_the_fields_type(name: str, text: str, value: object) -> None:
    ss = with_values(Strategy(), {name: text})

    assert getattr(ss, name) == value
    assert type(getattr(ss, name)) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("funds", "lots", "an amount in tokens, such as 12.5"),
        ("funds", "1e-19", "an amount in tokens"),
        ("n_agents", "2.5", "a whole number"),
        ("growth", "half", "a finite number"),
        ("growth", "nan", "a finite number"),
        ("is_malicious", "1", "true or false"),
        ("colour", "blue", "one of red, green"),
        ("digits", "8", "one of 6, 18"),
        ("seller.offered", "", "an amount in tokens"),
    ],
)
def test_text_of_the_wrong_type_is_refused_with_what_to_write(name: str, text: str, wanted: str) -> None:
    with pytest.raises(StrategyError) as caught:
        with_values(Strategy(), {name: text})

    assert str(caught.value).startswith(f'{name} = "{text}": write {wanted}')


def test_a_dotted_name_reaches_into_a_nested_strategy_and_leaves_the_rest() -> None:
    ss = with_values(Strategy(n_agents=5), {"seller.offered": "30"})

    assert ss == Strategy(n_agents=5, seller=SellerStrategy(offered=tokens(30)))


def test_the_strategy_that_was_given_stays_as_it_was() -> None:
    ss = Strategy()

    with_values(ss, {"n_agents": "9", "seller.offered": "30"})

    assert ss == Strategy()
    with pytest.raises(FrozenInstanceError):
        ss.n_agents = 9  # type: ignore[misc]


@pytest.mark.parametrize("name", ["agents", "N_agents", "n_agents.x"])
def test_a_name_that_is_nearly_right_is_answered_with_the_right_one(name: str) -> None:
    with pytest.raises(StrategyError) as caught:
        with_values(Strategy(), {name: "1"})

    assert str(caught.value) == f'there is no parameter "{name}". Did you mean n_agents?'


@pytest.mark.parametrize("name", ["seller", "", "__class__"])
def test_an_unknown_name_is_answered_with_the_known_ones(name: str) -> None:
    with pytest.raises(StrategyError) as caught:
        with_values(Strategy(), {name: "1"})

    assert str(caught.value).startswith(f'there is no parameter "{name}". There are: time_step, max_ticks, ')
    assert "seller.stock, seller.offered" in str(caught.value)


def test_a_kind_that_text_cannot_express_is_said_to_be_one() -> None:
    with pytest.raises(StrategyError, match="cannot be set from text. Use int, float, bool, str, Literal"):
        with_values(Strategy(), {"unsettable": "1"})


def test_a_nested_strategys_own_check_is_heard() -> None:
    with pytest.raises(StrategyError, match="no more than its stock"):
        with_values(Strategy(), {"seller.offered": "2000"})


def test_values_that_fit_together_are_taken_in_any_order() -> None:
    values = {"seller.stock": "10", "seller.offered": "5"}

    assert with_values(Strategy(), values).seller == SellerStrategy(tokens(10), tokens(5))
    assert with_values(Strategy(), dict(reversed(values.items()))).seller == SellerStrategy(tokens(10), tokens(5))


@pytest.mark.parametrize(
    ("name", "value", "range_in_words"),
    [
        ("time_step", 0, "from 1 to 3153600000"),
        ("time_step", 0.5, "from 1 to 3153600000"),
        ("time_step", 100 * 365 * DAY + 1, "from 1 to 3153600000"),
        ("max_ticks", -1, "0 or more"),
        ("max_ticks", 240.0, "0 or more"),
        ("log_interval", 0, "1 or more"),
        ("seed", -1, "0 or more"),
        ("seed", "1", "0 or more"),
    ],
)
def test_a_base_parameter_out_of_range_is_refused(name: str, value: Any, range_in_words: str) -> None:
    with pytest.raises(StrategyError) as caught:
        SimStrategyBase(**{name: value})

    assert str(caught.value).startswith(f"{name} = {value!r}") and str(caught.value).endswith(f", {range_in_words}.")


def test_parameters_are_named_as_set_takes_them_with_amounts_in_tokens() -> None:
    shown = parameter_values(Strategy(funds=tokens("0.5"), seller=SellerStrategy(offered=1)))

    assert shown["funds"] == "0.5"
    assert shown["seller.stock"] == "1000"
    assert shown["seller.offered"] == "0.000000000000000001"
    assert (shown["n_agents"], shown["growth"], shown["is_malicious"]) == (2, 0.5, False)
    assert list(shown)[:4] == ["time_step", "max_ticks", "log_interval", "seed"]


@given(
    AMOUNTS,
    AMOUNTS,
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.sampled_from(["red", "green"]),
)
def test_parameters_given_back_make_the_same_strategy(
    funds: int, stock: int, n_agents: int, growth: float, is_malicious: bool, colour: Literal["red", "green"]
) -> None:
    ss = Strategy(
        funds=-funds,
        n_agents=n_agents,
        growth=growth,
        is_malicious=is_malicious,
        colour=colour,
        seller=SellerStrategy(stock, stock // 2),
    )
    shown = {name: str(value) for name, value in parameter_values(ss).items() if name != "unsettable"}

    assert with_values(Strategy(), shown) == ss
