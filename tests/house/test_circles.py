"""No two modules need each other, also not for types alone; what the house allows is named here."""

from collections.abc import Iterable, Mapping

from tests.house.sources import Source, imports, modules

ALLOWED = [
    # An agent steps through the state that holds it, and KPIs measure it: that is the promised interface.
    frozenset({"tokenspice.engine.agent", "tokenspice.engine.kpis", "tokenspice.engine.sim_state"}),
    # Who funds and who is funded know each other by class.
    frozenset({"tokenspice.agents.science.researchers", "tokenspice.agents.science.treasury"}),
    # An order knows its position and its level of the book, which list their orders.
    frozenset({f"tokenspice.markets.exchange.{name}" for name in ("levels", "orders", "positions")}),
    # Sources are compiled when an artifact of theirs is asked for.
    frozenset({"tokenspice.web3engine.artifacts", "tokenspice.web3engine.compile"}),
]

# Built from Rust: no modules of Python's, and they import none.
CORES = {"tokenspice.web3engine._core", "tokenspice.markets.pools._core"}


def arrows(sources: Iterable[Source]) -> dict[str, set[str]]:
    """Which of these modules each of them imports, wherever in the file."""
    sources = list(sources)
    known = {source.module for source in sources}
    return {
        source.module: {
            module
            for _, name in imports(source)
            for module in (name, name.rpartition(".")[0])[: 1 if name in known or name in CORES else 2]
            if module in known and module != source.module
        }
        for source in sources
    }


def circles(graph: Mapping[str, set[str]]) -> list[frozenset[str]]:
    """The sets of modules that all lead to each other (Tarjan 1972), without those that are alone."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[frozenset[str]] = []

    def visit(module: str) -> None:
        order[module] = lowest[module] = len(order)
        stack.append(module)
        for other in sorted(graph[module]):
            if other not in order:
                visit(other)
            if other in stack:
                lowest[module] = min(lowest[module], lowest[other])
        if lowest[module] == order[module]:
            at = stack.index(module)
            found.append(frozenset(stack[at:]))
            del stack[at:]

    for module in sorted(graph):
        if module not in order:
            visit(module)
    return [circle for circle in found if len(circle) > 1]


def test_there_are_no_circles_but_those_that_are_allowed() -> None:
    assert [sorted(circle) for circle in circles(arrows(modules())) if circle not in ALLOWED] == []


def test_a_circle_is_found_in_whatever_way_a_module_is_imported() -> None:
    sources = [
        Source("engine/a.py", "from tokenspice.engine.b import B"),
        Source("engine/b.py", "def f():\n    from tokenspice.engine import c"),
        Source("engine/c.py", "if TYPE_CHECKING:\n    from tokenspice.engine.a import A"),
        Source("engine/d.py", "from tokenspice.engine.a import A"),
    ]

    assert circles(arrows(sources)) == [{f"tokenspice.engine.{name}" for name in "abc"}]
