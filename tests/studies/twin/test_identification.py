"""The bundled record identified: honest bands for ether and for the spread, and estimates with their errors."""

import json

import pytest

from tokenspice.engine.errors import RunError
from tokenspice.studies.twin import Identified, bundled, identify
from tokenspice.studies.twin.identification import identified_json, safe_estimates


@pytest.fixture(scope="module")
def found() -> Identified:
    return identify(bundled("mainnet"))


def test_the_bands_hold_what_came_within_five_points_for_ether_and_for_the_spread(found: Identified) -> None:
    assert found.eth.forecasts[found.eth.kind].largest_error <= 0.0501
    assert found.spread_forecasts.largest_error <= 0.0501


def test_the_chosen_process_scores_best_of_those_with_honest_bands(found: Identified) -> None:
    honest = {kind: one.log_score for kind, one in found.eth.forecasts.items() if one.largest_error <= 0.0501}

    assert len(honest) >= 2 and found.eth.kind == max(honest, key=lambda kind: honest[kind])


def test_a_spread_comes_back(found: Identified) -> None:
    assert found.spread.largest_root < 1 and 1 < found.spread.half_life < 30


def test_the_record_of_estimates_has_values_and_errors(found: Identified) -> None:
    record = json.loads(identified_json(found))
    (sigma,) = [one for one in record["eth"]["candidates"]["gbm"]["estimates"] if one["name"] == "sigma"]

    assert sigma["value"] == pytest.approx(0.0114, rel=0.05) and 0 < sigma["standard_error"] < 0.002
    assert set(record["eth"]["candidates"]) == {"gbm", "student_t", "garch", "bootstrap"}
    assert record["predecessor_gamma"]["shape"] > 0


def test_safes_are_described_where_collateral_was_recorded() -> None:
    found = {one.name: one.value for one in safe_estimates(bundled("rai_live_graph").since_block(11_907_012))}

    assert found["log_collateral_ratio_floor"] < found["log_collateral_ratio"] < 2
    assert safe_estimates(bundled("states")) == ()


def test_two_days_are_too_few() -> None:
    with pytest.raises(RunError, match="Take more days"):
        identify(bundled("mainnet").last_days(2))
