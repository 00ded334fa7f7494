"""The words of options and TOML files are those of the declaration."""

from pathlib import Path
from typing import Any

import pytest

from tests.studies.design.cases import STUDY
from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import (
    Choice,
    Discrete,
    Falling,
    LogNormal,
    Normal,
    Range,
    Spec,
    Study,
    Triangular,
    at,
    first_passage,
    highest,
)
from tokenspice.studies.design.study_text import (
    changed_study,
    read_metric,
    read_random,
    read_spec,
    read_study_file,
    read_variable,
)


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ("500:20000 log", Range("500", "20000", log=True)),
        ("5000:8200 step 50", Range("5000", "8200", step="50")),
        ("-1:0", Range("-1", "0")),
        ("pool,outside", Choice("pool", "outside")),
        ("true, false", Choice(True, False)),
    ],
)
def test_ranges_and_choices(text: str, variable: Any) -> None:
    assert read_variable("x", text) == variable


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("lognormal(0.7, 0.3)", LogNormal("0.7", "0.3")),
        ("normal(0, 1, within=-2:2)", Normal("0", "1", within=("-2", "2"))),
        ("triangular(0.5, 1.0, 2.0)", Triangular("0.5", "1.0", "2.0")),
        ("discrete(pool: 3, outside: 1)", Discrete({"pool": 3.0, "outside": 1.0})),
    ],
)
def test_laws(text: str, law: Any) -> None:
    assert read_random("x", text) == law


def test_metrics_and_specs() -> None:
    assert read_metric("m", "highest(bad_debt_USD) USD") == highest("bad_debt_USD", unit="USD")
    assert read_metric("m", "at(r, 30)") == at("r", 30)
    assert read_metric("m", "first_passage(n_pools, at_least=2)") == first_passage("n_pools", at_least=2)
    assert read_spec("worst <= 1000 USD in 0.99") == Spec("worst", at_most=1_000, unit="USD", in_share=0.99)
    assert read_spec("end >= 0 in 0.9 near falling(r)") == Spec("end", at_least=0, in_share=0.9, nearness=Falling("r"))
    assert read_spec("q95(loss) <= 3") == Spec("loss", at_most=3, over="q95")


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_variable, "5"),
        (read_variable, "5:1"),
        (read_variable, "1:5 steps 2"),
        (read_random, "gauss(0, 1)"),
        (read_random, "normal(0)"),
        (read_metric, "biggest(x)"),
        (read_metric, "at(x)"),
    ],
)
def test_words_that_are_none_are_refused(read: Any, text: str) -> None:
    with pytest.raises(StudyError):
        read("x", text)


@pytest.mark.parametrize("text", ["end", "end > 0", "end >= much", "end >= 0 in 1.5", "end >= 0 in"])
def test_specs_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(StudyError):
        read_spec(text)


def test_options_outrank_the_file_and_the_file_the_netlist(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(
        'specs = ["end >= 5 in 0.5"]\n[environment]\nmu = "-2:0"\n[random]\nu = "normal(100, 5)"\n'
        '[goals]\nend = "min"\n[correlations]\n"s,u" = 0.5\n'
    )
    study = changed_study(STUDY, read_study_file(tmp_path / "study.toml"))
    study = changed_study(study, {"environment": {"mu": "-3:0"}})

    assert study.environment == {"mu": Range("-3", "0")}
    assert list(study.design) == [] and list(study.random) == ["s", "u"]
    assert study.specs == [Spec("end", at_least=5, in_share=0.5)]
    assert study.correlations == {("s", "u"): 0.5}
    assert study.goals == {"end": "minimise"}


def test_a_file_with_another_word_is_refused(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text("[designs]\n")

    with pytest.raises(StudyError, match='no word "designs"'):
        read_study_file(tmp_path / "study.toml")


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Study(design={"x": Range(0, 1)}, environment={"x": Range(0, 1)}), "one role"),
        (lambda: Spec("x"), "no limit, or two"),
        (lambda: Spec("x", at_most=1, at_least=0), "no limit, or two"),
        (lambda: Study(metrics={"y": highest("y")}, specs=[Spec("x", at_most=1)]), 'names the metric "x"'),
        (lambda: Study(correlations={("a", "b"): 0.3}), "no random variable"),
        (lambda: Range(1, 1), "lower end first"),
        (lambda: Choice("a"), "two values or more"),
        (lambda: first_passage("x"), "one level"),
    ],
)
def test_a_study_that_does_not_hold_together_is_refused(make: Any, text: str) -> None:
    with pytest.raises(StudyError, match=text):
        make()
