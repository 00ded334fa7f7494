"""Who is there at a run's end, and what they hold: a small file beside the record, and a table of it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from tokenspice.engine.agent import AgentBase
from tokenspice.engine.observer import Observer, WatchedRun
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.units import as_text
from tokenspice.files import replace_file

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["AgentsFile", "agents_frame", "holdings", "rows_of"]

FILE = "agents.json"


@final
class AgentsFile(Observer):
    """Writes agents.json after a run's last tick."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._decimals: Mapping[str, int] = {}
        self._run: WatchedRun | None = None

    def begin(self, run: WatchedRun) -> None:
        self._run = run
        if run.state.tick >= run.state.ss.max_ticks:
            self.tick(run.state)

    def tick(self, state: SimStateBase) -> None:
        if state.tick == state.ss.max_ticks and self._run:
            rows = rows_of(state.agents.values(), decimals_of(self._run.chain))
            replace_file(self._file, f"{json.dumps(rows, indent=1)}\n".encode())


def decimals_of(chain: object) -> dict[str, int]:
    """Return the digits of each token that a chain knows, by symbol."""
    return {symbol: token.decimals for symbol, token in getattr(chain, "tokens", {}).items()}


def rows_of(agents: Iterable[AgentBase], decimals: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return name, kind and holdings of each agent; amounts in tokens, exactly, as text."""
    return [
        {"name": agent.name, "kind": type(agent).__name__, "holdings": holdings(agent, decimals)} for agent in agents
    ]


def holdings(agent: AgentBase, decimals: Mapping[str, int]) -> dict[str, str]:
    """Return what an agent's wallet holds, in tokens, by symbol."""
    wallet = agent.wallet
    held = wallet.balances().items()
    return {symbol: as_text(amount, decimals.get(symbol, wallet.decimals(symbol))) for symbol, amount in held}


def agents_frame(rows: Iterable[Mapping[str, Any]]) -> "DataFrame":
    """Return a table of agents: name, kind, and a column of floats for each token."""
    from pandas import DataFrame

    rows = list(rows)
    symbols = dict.fromkeys(symbol for row in rows for symbol in row["holdings"])
    held = {symbol: [float(row["holdings"].get(symbol, "nan")) for row in rows] for symbol in symbols}
    return DataFrame({"name": [row["name"] for row in rows], "kind": [row["kind"] for row in rows]} | held)
