"""The liquidity fee that providers' bids make."""

import pytest

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.liquidity.fee_factor import ConstantFee, FeeBid, MarginalCost, WeightedAverage
from tokenspice.markets.exchange.numbers import factor

BIDS = [FeeBid(120, factor("0.005")), FeeBid(20, factor("0.0075")), FeeBid(60, factor("0.0375"))]


@pytest.mark.parametrize(("target", "fee"), [(119, "0.005"), (120, "0.0075"), (123, "0.0075"), (240, "0.0375")])
def test_lfee_1_the_marginal_provider_sets_the_fee(target: int, fee: str) -> None:
    assert MarginalCost().fee(list(reversed(BIDS)), target) == factor(fee)


def test_lfee_1_stakes_weigh_the_average() -> None:
    assert WeightedAverage().fee(BIDS, 123) == factor("0.015")


def test_a_constant_fee_asks_nobody() -> None:
    assert ConstantFee(0.001).fee(BIDS, 0) == factor("0.001")
    with pytest.raises(ExchangeError, match="from 0 to 1"):
        ConstantFee(1.5)


def test_without_bids_there_is_no_fee() -> None:
    assert MarginalCost().fee([], 100) == WeightedAverage().fee([], 100) == 0
