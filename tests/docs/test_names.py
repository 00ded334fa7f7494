"""docs/names.md lists exactly what the packages offer. `python -m tests.docs.test_names` writes it anew."""

import importlib
import inspect
import re

import pytest

from tests.conftest import PROJECT

PAGE = PROJECT / "docs" / "names.md"
PACKAGES = (
    *("", "engine", "web3engine", "markets", "markets.pools", "markets.prices", "markets.strategies"),
    *("markets.processes", "markets.quoting"),
    *("protocols", "protocols.rai", "protocols.dynamicpool", "agents", "agents.dynamic_pools", "agents.exchange"),
    *("studies", "studies.design", "studies.twin"),
)
HEAD = """# Public names

What each package offers. Netlists, agents, notebooks and scripts import from here, and from no file inside: a name on
this page keeps its place.
"""


def full_name(package: str) -> str:
    return f"tokenspice.{package}" if package else "tokenspice"


def offered(package: str) -> list[str]:
    return list(importlib.import_module(full_name(package)).__all__)


def first_line(thing: object) -> str:
    is_described = inspect.isclass(thing) or inspect.isfunction(thing)
    return (inspect.getdoc(thing) or "").split("\n")[0].replace("|", "\\|") if is_described else ""


def page() -> str:
    parts = [HEAD]
    for package in PACKAGES:
        module = importlib.import_module(full_name(package))
        names = offered(package)
        plain = [name for name in names if not first_line(getattr(module, name))]
        parts.append(f"\n## {full_name(package)}\n\n{(module.__doc__ or '').strip()}\n")
        if described := [name for name in names if name not in plain]:
            rows = [f"| `{name}` | {first_line(getattr(module, name))} |" for name in described]
            parts.append("\n".join(["", "| name | what it is |", "|---|---|", *rows, ""]))
        if plain:
            parts.append(f"\nConstants and types: {', '.join(f'`{name}`' for name in plain)}.\n")
    return "".join(parts)


def documented(package: str) -> list[str]:
    sections = re.split(r"^## ", PAGE.read_text(), flags=re.M)
    own = next(section for section in sections if section.startswith(f"{full_name(package)}\n"))
    listed = re.findall(r"^\| `(\w+)` \|", own, re.M)
    plain = re.search(r"^Constants and types: (.*)\.$", own, re.M)
    return listed + re.findall(r"`(\w+)`", plain[1] if plain else "")


@pytest.mark.parametrize("package", PACKAGES, ids=full_name)
def test_a_package_offers_what_the_page_lists(package: str) -> None:
    assert sorted(documented(package)) == sorted(offered(package)), "write it anew: python -m tests.docs.test_names"


if __name__ == "__main__":
    PAGE.write_text(page())
