"""A recorded question differs where its arguments do, and what no call takes is refused."""

from typing import Any

import numpy as np
import pytest

from tokenspice.studies.resume.replay import question


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.int64(5), np.int64(6)),
        (np.arange(3), np.arange(5)),
        (np.uint8(5), np.int64(5)),
        ([1, (2, 3)], [1, (2, 4)]),
        ({"a": 1}, {"a": 2}),
        (b"a", bytearray(b"b")),
        (True, 1),
        ("1", 1),
    ],
)
def test_a_question_differs_where_its_arguments_differ(one: Any, other: Any) -> None:
    assert question("mine", one) != question("mine", other)


def test_an_argument_that_no_call_takes_is_refused() -> None:
    with pytest.raises(TypeError, match="the chain was given a object"):
        question("mine", object())
