"""The predecessor's gamma: its posterior by quadrature, and its paths to the bit."""

import csv
import gzip

import numpy as np
import pytest

from tests.conftest import DATA
from tokenspice.studies.twin import bundled
from tokenspice.studies.twin.gamma_fit import fit_gamma, gamma_paths

SHAPE, SCALE = 31.502239115331648, 82.15807965023065


@pytest.mark.parametrize(
    ("name", "shape", "error", "rate", "scale"),
    [
        ("retrieval_2021-05-27T205039", 16.437, 1.71, 0.005450, 183.49),
        ("retrieval_2021-06-07T163916", 29.400, 3.64, 0.011083, 90.23),
        ("retrieval_2021-06-13T191905", 31.357, 3.74, 0.012113, 82.55),
    ],
)
def test_the_posterior_is_that_of_the_reference(
    name: str, shape: float, error: float, rate: float, scale: float
) -> None:
    found = fit_gamma(bundled(name).eth_price)

    assert found.shape == pytest.approx(shape, abs=5e-4) and found.shape_error == pytest.approx(error, abs=5e-3)
    assert found.rate == pytest.approx(rate, abs=5e-7) and found.scale == pytest.approx(scale, abs=5e-3)


def test_the_quadrature_does_not_depend_on_its_nodes() -> None:
    prices = bundled("retrieval_2021-06-07T163916").eth_price

    assert fit_gamma(prices, 5_000).shape == pytest.approx(fit_gamma(prices, 50_000).shape, rel=1e-8)


def test_paths_are_the_predecessors_to_the_bit() -> None:
    with gzip.open(DATA / "rai" / "eth_paths.csv.gz", "rt") as file:
        golden = np.array([[float(text) for text in row[1:]] for row in list(csv.reader(file))[1:]]).T
    last = bundled("retrieval_2021-06-13T191905").eth_price[-1]

    found = gamma_paths(SHAPE, SCALE, float(last), 168, 10)

    assert found.tolist() == golden.tolist()


def test_a_path_begins_with_the_last_price_and_has_nine_elements_more_than_steps() -> None:
    found = gamma_paths(30.0, 80.0, 2400.0, 5, 2)

    assert found.shape == (2, 14) and np.allclose(found[:, 0], 2400.0)
