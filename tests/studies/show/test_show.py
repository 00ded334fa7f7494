"""The verb `tsp show`: what is drawn, in which file, and what each wrong word is answered."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.studies.show.test_schematic import economy, look
from tests.studies.terminal import tsp
from tests.studies.test_cli import refused
from tokenspice.engine.errors import RunError
from tokenspice.studies.show.drawing import draw
from tokenspice.studies.show.file import check_file
from tokenspice.studies.show.grouping import grouped
from tokenspice.studies.show.schematic import OUTSIDE, Edge, Node, Parameter, Payment, Schematic, Sum
from tokenspice.web3engine.config import Config

GRANT = PROJECT / "netlists" / "simplegrant" / "netlist.py"
POOL = PROJECT / "netlists" / "simplepool" / "netlist.py"

HOSTILE = ['<b>&"', "a|b {c}", r"\N \G \\", "two\nlines \x01\ud800", "", "日本 × …", "]]> <!--", "a:b", "x" * 300]


def texts(svg: bytes) -> list[str]:
    """What is written in a drawing."""
    found = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(text.itertext()).replace("\xa0", " ") for text in found]


def test_a_drawing_is_written_beside_nothing_and_its_path_is_printed(tmp_path: Path) -> None:
    answer = tsp("show", GRANT, "--run", 240, cwd=tmp_path)

    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "simplegrant.svg\n", "")
    assert [path.name for path in tmp_path.iterdir()] == ["simplegrant.svg"]
    written = texts((tmp_path / "simplegrant.svg").read_bytes())
    for text in (
        "simplegrant",
        "After 240 ticks.",
        "granter1",
        "GrantTakingAgent",
        "1 OCEAN (4 ×)",
        OUTSIDE,
        "receiver",
    ):
        assert text in written, text
    assert written[written.index("granter_n_actions") + 1] == "4"


def test_a_netlist_on_a_chain_is_drawn_as_png(tmp_path: Path) -> None:
    answer = tsp("show", POOL, tmp_path / "pool.PNG", "--set", "max_ticks=200", "--run", 200, "--seed", 3)

    assert (answer.returncode, answer.stderr) == (0, "")
    content = (tmp_path / "pool.PNG").read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) > 20_000


def test_the_same_netlist_is_drawn_in_the_same_bytes(config: Config, tmp_path: Path) -> None:
    for path, n_ticks in ((POOL, 250), (GRANT, None)):
        first, second = (draw(look(path, config, n_ticks), "svg") for _ in range(2))
        assert first == second
    first, second = (draw(economy(tmp_path, config, 5), "png") for _ in range(2))
    assert first == second


def test_every_name_every_sum_and_every_parameter_is_in_the_drawing(config: Config, tmp_path: Path) -> None:
    schematic = economy(tmp_path, config, 3)

    written = texts(draw(schematic, "svg"))

    for node in schematic.nodes:
        assert node.name in written and {str(held) for held in node.holds} <= set(written)
    for edge in schematic.edges:
        for payment in edge.paid:
            assert any(text.startswith(str(payment.total)) for text in written)
    assert {parameter.name for parameter in schematic.parameters} <= set(written)
    assert 'first <line> "second" | {third} \\N …' in written
    assert schematic.question in written


def test_a_hundred_agents_are_drawn_as_one_unless_asked_otherwise(tmp_path: Path, config: Config) -> None:
    economy(tmp_path, config)
    options = ("show", tmp_path / "economy.py", tmp_path / "out.svg", "--set", "n_researchers=20", "--force")

    assert tsp(*options).returncode == 0
    together = texts((tmp_path / "out.svg").read_bytes())
    assert tsp(*options, "--group", 20).returncode == 0
    apart = texts((tmp_path / "out.svg").read_bytes())

    assert "Researcher × 20" in together and "researcher7" not in together
    assert "Researcher × 20" not in apart and "researcher7" in apart


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_may_stand_anywhere(text: str) -> None:
    nodes = (
        Node(f"agent {text}", text, "agent", text, text, (Sum(text, 5),)),
        Node(f"wallet {text}", text, "wallet", text, members=(text, text)),
        Node(f"object {text}", text, "object", text),
    )
    ends = [f"agent {text}", f"wallet {text}", f"object {text}", OUTSIDE, f"agent {text}"]
    edges = tuple(Edge(*pair, (text,), (Payment(Sum(text, 1), 2),)) for pair in zip(ends, ends[1:], strict=False))
    schematic = Schematic(text, text, nodes, edges, (Parameter(text, text, True),), 1, (text,))

    drawn = draw(schematic, "svg")

    seen = "".join(letter if letter.isprintable() else " " for letter in text)
    assert texts(drawn).count(seen) >= 3 or not seen.strip()


def test_long_lists_are_cut_and_say_so() -> None:
    sums = tuple(Sum(f"T{n}", 1) for n in range(9))
    parameters = tuple(Parameter(f"p{n}", "1") for n in range(60))
    schematic = Schematic("n", "", (Node("a", "a", "agent", "A", holds=sums),), (), parameters)

    written = texts(draw(schematic, "svg"))

    assert {"… and 5 more", "… and 12 more", "p47"} <= set(written)
    assert not {"p48", "1e-18 T4"} & set(written)


def test_a_netlist_without_agents_is_a_drawing_too() -> None:
    assert "nobody" in texts(draw(grouped(Schematic("nobody", "", (), ()), 6), "svg"))


def test_what_graphviz_cannot_draw_is_an_error_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenspice.studies.show.drawing.as_dot", lambda schematic: "no graph {")

    with pytest.raises(RunError, match="Graphviz could not draw broken: "):
        draw(Schematic("broken", "", (), ()), "svg")


def test_a_file_that_exists_is_kept_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "mine.svg").write_text("mine")

    refused(tsp("show", GRANT, "mine.svg", cwd=tmp_path), "mine.svg exists", "--force")
    assert (tmp_path / "mine.svg").read_text() == "mine"

    assert tsp("show", GRANT, "mine.svg", "-f", cwd=tmp_path).returncode == 0
    assert "granter1" in (tmp_path / "mine.svg").read_text()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.pdf", "is svg or png, .* Write .*a.svg"),
        ("a", "is svg or png"),
        ("no/a.svg", "there is no folder"),
        (".", "is svg or png"),
        ("folder.svg", "is a folder"),
    ],
)
def test_a_file_that_cannot_be_is_refused_before_anything_is_built(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "folder.svg").mkdir()

    with pytest.raises(RunError, match=words):
        check_file(tmp_path / name, may_replace=True)


def test_wrong_words_are_answered_in_one_line_and_nothing_is_written(tmp_path: Path) -> None:
    refused(tsp("show", "nosuch", cwd=tmp_path), "no such netlist", "`tsp list`")
    refused(tsp("show", GRANT, "a.gif", cwd=tmp_path), "a.gif", "svg or png", "a.svg")
    refused(tsp("show", GRANT, "--run", 500, cwd=tmp_path), "max_ticks = 240", "--run 240")
    refused(tsp("show", GRANT, "--set", "grants=3", cwd=tmp_path), 'no parameter "grants"')
    refused(tsp("show", POOL, "--network", "gnache", cwd=tmp_path), '"gnache"')
    refused(
        tsp("show", POOL, "--run", 200, "--set", "publisher.DT_stake=0.0000000000005", cwd=tmp_path),
        "tick 167, agent pub1",
    )
    assert tsp("show", GRANT, "--run", -1, cwd=tmp_path).returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_ends_in_md_gets_the_table_of_parameters(tmp_path: Path) -> None:
    path = tmp_path / "parameters.md"

    answer = tsp("show", GRANT, path, "--set", "granter_init_OCEAN=7")

    assert (answer.returncode, answer.stderr) == (0, "")
    assert "| `granter_init_OCEAN` | 7 | OCEAN | 0 or more | the whole grant |\n" in path.read_text()
