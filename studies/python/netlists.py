"""Which netlists there are, and what one of them is: its question, its parameters, its wiring."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from tokenspice.engine.parameters import parameters
from tokenspice.studies.netlist.catalogue import entries
from tokenspice.studies.netlist.libraries import netlist_files
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.python.card import card
from tokenspice.studies.python.settings import as_texts, configured
from tokenspice.studies.python.which import NetlistLike, as_netlist
from tokenspice.studies.record.provenance import netlist_name
from tokenspice.studies.show.parameter_table import cells

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Drawing", "NetlistPage", "netlist", "netlists"]


def netlists() -> "DataFrame":
    """Return a table of the netlists that have a name: their question, whether they need a chain, seconds of a run."""
    from pandas import DataFrame

    found = entries(netlist_files())
    return DataFrame(
        {
            "name": [one.name for one in found],
            "question": [one.question for one in found],
            "chain": [one.chain for one in found],
            "seconds": [float("nan") if one.seconds is None else one.seconds for one in found],
        }
    ).set_index("name")


def netlist(name: NetlistLike) -> "NetlistPage":
    """Return what a netlist is: `.question`, `.parameters`, `.schematic(…)`. `run` and `batch` take it too.

    Raises:
        NetlistError: there is none, or it breaks the contract.
    """
    return NetlistPage(as_netlist(name))


@final
class NetlistPage:
    """What a netlist is, without running it.

    Attributes:
        netlist: the netlist itself.
    """

    def __init__(self, netlist: Netlist) -> None:
        self.netlist = netlist

    @property
    def name(self) -> str:
        return netlist_name(self.netlist.path)

    @property
    def path(self) -> Path:
        return self.netlist.path

    @property
    def question(self) -> str:
        """The first line of its docstring."""
        return self.netlist.question

    @property
    def chain(self) -> str:
        """Whether a run with the default parameters starts a chain: "none", "optional" or "needed"."""
        if not self.netlist.needs_chain:
            return "none"
        return "needed" if self.netlist.starts_chain(self.netlist.strategy()) else "optional"

    @cached_property
    def parameters(self) -> "DataFrame":
        """A table of the parameters: default, unit, range, meaning; amounts in tokens."""
        from pandas import DataFrame

        rows = [cells(parameter) for parameter in parameters(self.netlist.strategy())]
        columns = ["parameter", "default", "unit", "range", "meaning"]
        return DataFrame(rows, columns=columns).set_index("parameter")

    def schematic(
        self, run: int | None = None, group: int = 6, network: str | None = None, **settings: object
    ) -> "Drawing":
        """Draw who is wired to whom, as SVG, which a notebook shows.

        Args:
            run: ticks to run first, to see who paid whom; None runs none.
            group: more agents of a kind than this are drawn as one.
            network: as of `tsp run`.
            settings: parameters by name.

        Raises:
            TokenSpiceError: the state cannot be built, or the run fails, or it cannot be drawn.
        """
        from tokenspice.studies.show.build import build_schematic
        from tokenspice.studies.show.drawing import draw
        from tokenspice.studies.show.grouping import grouped
        from tokenspice.studies.show.tokens import compared

        ss = self.netlist.strategy(as_texts(settings))
        schematic = build_schematic(self.netlist, ss, configured(network), run)
        return Drawing(self.name, draw(compared(grouped(schematic, group)), "svg"))

    def __repr__(self) -> str:
        return f"NetlistPage({self.name}: {self.question})" if self.question else f"NetlistPage({self.name})"

    def _repr_html_(self) -> str:
        table: Any = self.parameters
        return card(self.name, f"chain: {self.chain}", self.question, {}, table.to_html(max_rows=60))


@final
class Drawing:
    """A drawing as SVG.

    Attributes:
        name: of the netlist.
        svg: the drawing.
    """

    def __init__(self, name: str, svg: bytes) -> None:
        self.name = name
        self.svg = svg.decode()

    def save(self, path: str | Path) -> Path:
        """Write the drawing to a file, and return its path."""
        from tokenspice.files import replace_file

        replace_file(Path(path), self.svg.encode())
        return Path(path)

    def __repr__(self) -> str:
        return f"Drawing({self.name}, {len(self.svg):,} characters of SVG)"

    def _repr_svg_(self) -> str:
        return self.svg
