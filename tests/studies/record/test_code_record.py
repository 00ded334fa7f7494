"""With which code a run ran."""

import sys
import warnings
from types import ModuleType

import pytest

from tokenspice.studies.record.code_record import libraries


class Warner(ModuleType):
    """A library that answers who asks for its version with a warning, as jsonschema does."""

    def __getattr__(self, name: str) -> str:
        warnings.warn("ask importlib.metadata", DeprecationWarning, stacklevel=2)
        return "1"


def test_a_library_that_warns_who_asks_for_its_version_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "warner", Warner("warner"))

    assert "warner" not in libraries()
    assert libraries()["numpy"]
