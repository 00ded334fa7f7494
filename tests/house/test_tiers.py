"""The tests that `pytest` alone leaves out are there, and the slow ones are run by .ci/run."""

from tests.conftest import PROJECT
from tests.tiers import SLOW


def test_every_slow_test_that_is_named_exists() -> None:
    for name in SLOW:
        file, _, function = name.partition("::")
        path = PROJECT / "tests" / file
        assert path.exists(), name
        assert f"def {function}(" in path.read_text() or not function, name


def test_the_checks_of_a_change_run_the_slow_tier_too() -> None:
    assert "bootstrap.py ci" in (PROJECT / ".ci" / "run").read_text()
    assert '"slow and not nodes and not cluster"' in (PROJECT / "bootstrap.py").read_text()
