"""The documents become a site: without a warning, without a link that leads nowhere, asking for nothing outside."""

import importlib
import importlib.util
import inspect
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest
from filelock import FileLock

from tests.conftest import PROJECT

SITE = PROJECT / "build" / "site"
FETCHED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "video": "src"}
NOT_FETCHED = {"canonical", "next", "prev", "alternate", "author", "license"}


class Links(HTMLParser):
    """What a page fetches, what it links to, and what can be linked to in it."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.linked: list[str] = []
        self.feed(page.read_text())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        target = given.get(FETCHED.get(tag, "")) or ""
        if target and given.get("rel") not in NOT_FETCHED:
            self.fetched.append(target)
        if tag == "a" and given.get("href"):
            self.linked.append(str(given["href"]))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The site's pages, built once for all workers of this test run."""
    if importlib.util.find_spec("zensical") is None:
        pytest.skip("the extra docs is not installed")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with FileLock(shared / "site.lock"):
        if not (shared / "site.built").exists():
            build_site()
            (shared / "site.built").touch()
    return sorted(SITE.rglob("*.html"))


def build_site() -> None:
    command = [sys.executable, str(PROJECT / "docs" / "build_site.py")]
    built = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "Warning" not in built.stdout + built.stderr


def test_every_document_and_every_netlist_has_its_page(pages: list[Path]) -> None:
    names = {page.relative_to(SITE).as_posix().removesuffix(".html") for page in pages}

    assert {path.stem for path in (PROJECT / "docs").glob("*.md")} <= names
    assert {f"netlists/{path.parent.name}" for path in (PROJECT / "netlists").glob("*/about.md")} <= names
    assert {"index", "CHANGELOG", "api/tokenspice", "api/tokenspice.engine".replace("tokenspice.", "")} <= names


def test_nothing_is_asked_for_outside(pages: list[Path]) -> None:
    fetched = {target for page in pages for target in Links(page).fetched}
    styles = "".join(path.read_text() for path in SITE.rglob("*.css"))

    assert [target for target in fetched if "//" in target] == []
    assert re.findall(r"url\([\"']?(?:https?:)?//|@import", styles) == []


def test_every_link_leads_to_a_page(pages: list[Path]) -> None:
    lost = [
        (page.relative_to(SITE).as_posix(), target)
        for page in pages
        if page.name != "404.html"
        for target in Links(page).linked
        if not re.match(r"https?://|mailto:|#|javascript:", target)
        and not (page.parent / target.partition("#")[0].partition("?")[0]).exists()
    ]

    assert lost == []


def test_what_packages_offer_is_described(pages: list[Path]) -> None:
    assert "insufficient" in (SITE / "errors.html").read_text()
    assert 'id="tokenspice.engine.wallet.Wallet"' in (SITE / "api" / "engine.html").read_text()


def test_search_works_without_a_server(pages: list[Path]) -> None:
    assert list(SITE.rglob("*search*")), "no index was written"


def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_site", PROJECT / "docs" / "build_site.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_brackets_in_docstrings_are_no_links() -> None:
    """Of `[i][j]`, a page makes a link to j, which is nowhere, unless it is code."""
    site = builder()
    written = [site.reference(f"tokenspice.{package}") for package in site.PACKAGES]
    modules = {name.rpartition(".")[0] for page in written for name in re.findall(r"^::: (\S+)$", page, re.M)}
    texts = {name: inspect.getsource(importlib.import_module(name)) for name in modules if "." in name}

    assert [
        (name, found[0])
        for name, text in sorted(texts.items())
        for docstring in re.findall(r'"""(.*?)"""', text, re.S)
        if (found := re.search(r"\]\[[^\]]+\]", re.sub(r"`[^`]*`", "", docstring)))
    ] == []


def test_a_link_that_leaves_the_documents_becomes_a_page() -> None:
    site, waiting = builder(), list[Path]()
    pages = site.documents()

    text = site.with_links(PROJECT / "README.md", pages, waiting)

    assert "(netlists/simplegrant.md)" in text and "(source/engine/agent.py.md)" in text
    assert PROJECT / "engine" / "agent.py" in waiting
    assert site.page_of(PROJECT / "engine" / "agent.py").startswith("# engine/agent.py\n\n````python\n")
