"""Where agents take prices from."""

from math import isnan

import pytest

from tokenspice.markets.errors import PriceDataError
from tokenspice.markets.processes import PriceSeries, PriceStream


def test_a_series_gives_the_price_of_a_step_and_then_its_last() -> None:
    series = PriceSeries([1, 2, 3])

    assert [series.at(step) for step in (0, 1, 2, 3, 99)] == [1, 2, 3, 3, 3]


def test_a_stream_is_read_as_far_as_it_is_asked_for_and_keeps_its_last_price() -> None:
    source = iter([1.0, 2.0, 3.0])
    stream = PriceStream(source)

    assert stream.at(0) == 1
    assert next(source) == 2.0  # nobody had asked for it
    assert [stream.at(1), stream.at(0), stream.at(7)] == [3, 1, 3]


def test_a_stream_remembers_as_far_back_as_it_was_told() -> None:
    stream = PriceStream(iter([1.0, 2.0, 3.0, 4.0]), memory=2)

    assert (stream.at(3), stream.at(2)) == (4, 3)
    with pytest.raises(PriceDataError, match="step 1 is 3 prices back, and 2 are kept"):
        stream.at(1)


def test_a_missing_price_is_no_number_and_a_stream_without_any_never_has_one() -> None:
    assert isnan(PriceSeries([1, float("nan"), 3]).at(1))
    assert isnan(PriceStream([]).at(5))


@pytest.mark.parametrize("price", [0, -1, float("inf")])
def test_what_is_no_price_is_refused_with_its_step(price: float) -> None:
    with pytest.raises(PriceDataError, match="step 1"):
        PriceSeries([1, price])
    with pytest.raises(PriceDataError, match="step 1"):
        PriceStream([1, price]).at(1)
    with pytest.raises(PriceDataError, match="no price in it"):
        PriceSeries([])
