"""The tests that `pytest` alone leaves out are there, and .ci/run runs them."""

import re

from tests.conftest import PROJECT
from tests.tiers import SLOW, WEEKLY


def test_every_test_that_a_tier_names_exists() -> None:
    for name in SLOW + WEEKLY:
        file, _, function = name.partition("[")[0].partition("::")
        path = PROJECT / "tests" / file
        assert path.exists(), name
        assert re.search(rf"^(def {function}\(|{function} = )", path.read_text(), re.MULTILINE) or not function, name


def test_the_checks_of_a_change_run_the_other_tiers_too() -> None:
    assert "bootstrap.py ci" in (PROJECT / ".ci" / "run").read_text()
    assert '"(nodes or cluster or slow) and not weekly"' in (PROJECT / "bootstrap.py").read_text()
