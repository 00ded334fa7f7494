"""Risk factors of a log-normal price."""

import pytest

from tests.markets.exchange.cases import cases
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import ONE, LogNormalRisk, RiskFactors, factor
from tokenspice.markets.exchange.risk import OverriddenRisk


def test_factors_agree_with_the_published_tables() -> None:
    case = cases()["RISK-1"]
    found = [LogNormalRisk(*row).factors() for row in case["events"]]

    assert [[float(part) / ONE for part in row] for row in found] == [
        pytest.approx(row, abs=case["expect"]["tolerance"]) for row in case["expect"]["rows"]
    ]


def test_a_longer_horizon_never_lowers_a_factor() -> None:
    factors = [LogNormalRisk(1e-6, tau, 0.0, 1.0).factors() for tau in (1e-6, 1e-5, 1e-4, 1e-3)]

    assert sorted(factors) == factors


@pytest.mark.parametrize("wrong", [{"aversion": 0.0}, {"aversion": 1.0}, {"tau": 0.0}, {"sigma": -1.0}])
def test_a_model_that_means_nothing_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ExchangeError, match="Write an aversion between 0 and 1"):
        LogNormalRisk(**wrong)


def test_factors_may_be_overridden_while_price_bands_stay_the_models() -> None:
    model = LogNormalRisk(0.01, 1e-5, 0.0, 3.0)
    overridden = OverriddenRisk(model, 0.2, 0.3)

    assert overridden.factors() == RiskFactors(factor("0.2"), factor("0.3"))
    assert overridden.band() == model.band()
