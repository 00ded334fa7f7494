"""What a release needs besides code: a version from tags, a changelog that has it, a recipe that is one."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.conftest import PROJECT

HEADING = re.compile(r"^## (\S+)(?: \((\d{4}-\d{2}-\d{2})\))?", re.M)


def versions(changelog: str) -> list[str]:
    return [heading[1] for heading in HEADING.finditer(changelog)]


def entries_missing(tags: list[str], changelog: str) -> list[str]:
    """The tags of releases that a changelog has no entry for."""
    return [tag for tag in tags if re.fullmatch(r"v\d+\.\d+\.\d+", tag) and tag[1:] not in versions(changelog)]


def sorted_newest_first(found: list[str]) -> list[str]:
    return sorted(found, key=lambda version: [int(part) for part in version.split(".")], reverse=True)


def test_every_tag_has_its_entry_and_the_newest_is_first() -> None:
    if not (shutil.which("git") and (PROJECT / ".git").exists()):
        pytest.skip("this is no git checkout")
    listed = subprocess.run(["git", "-C", str(PROJECT), "tag"], capture_output=True, text=True, check=True)
    changelog = (PROJECT / "CHANGELOG.md").read_text()
    released = [version for version in versions(changelog) if version != "Unreleased"]

    assert entries_missing(listed.stdout.split(), changelog) == []
    assert versions(changelog)[0] == "Unreleased" and released == sorted_newest_first(released)


def test_a_tag_without_an_entry_is_found() -> None:
    changelog = "# Changelog\n\n## Unreleased\n\n## 1.10.0 (2027-01-01)\n\n## 1.9.0 (2026-12-01)\n"

    assert entries_missing(["v1.9.0", "v1.10.0", "v1.11.0", "nightly"], changelog) == ["v1.11.0"]
    assert sorted_newest_first(["1.9.0", "1.10.0"]) == ["1.10.0", "1.9.0"]


def test_the_citation_names_the_project_and_its_licence() -> None:
    said = yaml.safe_load((PROJECT / "CITATION.cff").read_text())

    assert (said["title"], said["license"], said["type"]) == ("tokenspice", "Apache-2.0", "software")
    assert said["cff-version"] == "1.2.0" and said["authors"] and said["message"]


def test_the_recipe_builds_every_platform_with_its_core_and_publishes_from_tags_alone() -> None:
    recipe = yaml.safe_load((PROJECT / ".github" / "workflows" / "wheels.yml").read_text())
    built = {(row["os"], row["build"]) for row in recipe["jobs"]["wheels"]["strategy"]["matrix"]["include"]}
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["cibuildwheel"]

    assert len(built) == 6
    assert all(
        part["environment"]["TOKENSPICE_REQUIRE_CORE"] == "1"
        for part in (settings, settings["macos"], settings["windows"])
    )
    assert recipe["jobs"]["publish"]["if"] == "startsWith(github.ref, 'refs/tags/v')"
    assert recipe["jobs"]["publish"]["permissions"] == {"id-token": "write"}
    assert {"3.11", "3.12", "3.13", "3.14"} == set(recipe["jobs"]["install"]["strategy"]["matrix"]["python"])


def test_windows_has_a_command_of_its_own() -> None:
    said = (PROJECT / "tsp.cmd").read_text()

    assert r"%~dp0.venv\Scripts\python.exe" in said and '"%~dp0tsp" %*' in said


@pytest.mark.parametrize("name", ["bench", "dask", "docs", "notebook", "ray", "train", "twin", "all"])
def test_the_extras_are_those_that_doctor_looks_for(name: str) -> None:
    from tokenspice.studies.doctor.findings import EXTRAS

    assert re.search(rf"^{name} =$", (PROJECT / "setup.cfg").read_text(), re.M)
    assert name == "all" or name in EXTRAS


def test_the_project_is_where_its_folders_are(tmp_path: Path) -> None:
    """A source distribution has each folder once, below src/."""
    pruned = re.findall(r"^prune (\w+)$", (PROJECT / "MANIFEST.in").read_text(), re.M)
    linked = {path.name for path in (PROJECT / "src" / "tokenspice").iterdir() if path.is_symlink() and path.is_dir()}

    assert linked <= set(pruned)
