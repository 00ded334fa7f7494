"""tokenspice.ini is read whole or refused, and found from anywhere in the project."""

from pathlib import Path

import pytest

from tokenspice.engine.errors import ConfigError
from tokenspice.files import HOME
from tokenspice.web3engine.config import Config, find_project, read_config


def read(folder: Path, text: str) -> Config:
    (folder / "tokenspice.ini").write_text(text)
    return read_config(folder)


def test_a_project_without_a_file_has_the_defaults(tmp_path: Path) -> None:
    config = read_config(tmp_path)

    assert config == Config(tmp_path)
    assert config.build_folder == tmp_path / "build"
    assert config.artifacts_folder is None


def test_an_empty_file_and_an_empty_section_have_the_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, "") == Config(tmp_path)
    assert read(tmp_path, "[general]\n[chain]\n") == Config(tmp_path)


def test_every_setting_is_read_as_its_type(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
        [general]
        NETWORK = ganache
        GANACHE_URL = http://127.0.0.1:7545
        ARTIFACTS_PATH = ../artifacts
        [paths]
        BUILD = out
        [chain]
        START_TIMEOUT = 12.5
        PORT = 8546
        HARDFORK = london
        """.replace(" " * 8, ""),
    )

    assert config == Config(tmp_path, "ganache", "http://127.0.0.1:7545", "../artifacts", "out", 12.5, 8546, "london")
    assert config.build_folder == tmp_path / "out"
    assert config.artifacts_folder == tmp_path / "../artifacts"


def test_a_setting_left_out_keeps_its_default(tmp_path: Path) -> None:
    assert read(tmp_path, "[chain]\nPORT = 1\n") == Config(tmp_path, port=1)


def test_setting_names_may_be_written_small_and_comments_are_ignored(tmp_path: Path) -> None:
    assert read(tmp_path, "# where\n[general]\n; on what\nnetwork = ganache\n").network == "ganache"


def test_a_percent_sign_is_itself(tmp_path: Path) -> None:
    assert read(tmp_path, "[paths]\nBUILD = 100%\n").build == "100%"


def test_paths_of_ones_own_home_and_absolute_ones_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")

    home = read(tmp_path, "[general]\nARTIFACTS_PATH = ~/artifacts\n")
    absolute = read(tmp_path, "[paths]\nBUILD = /var/build\n")

    assert home.artifacts_folder == Path("/home/someone/artifacts")
    assert absolute.build_folder == Path("/var/build")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[general]\nNETWROK = anvil\n", "[general] NETWROK"),
        ("[chain]\nNETWORK = anvil\n", "[chain] NETWORK"),
        ("[ganache]\nPRIVATE_KEY = 1\n", "[ganache] PRIVATE_KEY"),
    ],
)
def test_an_unknown_setting_is_answered_with_the_known_ones(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)

    known = "There are: [general] NETWORK, [general] GANACHE_URL, [general] ARTIFACTS_PATH, [paths] BUILD, "
    assert f"tokenspice.ini: there is no setting {named}. {known}" in str(caught.value)


@pytest.mark.parametrize(("name", "text"), [("PORT", "any"), ("PORT", "80.5"), ("PORT", ""), ("START_TIMEOUT", "soon")])
def test_a_number_that_is_none_is_refused(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, f"[chain]\n{name} = {text}\n")

    assert str(caught.value) == f'{tmp_path / "tokenspice.ini"}: {name} = "{text}": write a number.'


@pytest.mark.parametrize("setting", ["PORT = -1", "PORT = 70000", "START_TIMEOUT = nan", "START_TIMEOUT = -3"])
def test_a_number_that_makes_no_sense_is_refused(tmp_path: Path, setting: str) -> None:
    with pytest.raises(ConfigError):
        read(tmp_path, f"[chain]\n{setting}\n")


@pytest.mark.parametrize("text", ["NETWORK = anvil\n", "[general\n", "[chain]\nPORT\n", "[chain]\nPORT=1\nPORT=2\n"])
def test_a_file_that_is_no_ini_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"tokenspice\.ini: ") as caught:
        read(tmp_path, text)

    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tokenspice.ini").write_bytes(b"[general]\nNETWORK = \xff\n")

    with pytest.raises(ConfigError):
        read_config(tmp_path)


def test_the_projects_own_file_says_what_the_defaults_say() -> None:
    project = HOME

    assert read_config(project) == Config(project)


def test_the_project_is_found_from_any_folder_inside_it(tmp_path: Path) -> None:
    (tmp_path / "tokenspice.ini").touch()
    (tmp_path / "runs" / "today").mkdir(parents=True)

    assert find_project(tmp_path / "runs" / "today") == tmp_path
    assert find_project(tmp_path) == tmp_path


def test_the_nearest_project_wins(tmp_path: Path) -> None:
    (tmp_path / "inner" / "deep").mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "inner"):
        (folder / "tokenspice.ini").touch()

    assert find_project(tmp_path / "inner" / "deep") == tmp_path / "inner"


def test_the_search_begins_where_the_user_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tokenspice.ini").touch()
    monkeypatch.chdir(tmp_path)

    assert find_project() == tmp_path


def test_outside_every_project_it_is_the_one_that_the_packages_came_from(tmp_path: Path) -> None:
    assert find_project(tmp_path) == HOME
