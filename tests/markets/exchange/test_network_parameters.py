"""Values that hold for all markets."""

import pytest

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.network_parameters import PARAMETERS, NetworkParameters, seconds_in

FEE = "market.fee.factors.makerFee"


def test_every_default_is_in_its_own_range() -> None:
    assert [name for name, parameter in PARAMETERS.items() if parameter.read(parameter.default) is None] == []


def test_values_are_integers_of_their_kind() -> None:
    network = NetworkParameters()

    assert network[FEE] == 2 * 10**14
    assert network["validators.epoch.length"] == 120
    assert network["limits.markets.maxPeggedOrders"] == 1500


@pytest.mark.parametrize(
    ("name", "text"),
    [(FEE, "1.1"), (FEE, "-0.1"), (FEE, "dear"), (FEE, "nan"), ("validators.epoch.length", "0s"), ("no.such", "1")],
)
def test_what_is_out_of_range_changes_nothing(name: str, text: str) -> None:
    network = NetworkParameters()
    before = network.texts()

    assert not network.set(name, text)
    assert network.texts() == before


def test_an_unknown_name_is_answered_with_near_ones() -> None:
    with pytest.raises(ExchangeError, match=r"Near it are .*market\.fee\.factors\.makerFee"):
        NetworkParameters()["market.fee.factor.makerFee"]
    with pytest.raises(ExchangeError, match="write a number from 0 to 1"):
        NetworkParameters({FEE: "7"})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("5s", 5), ("1m30s", 90), ("168h", 604800), ("", None), ("1d", None), ("-5s", None)],
)
def test_durations_are_read_as_seconds(text: str, seconds: int | None) -> None:
    assert seconds_in(text) == seconds
