"""A netlist is loaded from anywhere, held against its contract, and asked in both of its dialects."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.fakes import FakeWorld
from tokenspice.engine.charts import COUNT, PlotInstructions, YParam
from tokenspice.engine.errors import NetlistError
from tokenspice.engine.kpis import KPIsBase
from tokenspice.engine.sim_strategy import SimStrategyBase, parameter_values
from tokenspice.engine.units import Unit
from tokenspice.files import HOME
from tokenspice.studies.netlist.netlist import Netlist, as_instructions, as_log_row
from tokenspice.studies.netlist.netlist_file import find_netlist, load_netlist

WHOLE = """
from dataclasses import dataclass
from tokenspice.engine.kpis import KPIsBase
from tokenspice.engine.log import LogRow
from tokenspice.engine.charts import COUNT, YParam
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase

@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    n_agents: int = 2

class SimState(SimStateBase):
    pass

class KPIs(KPIsBase):
    pass

def netlist_createLogData(state):
    return LogRow(n_agents=state.ss.n_agents)

def netlist_plotInstructions(header, values):
    return "Day", values[:, 0], [YParam(["n_agents"], [], "Agents", COUNT)]
"""
CONTRACT = "SimStrategy, SimState, netlist_createLogData, and netlist_charts or netlist_plotInstructions"
CHART = YParam(["a"], [], "A", COUNT)


@pytest.fixture(autouse=True)
def forget_loaded_netlists() -> Iterator[None]:
    """Leave `sys.modules` as it was."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


def written(path: Path, text: str = WHOLE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def loaded(path: Path, old: str = "", new: str = "") -> Netlist:
    """The whole netlist, in which one passage is written otherwise."""
    assert old in WHOLE
    return load_netlist(written(path / "netlist.py", WHOLE.replace(old, new)))


def n_agents(netlist: Netlist) -> object:
    """The default of the whole netlist's own parameter."""
    return parameter_values(netlist.strategy())["n_agents"]


def refusal(path: Path, text: str) -> str:
    """What is said of a netlist that cannot be loaded."""
    with pytest.raises(NetlistError) as caught:
        load_netlist(written(path / "netlist.py", text))
    return str(caught.value)


def test_a_netlist_outside_the_checkout_gives_strategy_state_rows_and_charts(tmp_path: Path) -> None:
    netlist = loaded(tmp_path)

    ss = netlist.strategy({"n_agents": "5"})
    state = netlist.state(ss)
    x_label, x, charts = netlist.plot_instructions(["Day"], np.array([[7.0]]))

    assert netlist.path == tmp_path / "netlist.py"
    assert netlist.log_data(state) == {"n_agents": 5}
    assert (x_label, np.asarray(x).tolist(), charts[0].title) == ("Day", [7.0], "Agents")


def test_a_netlist_that_takes_no_chain_needs_none(tmp_path: Path) -> None:
    assert not loaded(tmp_path).needs_chain


def test_a_netlist_that_takes_a_chain_is_given_it(tmp_path: Path) -> None:
    wiring = "class SimState(SimStateBase):\n    def __init__(self, ss, chain):\n        super().__init__(ss, chain)"
    netlist, chain = loaded(tmp_path, "class SimState(SimStateBase):\n    pass", wiring), FakeWorld()

    state = netlist.state(netlist.strategy(), chain)

    assert netlist.needs_chain
    assert state.worlds == (chain,)


@pytest.mark.parametrize("name", ["SimStrategy", "SimState", "netlist_createLogData", "netlist_plotInstructions"])
def test_a_missing_part_is_named_with_the_whole_contract(tmp_path: Path, name: str) -> None:
    text = refusal(tmp_path, WHOLE + f"\ndel {name}\n")

    missing = name.replace("plotInstructions", "charts")
    assert text == f"{tmp_path / 'netlist.py'} defines no {missing}. A netlist defines {CONTRACT}."


def test_all_missing_parts_are_named_at_once(tmp_path: Path) -> None:
    text = refusal(tmp_path, WHOLE + "\ndel SimState, netlist_plotInstructions\n")

    assert "defines no SimState and no netlist_charts." in text


def test_kpis_may_be_left_out(tmp_path: Path) -> None:
    netlist = load_netlist(written(tmp_path / "netlist.py", WHOLE + "\ndel KPIs\n"))

    assert type(netlist.state(netlist.strategy()).kpis) is KPIsBase


@pytest.mark.parametrize(
    "signature", ["pass", "def __init__(self, ss): self.tick = 0", "def __init__(self, time_step, state, n=3): pass"]
)
def test_kpis_that_the_state_does_not_make_are_made_for_it(tmp_path: Path, signature: str) -> None:
    text = WHOLE.replace("class KPIs(KPIsBase):\n    pass", f"class KPIs(KPIsBase):\n    {signature}")
    netlist = load_netlist(written(tmp_path / "netlist.py", text))

    assert type(netlist.state(netlist.strategy()).kpis).__name__ == "KPIs"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("class KPIs(KPIsBase):\n    pass", "class KPIs(KPIsBase):\n    def __init__(self, workers): pass"),
        ("class SimState(SimStateBase):\n    pass", "class Others(KPIsBase): pass\n\nclass SimState(SimStateBase):\n    def __init__(self, ss):\n        super().__init__(ss)\n        self.kpis = Others(ss.time_step)"),
    ],
    ids=["needs more", "others are used"],
)  # fmt: skip
def test_kpis_that_measure_nothing_are_an_error_that_says_what_to_write(tmp_path: Path, old: str, new: str) -> None:
    netlist = load_netlist(written(tmp_path / "netlist.py", WHOLE.replace(old, new)))

    with pytest.raises(NetlistError, match=r"KPIs is defined, and nothing is .* Write self.kpis = KPIs\(…\)"):
        netlist.state(netlist.strategy())


CHARTLESS = WHOLE.replace("def netlist_plotInstructions", "def others")


@pytest.mark.parametrize(
    "charts",
    [
        'netlist_charts = [lines("Agents", "agents", n_agents="")]',
        'def netlist_charts(header, values): return [lines("Agents", "agents", n_agents="")]',
        'def netlist_plotInstructions(header, values): return [lines("Agents", "agents", n_agents="")]',
    ],
)
@pytest.mark.parametrize(("more", "label", "x"), [("", "Day", 7.0), ('netlist_x_axis = "Hour"', "Hour", 168.0)])
def test_charts_may_be_a_list_drawn_over_days_or_another_column(
    tmp_path: Path, charts: str, more: str, label: str, x: float
) -> None:
    text = f"{CHARTLESS}\nfrom tokenspice.engine.charts import lines\n{charts}\n{more}\n"
    netlist = load_netlist(written(tmp_path / "netlist.py", text))

    drawn = netlist.plot_instructions(["Hour", "Day", "n_agents"], np.array([[168.0, 7.0, 2.0]]))

    assert drawn == PlotInstructions(label, [x], [YParam(["n_agents"], [], "Agents", Unit("agents"))])


def test_a_list_of_charts_over_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    text = f'{CHARTLESS}\nnetlist_x_axis = "Week"\nnetlist_charts = [YParam(["n_agents"], [], "Agents", COUNT)]\n'
    netlist = load_netlist(written(tmp_path / "netlist.py", text))

    with pytest.raises(NetlistError, match='there is no column "Week" to draw over. Write netlist_x_axis = "Day"'):
        netlist.plot_instructions(["Day"], np.array([[7.0]]))


def test_charts_that_are_defined_twice_are_refused(tmp_path: Path) -> None:
    text = refusal(tmp_path, WHOLE + "\nnetlist_charts = []\n")

    assert text.endswith("defines netlist_charts and netlist_plotInstructions. Define one of them.")


@pytest.mark.parametrize(
    ("name", "base"), [("SimStrategy", "SimStrategyBase"), ("SimState", "SimStateBase"), ("KPIs", "KPIsBase")]
)
@pytest.mark.parametrize("wrong", ["class {}: pass", "{} = 5", "{} = KPIsBase(1)"])
def test_a_class_of_the_wrong_base_is_told_the_right_one(tmp_path: Path, name: str, base: str, wrong: str) -> None:
    text = refusal(tmp_path, WHOLE + "\n" + wrong.format(name))

    assert text.endswith(f"{name} is no subclass of {base}. Write class {name}({base}).")


def test_a_syntax_error_is_told_with_its_file_line_and_text(tmp_path: Path) -> None:
    text = refusal(tmp_path, "x = 1\n\ndef f(:\n    pass\n")

    assert text == f"{tmp_path / 'netlist.py'}:3: invalid syntax: def f(:"


def test_a_syntax_error_beside_the_netlist_is_told_with_that_file(tmp_path: Path) -> None:
    written(tmp_path / "my_agent.py", "class\n")

    text = refusal(tmp_path, "from .my_agent import MyAgent\n")

    assert text == f"{tmp_path / 'my_agent.py'}:1: invalid syntax: class"


@pytest.mark.parametrize(
    "content",
    [
        "x = 1\n\0",
        pytest.param("x = 1\n\nx = '\0'\n", id="in a string"),
    ],
)
def test_a_null_byte_is_told_with_its_file(tmp_path: Path, content: str) -> None:
    assert refusal(tmp_path, content).startswith(f"{tmp_path / 'netlist.py'}:")


def test_a_netlist_that_raises_at_import_is_told_what_and_where(tmp_path: Path) -> None:
    text = refusal(tmp_path, "x = 1\nx / 0\n")

    assert text == f"{tmp_path / 'netlist.py'}: ZeroDivisionError: division by zero ({tmp_path / 'netlist.py'}:2)"


def test_a_name_that_the_engine_does_not_have_is_told_with_its_line(tmp_path: Path) -> None:
    text = refusal(tmp_path, "\nfrom tokenspice.engine.units import dollars\n")

    assert "cannot import name 'dollars' from 'tokenspice.engine.units'" in text
    assert text.endswith(f"({tmp_path / 'netlist.py'}:2)")


def test_a_netlist_that_exits_is_an_error(tmp_path: Path) -> None:
    assert "SystemExit: 0" in refusal(tmp_path, "import sys\nsys.exit(0)\n")


def test_a_module_that_does_not_exist_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path, "import brownie_mix\n") == f"{tmp_path / 'netlist.py'}:1: there is no module brownie_mix."


def test_a_file_beside_the_netlist_imported_by_its_bare_name_is_told_how(tmp_path: Path) -> None:
    written(tmp_path / "my_agent.py", "class MyAgent: pass\n")

    text = refusal(tmp_path, "from my_agent import MyAgent\n")

    assert text.endswith("there is no module my_agent. Write `from .my_agent import …` for a file beside the netlist.")


def test_a_missing_file_beside_the_netlist_is_named_as_the_netlist_names_it(tmp_path: Path) -> None:
    text = refusal(tmp_path, "from .my_agent import MyAgent\n")

    assert text == f"{tmp_path / 'netlist.py'}:1: there is no module .my_agent."


def test_files_beside_the_netlist_are_imported_relatively(tmp_path: Path) -> None:
    written(tmp_path / "strategy.py", WHOLE.replace("n_agents: int = 2", "n_agents: int = 11"))

    netlist = load_netlist(written(tmp_path / "netlist.py", WHOLE + "\nfrom .strategy import SimStrategy\n"))

    assert n_agents(netlist) == 11
    assert sorted(netlist.sources) == ["netlist.py", "strategy.py"]


def test_files_of_the_same_name_in_two_folders_do_not_meet(tmp_path: Path) -> None:
    imported_late = "from .number import N\n    return LogRow(n_agents=N)"
    for number in (3, 4):
        written(tmp_path / str(number) / "number.py", f"N = {number}\n")

    netlists = [
        loaded(tmp_path / str(number), "return LogRow(n_agents=state.ss.n_agents)", imported_late) for number in (3, 4)
    ]

    rows = [netlist.log_data(netlist.state(netlist.strategy())) for netlist in netlists]
    assert rows == [{"n_agents": 3}, {"n_agents": 4}]


def test_a_second_load_sees_an_edited_file_and_its_edited_neighbour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    written(tmp_path / "defaults.py", "N = 3\n")
    text = "from .defaults import N\n" + WHOLE.replace("n_agents: int = 2", "n_agents: int = N")
    first = load_netlist(written(tmp_path / "netlist.py", text))

    written(tmp_path / "defaults.py", "N = 4\n")
    second = load_netlist(tmp_path / "netlist.py")

    assert n_agents(first) == 3
    assert n_agents(second) == 4


def test_a_second_load_sees_an_edit_of_the_same_size_in_the_same_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)

    # The second in which these run may end once between the two, but not ten times.
    for number in range(10):
        loaded(tmp_path / str(number))
        again = loaded(tmp_path / str(number), "n_agents: int = 2", "n_agents: int = 3")

        assert n_agents(again) == 3


def test_sources_are_those_of_the_netlist_whichever_was_loaded_after_it(tmp_path: Path) -> None:
    one, other = (load_netlist(written(tmp_path / name)) for name in ("one.py", "other.py"))

    assert (list(one.sources), list(other.sources)) == (["one.py"], ["other.py"])


def test_sources_change_with_the_files_content(tmp_path: Path) -> None:
    before = loaded(tmp_path / "a").sources
    same = loaded(tmp_path / "b").sources
    edited = loaded(tmp_path / "c", "n_agents: int = 2", "n_agents: int = 3").sources

    assert before == same
    assert before != edited


@pytest.mark.parametrize(
    ("old", "new", "use"),
    [
        ("return LogRow(n_agents=state.ss.n_agents)", "return 1 / 0", "netlist_createLogData"),
        ('return "Day", values[:, 0]', "return 1 / 0", "netlist_plotInstructions"),
        ("class SimState(SimStateBase):\n    pass", "class SimState(SimStateBase):\n    kpis = property()", "SimState"),
    ],
)
def test_an_error_in_a_netlists_own_code_says_in_which_part(tmp_path: Path, old: str, new: str, use: str) -> None:
    netlist = loaded(tmp_path, old, new)

    with pytest.raises(NetlistError, match=f"^netlist.py, {use}: (ZeroDivision|Attribute)Error: "):
        netlist.log_data(netlist.state(netlist.strategy()))
        netlist.plot_instructions(["Day"], np.array([[7.0]]))


def test_tokenspices_three_parallel_lists_are_a_row() -> None:
    row = as_log_row(Path("netlist.py"), (["; a=1"], ["a", "b"], [1, 2.5]))

    assert row == {"a": 1, "b": 2.5}
    assert list(row) == ["a", "b"]


@pytest.mark.parametrize(
    "returned",
    [
        None,
        5,
        ([], ["a"], []),
        ([], ["a", "a"], [1, 2]),
        (["a"], [1]),
        ("s", "a", "1"),
        [("a", 1)],
    ],
)
def test_a_row_of_another_shape_is_refused_with_what_to_return(returned: Any) -> None:
    with pytest.raises(NetlistError, match=r"createLogData returned .*\. Return LogRow\(column=value, …\), or "):
        as_log_row(Path("netlist.py"), returned)


def test_a_long_value_is_shown_in_short() -> None:
    with pytest.raises(NetlistError) as caught:
        as_log_row(Path("netlist.py"), "x" * 10_000)

    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("kind", [tuple, list])
def test_instructions_may_be_a_label_values_and_charts(kind: type[Any]) -> None:
    assert as_instructions(Path("n.py"), kind(("Day", [1, 2], [CHART]))) == PlotInstructions("Day", [1, 2], [CHART])


def test_tokenspices_older_pair_of_values_and_charts_is_in_months() -> None:
    assert as_instructions(Path("netlist.py"), ([1, 2], [CHART])) == PlotInstructions("Month", [1, 2], [CHART])


def test_instructions_may_ask_for_no_chart() -> None:
    assert as_instructions(Path("netlist.py"), ("Day", [1], [])) == PlotInstructions("Day", [1], [])


@pytest.mark.parametrize(
    "returned", [None, (), "Day", ("Day", [1]), ("Day", [1], [5]), ("Day", [1], CHART), (1, [1], [CHART]), {"a": 1}]
)
def test_instructions_of_another_shape_are_refused_with_what_to_return(returned: Any) -> None:
    with pytest.raises(
        NetlistError, match=r"returned .*\. Return a list of YParam, or \(x label, x values, list of YParam\)\."
    ):
        as_instructions(Path("netlist.py"), returned)


@pytest.mark.parametrize("name", ["path/netlist.py", "path", "short"])
def test_a_netlist_is_found_by_file_folder_or_name(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "path" / "netlist.py")
    written(tmp_path / "library" / "short" / "netlist.py")
    monkeypatch.chdir(tmp_path)

    found = find_netlist(name, tmp_path / "library")

    assert found.is_absolute() and found.name == "netlist.py"
    assert found.parent.name == ("short" if name == "short" else "path")


def test_an_unknown_netlist_is_answered_with_what_was_meant(tmp_path: Path) -> None:
    for name in ("wsloop", "simplegrant"):
        written(tmp_path / name / "netlist.py")
    (tmp_path / "notes").mkdir()

    with pytest.raises(NetlistError, match="^simplegrand: no such netlist. Did you mean simplegrant"):
        find_netlist("simplegrand", tmp_path)
    with pytest.raises(NetlistError, match="^x: no such netlist. Write the path .* `tsp list`"):
        find_netlist("x", tmp_path)


def test_a_strategy_with_a_wrong_default_says_whose_it_is(tmp_path: Path) -> None:
    netlist = loaded(tmp_path, "n_agents: int = 2", "n_agents: int = 2\n    max_ticks: int = -5")

    with pytest.raises(
        Exception, match=r"^netlist.py, SimStrategy: max_ticks = -5 ticks: write a whole number of ticks, 0 or more\.$"
    ):
        netlist.strategy()


def test_a_strategy_is_of_the_engines_kind(tmp_path: Path) -> None:
    assert isinstance(loaded(tmp_path).strategy(), SimStrategyBase)


WITH_CHAIN = "def __init__(self, ss, chain=None):\n        super().__init__(ss, *([chain] if chain else []))"
PAPER = "n_agents: int = 2\n    on_chain: bool = False\n\n    @property\n    def uses_chain(self):\n        return self.on_chain"
RP_LOG = "def netlist_rp_createLogData(state):\n    return {returned}\n\n"
RP_PLOT = "def netlist_rp_plotInstructions(header, values):\n    return values[:, 0], [YParam(['total_rp'], [], 'P', COUNT)]\n\n"


def test_a_netlist_whose_strategy_does_without_a_chain_is_given_none(tmp_path: Path) -> None:
    text = WHOLE.replace("n_agents: int = 2", PAPER).replace(
        "class SimState(SimStateBase):\n    pass", f"class SimState(SimStateBase):\n    {WITH_CHAIN}"
    )
    netlist, chain = load_netlist(written(tmp_path / "netlist.py", text)), FakeWorld()
    on_paper, on_chain = netlist.strategy(), netlist.strategy({"on_chain": "true"})

    assert netlist.needs_chain
    assert (netlist.starts_chain(on_paper), netlist.starts_chain(on_chain)) == (False, True)
    assert netlist.state(on_paper, chain).worlds == ()
    assert netlist.state(on_chain, chain).worlds == (chain,)


def with_projects(folder: Path, returned: str) -> Netlist:
    functions = RP_LOG.replace("{returned}", returned) + RP_PLOT
    return loaded(folder, "def netlist_plot", functions + "def netlist_plot")


@pytest.mark.parametrize("returned", ["LogRow(total_rp=3)", "(['total_rp'], [3])", "([], ['total_rp'], [3])"])
def test_a_table_of_research_projects_is_taken_as_darc_spice_gives_it(tmp_path: Path, returned: str) -> None:
    netlist = with_projects(tmp_path, returned)
    charts = netlist.table_charts("rp", ["Month", "total_rp"], np.array([[1.0, 3.0]]))

    assert netlist.log_functions()["rp"](netlist.state(netlist.strategy())) == [{"total_rp": 3}]
    assert netlist.tables["rp"].file_name("rp") == "rpdata.csv"
    assert charts and (charts.x_label, charts.y_params[0].columns) == ("Month", ["total_rp"])


def test_a_netlist_without_further_tables_has_none(tmp_path: Path) -> None:
    assert not loaded(tmp_path).tables


def test_half_of_the_pair_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, WHOLE + RP_LOG.replace("{returned}", "{}"))

    assert "defines netlist_rp_createLogData alone" in said


def test_a_table_of_the_wrong_shape_is_told_by_its_name(tmp_path: Path) -> None:
    netlist = with_projects(tmp_path, "7")

    with pytest.raises(NetlistError, match="the log of table rp returned 7"):
        netlist.log_functions()["rp"](netlist.state(netlist.strategy()))


TABLES = "from tokenspice.engine import Table\n\n\ndef netlist_tables():\n    return {tables}\n\n\n"


def with_tables(folder: Path, tables: str) -> Netlist:
    return loaded(folder, "def netlist_plot", TABLES.replace("{tables}", tables) + "def netlist_plot")


def test_a_netlist_names_tables_of_its_own_with_a_row_several_or_none(tmp_path: Path) -> None:
    log = "lambda state: [{'price': 1.5}] * state.tick"
    netlist = with_tables(tmp_path, f"{{'trades': Table({log}), 'depth': Table(lambda state: {{'bids': 4}})}}")
    state = netlist.state(netlist.strategy())

    assert list(netlist.log_functions()) == ["data", "trades", "depth"]
    assert netlist.log_functions()["trades"](state) == []
    state.tick = 2
    assert netlist.log_functions()["trades"](state) == [{"price": 1.5}, {"price": 1.5}]
    assert netlist.log_functions()["depth"](state) == [{"bids": 4}]
    assert netlist.table_charts("trades", [], np.empty((0, 0))) is None


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ("7", "netlist_tables returned 7"),
        ("{'trades': 7}", "Return {name: Table"),
        ("{'data': Table(len)}", 'not "data"'),
        ("{'../up': Table(len)}", 'a table "../up"'),
        ("{'t': Table(len, file='../t.csv')}", 'writes a table to "../t.csv"'),
        ("{'t': Table(len, file='data.csv')}", 'writes a table to "data.csv"'),
        ("{'t': Table(len, file='run.json')}", 'writes a table to "run.json"'),
    ],
)
def test_tables_without_a_name_or_a_file_of_their_own_are_refused(tmp_path: Path, tables: str, said: str) -> None:
    with pytest.raises(NetlistError) as caught:
        with_tables(tmp_path, tables)

    assert said in str(caught.value)


def test_a_netlist_may_have_a_dash_in_its_name_and_no_dot(tmp_path: Path) -> None:
    for name in ("my-netlist.py", "my.netlist.py"):
        (tmp_path / name).write_text((HOME / "netlists" / "simplegrant" / "netlist.py").read_text())

    assert load_netlist(find_netlist(str(tmp_path / "my-netlist.py"), tmp_path)).path.name == "my-netlist.py"
    with pytest.raises(NetlistError, match="a module's name has no dots. Rename it my_netlist.py"):
        load_netlist(find_netlist(str(tmp_path / "my.netlist.py"), tmp_path))
