"""Scenarios in files: what is read, and what is refused in a line that says what to write."""

from pathlib import Path

import pytest

from tokenspice.engine.errors import StrategyError
from tokenspice.protocols.rai import Scenario, read_scenarios


def written(folder: Path, text: str, name: str = "scenarios.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_toml_and_json_say_the_same(tmp_path: Path) -> None:
    toml = '[[scenario]]\nname = "crash"\neth_shock = -0.3\nperiod = 3600\n[[scenario]]\nname = "tight"\nkp = 1.5e-7\n'
    json = '[{"name": "crash", "eth_shock": -0.3, "period": 3600}, {"name": "tight", "kp": 1.5e-7}]'

    read = read_scenarios(written(tmp_path, toml))

    assert read == (Scenario("crash", eth_shock=-0.3, period=3600), Scenario("tight", kp=1.5e-7))
    assert read == read_scenarios(written(tmp_path, json, "scenarios.json"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[scenario]]\nname = "a"\nkq = 1', "has no kq"),
        ("[[scenario]]\nkp = 1e-8", "needs a name"),
        ('[[scenario]]\nname = " "', "has no name"),
        ('[[scenario]]\nname = "a"\nkp = "much"', 'kp = "much". Write a number'),
        ('[[scenario]]\nname = "a"\nkp = true', "Write a number"),
        ('[[scenario]]\nname = "a"\nkp = nan', "Write a number"),
        ('[[scenario]]\nname = "a"\nperiod = 1.5', "Write a whole number"),
        ('[[scenario]]\nname = "a"\neth_shock = -1.5', "Write a share from -0.99 to 10"),
        ('[[scenario]]\nname = "a"\n[[scenario]]\nname = "a"', "a is the name of two scenarios"),
        ("", "holds no scenarios"),
        ("scenario = 3", "holds no scenarios"),
        ("[[scenario", "cannot be read as scenarios"),
    ],
)
def test_a_file_that_disagrees_is_refused_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(StrategyError, match=says.replace("(", r"\(")) as refusal:
        read_scenarios(written(tmp_path, text))
    assert "\n" not in str(refusal.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StrategyError, match="nowhere.toml cannot be read"):
        read_scenarios(tmp_path / "nowhere.toml")
