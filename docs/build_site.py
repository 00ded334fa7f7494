#!/usr/bin/env python3
"""Build the documents as a site, in build/site/: `python docs/build_site.py`. It needs the extra `docs`.

The pages stay plain Markdown that reads well in the repository. Here they are copied beside each other, and a link that
leaves docs/ becomes a link to a page: a netlist's about.md, or a page with the file's source. The API reference has a page
for each package, of the names that it offers.
"""

import importlib
import inspect
import os
import re
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PAGES, SITE = PROJECT / "build" / "site-pages", PROJECT / "build" / "site"
LINK = re.compile(r"(\]\()([^)\s#]*)(#[^)\s]*)?(\))")
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LANGUAGES = {".py": "python", ".sol": "solidity", ".toml": "toml", ".ini": "ini", ".rs": "rust"}
SOURCE = "source"
SHIM = re.compile(r"https://[^\"]*/iframe-worker/shim")
PACKAGES = (
    "engine",
    "web3engine",
    "markets",
    "markets.pools",
    "markets.prices",
    "markets.strategies",
    "protocols",
    "protocols.rai",
    "protocols.dynamicpool",
    "agents",
    "agents.dynamic_pools",
    "studies",
)
CHAPTERS = {
    "First steps": ("netlists.md", "agents.md", "own-project.md", "python.md", "from-tokenspice.md"),
    "Runs": ("batches.md", "resume.md", "chains.md", "forks.md", "web3py.md", "command-line.md", "errors.md"),
    "Studies": ("design.md", "answers.md", "science-funding.md", "pools.md", "twins.md", "exchange.md", "zoo.md"),
}


def main() -> None:
    shutil.rmtree(PAGES, ignore_errors=True)
    shutil.rmtree(SITE, ignore_errors=True)
    pages = documents()
    waiting = list(pages)
    while waiting:
        document = waiting.pop()
        write(pages[document], with_links(document, pages, waiting))
    for package in ("", *PACKAGES):
        write(f"api/{package or 'tokenspice'}.md", reference(f"tokenspice.{package}".rstrip(".")))
    settings = PAGES.parent / "mkdocs.yml"
    settings.write_text(configuration(pages))
    if code := built(settings):
        sys.exit(code)
    with_own_shim()
    print(SITE / "index.html")


def documents() -> dict[Path, str]:
    """Return the documents, and the page that each becomes."""
    found = {PROJECT / "README.md": "index.md"}
    found |= {path: path.name for path in sorted((PROJECT / "docs").glob("*.md"))}
    found |= {path: f"netlists/{path.parent.name}.md" for path in sorted((PROJECT / "netlists").glob("*/about.md"))}
    return found | {PROJECT / name: name for name in ("CHANGELOG.md", "CONTRIBUTING.md")}


def with_links(document: Path, pages: dict[Path, str], waiting: list[Path]) -> str:
    """Return a document's text, with links to pages; files that it links to become pages too."""

    def linked(found: re.Match[str]) -> str:
        before, target, anchor, after = found.groups(default="")
        path = (document.parent / target).resolve()
        if not target or "://" in target or target.startswith("mailto:"):
            return found[0]
        if path.suffix == ".png":
            return f"{before}data:image/png;base64,{b64encode(path.read_bytes()).decode()}{after}"
        if path not in pages:
            # A folder whose name begins with a dot is none to the builder.
            pages[path] = f"{SOURCE}/{path.relative_to(PROJECT).as_posix()}.md".replace("/.", "/")
            waiting.append(path)
        return f"{before}{os.path.relpath(pages[path], Path(pages[document]).parent)}{anchor}{after}"

    text = page_of(document)
    if document.suffix != ".md":
        return text
    parts, at = [], 0
    for code in CODE.finditer(text):
        parts += [LINK.sub(linked, text[at : code.start()]), code[0]]
        at = code.end()
    return "".join((*parts, LINK.sub(linked, text[at:])))


def page_of(path: Path) -> str:
    """Return a document as it is, a source file in a frame, and a folder as the list of its files."""
    if path.suffix == ".md":
        return path.read_text()
    name = path.relative_to(PROJECT).as_posix()
    if path.is_dir():
        files = sorted(each.name for each in path.iterdir() if each.suffix in LANGUAGES or each.is_dir())
        listed = "".join(f"* `{each}`\n" for each in files if not each.startswith((".", "_")))
        return f"# {name}/\n\nA folder of the repository:\n\n{listed}"
    return f"# {name}\n\n````{LANGUAGES.get(path.suffix, 'text')}\n{path.read_text()}\n````\n"


def reference(package: str) -> str:
    """Return the page of a package: its docstring, and each name that it offers."""
    module = importlib.import_module(package)
    things = {name: getattr(module, name) for name in module.__all__}
    described = {name: one for name, one in things.items() if inspect.isclass(one) or inspect.isfunction(one)}
    parts = [f"# {package}\n\n{module.__doc__ or ''}\n"]
    parts += [f"\n::: {one.__module__}.{one.__qualname__}\n" for one in described.values()]
    if plain := [f"`{name}`" for name in things if name not in described]:
        parts.append(f"\nConstants and types: {', '.join(plain)}.\n")
    return "".join(parts)


def configuration(pages: dict[Path, str]) -> str:
    """Return mkdocs.yml with the pages in their order, and paths from where it is written to."""
    text = (PROJECT / "mkdocs.yml").read_text().replace("build/site", "site").replace("[src]", "[../src]")
    return text + "\n".join(("nav:", *navigation(pages))) + "\n"


def navigation(pages: dict[Path, str]) -> Iterator[str]:
    yield "  - index.md"
    for chapter, names in CHAPTERS.items():
        yield f"  - {chapter}:"
        yield from (f"      - {name}" for name in names if (PAGES / name).exists())
    yield "  - Netlists:"
    yield from (f"      - {page}" for page in sorted(pages.values()) if page.startswith("netlists/"))
    yield "  - Reference:"
    placed = {"index.md", *(name for names in CHAPTERS.values() for name in names)}
    rest = sorted(page for page in pages.values() if "/" not in page and page not in placed)
    yield from (f"      - {page}" for page in rest)
    yield "  - API:"
    yield from (f"      - api/{package}.md" for package in ("tokenspice", *PACKAGES))
    yield "  - Sources:"
    yield from (f"      - {page}" for page in sorted(pages.values()) if page.startswith(f"{SOURCE}/"))


def write(page: str, text: str) -> None:
    path = PAGES / page
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def with_own_shim() -> None:
    """Have pages take from beside them what lets a browser search files, rather than from a server."""
    shim = PROJECT / "node_modules" / "iframe-worker" / "shim" / "index.js"
    if not shim.exists():
        sys.exit(f"build_site: there is no {shim}. Run `npm ci` in {PROJECT}.")
    shutil.copy(shim, SITE / "assets" / "iframe-worker.js")
    for page in SITE.rglob("*.html"):
        own = os.path.relpath(SITE / "assets" / "iframe-worker.js", page.parent)
        page.write_text(SHIM.sub(own, page.read_text()))


def built(settings: Path) -> int:
    """Build the site; every warning is an error."""
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict", "--config-file", str(settings)]
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "src")}
    return subprocess.run(command, cwd=settings.parent, env=environment).returncode


if __name__ == "__main__":
    main()
